// Computes the decoder of a recurrent translator, and its gradients back through time.
#include "train/steps/decoder_step.h"

#include <algorithm>

#include "kernels/vector_ops.h"
#include "tensor/matrix.h"
#include "train/lstm_cell_gradient.h"
#include "train/products.h"
#include "train/steps/attend_states.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

/// Computes inside = tanh(query + key), all of `count` numbers.
void Inside(const float* query, const float* key, Index count, float* inside) {
  std::copy_n(query, count, inside);
  AddScaled(Arch{}, 1.0f, key, inside, count);
  Tanh(Arch{}, inside, count);
}

}  // namespace

void DecoderStep::Layout(Arena& arena) {
  const auto [B, T, S] = std::tuple(operands_.B, operands_.T, operands_.S);
  inputs_ = arena.Tensor<2>({B * T, E() + M()});
  previous_ = arena.Tensor<2>({B * T, G()});
  gates_ = arena.Tensor<2>({B * T, 4 * G()});
  cells_ = arena.Tensor<2>({B * T, G()});
  grad_hidden_ = arena.Tensor<2>({B, G()});
  grad_cell_ = arena.Tensor<2>({B, G()});
  grad_inputs_ = arena.Tensor<2>({B, E() + M()});
  if (!attends()) return;
  queries_ = arena.Tensor<2>({B * T, A()});
  grad_queries_ = arena.Tensor<2>({B * T, A()});
  weights_ = arena.Tensor<2>({B * T, S});
  inside_ = arena.Take<float>(static_cast<std::uint64_t>(A()));
  grad_scores_ = arena.Take<float>(static_cast<std::uint64_t>(S));
}

std::uint64_t DecoderStep::Scratch() const {
  const Index rows = operands_.B * operands_.T;
  std::uint64_t most = 0;
  const auto add = [&](Index out, Index in) {
    most = std::max({most, MultiplyScratch(out, in), MultiplyScratch(in, out), MultiplyScratch(in, rows)});
  };
  add(4 * G(), E() + M());
  add(4 * G(), G());
  if (attends()) add(A(), G());
  return most;
}

void DecoderStep::Forward(float* scratch) {
  const auto& [B, T, S, embedded, hidden, cell, lstm, output, context, keys, states, query, score] = operands_;
  const Matrix outputs = output->matrix.Columns(0, G()), contexts = output->matrix.Columns(G(), M());
  Copy(embedded->matrix, inputs_.Columns(0, E()));
  for (Index t = 0; t < T; ++t) {
    const ConstMatrix before = t == 0 ? ConstMatrix(hidden->matrix) : At(ConstMatrix(outputs), t - 1);
    const ConstMatrix cell_before = t == 0 ? ConstMatrix(cell->matrix) : At(ConstMatrix(cells_), t - 1);
    Copy(before, At(previous_, t));
    // 1. The context.
    const Matrix context_now = At(contexts, t);
    if (attends()) {
      Multiply(before, query->matrix, nullptr, {}, scratch, At(queries_, t));
      for (Index b = 0; b < B; ++b) {
        float* weights = &weights_(b * T + t, 0);
        for (Index s = 0; s < S; ++s) {
          Inside(&queries_(b * T + t, 0), &keys->matrix(b * S + s, 0), A(), inside_);
          weights[s] = Dot(Arch{}, score->vector(), inside_, A());
        }
        AttendStates(ConstMatrix(states->matrix).Rows(b * S, S), weights, &context_now(b, 0));
      }
    } else {
      Copy(context->matrix, context_now);
    }
    Copy(context_now, At(inputs_, t).Columns(E(), M()));
    // 2. The LSTM.
    const Matrix gates = At(gates_, t), cells = At(cells_, t), out = At(outputs, t);
    Multiply(At(ConstMatrix(inputs_), t), lstm.input->matrix, lstm.input_bias->vector(), {}, scratch, gates);
    Multiply(before, lstm.recurrent->matrix, lstm.recurrent_bias->vector(), gates, scratch, gates);
    for (Index b = 0; b < B; ++b) {
      LstmCellKept(Arch{}, G(), &cell_before(b, 0), &gates(b, 0), &cells(b, 0), &out(b, 0));
    }
  }
}

/// Adds the gradients of the attention of token t, given the gradient (B, M) at its context. Adds to grad_hidden (B, G)
/// the gradient at the state before the token.
void DecoderStep::AttendBackward(Index t, ConstMatrix grad_context, Matrix grad_hidden) {
  const auto& [B, T, S, embedded, hidden, cell, lstm, output, context, keys, states, query, score] = operands_;
  const Matrix grad_states = states->gradient->Added(), grad_keys = keys->gradient->Added();
  float* grad_score = score->gradient.Added().data;
  for (Index b = 0; b < B; ++b) {
    AttendStatesGradient(ConstMatrix(states->matrix).Rows(b * S, S), &weights_(b * T + t, 0), &grad_context(b, 0),
                         grad_states.Rows(b * S, S), grad_scores_);
    float* grad_query = &grad_queries_(b * T + t, 0);
    std::fill_n(grad_query, A(), 0.0f);
    for (Index s = 0; s < S; ++s) {
      Inside(&queries_(b * T + t, 0), &keys->matrix(b * S + s, 0), A(), inside_);
      AddScaled(Arch{}, grad_scores_[s], inside_, grad_score, A());
      float* grad_key = &grad_keys(b * S + s, 0);
      for (Index a = 0; a < A(); ++a) {
        const float gradient = grad_scores_[s] * score->vector()[a] * (1.0f - inside_[a] * inside_[a]);
        grad_query[a] += gradient;
        grad_key[a] += gradient;
      }
    }
    for (Index a = 0; a < A(); ++a) AddScaled(Arch{}, grad_query[a], &query->matrix(a, 0), &grad_hidden(b, 0), G());
  }
}

void DecoderStep::Backward(float* scratch) {
  const auto& [B, T, S, embedded, hidden, cell, lstm, output, context, keys, states, query, score] = operands_;
  const ConstMatrix grad_outputs = output->gradient->read().Columns(0, G());
  const ConstMatrix grad_contexts = output->gradient->read().Columns(G(), M());
  const Matrix grad_embedded = embedded->gradient->Added();
  Clear(grad_hidden_);
  Clear(grad_cell_);
  for (Index t = T - 1; t >= 0; --t) {
    const Matrix gates = At(gates_, t);
    const ConstMatrix cells = At(ConstMatrix(cells_), t);
    const ConstMatrix cell_before = t == 0 ? ConstMatrix(cell->matrix) : At(ConstMatrix(cells_), t - 1);
    Add(At(grad_outputs, t), grad_hidden_);
    for (Index b = 0; b < B; ++b) {
      LstmCellGradient(Arch{}, G(), &cell_before(b, 0), &cells(b, 0), &grad_hidden_(b, 0), &grad_cell_(b, 0),
                       &gates(b, 0));
    }
    Multiply(gates, Transposed(ConstMatrix(lstm.recurrent->matrix)), nullptr, {}, scratch, grad_hidden_);
    Multiply(gates, Transposed(ConstMatrix(lstm.input->matrix)), nullptr, {}, scratch, grad_inputs_);
    Add(grad_inputs_.Columns(0, E()), At(grad_embedded, t));
    const Matrix grad_context = grad_inputs_.Columns(E(), M());
    Add(At(grad_contexts, t), grad_context);
    if (attends()) {
      AttendBackward(t, grad_context, grad_hidden_);
    } else {
      Add(grad_context, context->gradient->Added());
    }
  }
  Add(grad_hidden_, hidden->gradient->Added());
  Add(grad_cell_, cell->gradient->Added());
  const auto add = [&](Parameter* weight, ConstMatrix gradient_at_output, ConstMatrix read) {
    const Matrix gradient = weight->gradient.Added();
    Multiply(Transposed(gradient_at_output), Transposed(read), nullptr, gradient, scratch, gradient);
  };
  add(lstm.input, gates_, inputs_);
  add(lstm.recurrent, gates_, previous_);
  AddRowSums(gates_, lstm.input_bias->gradient.Added().data);
  AddRowSums(gates_, lstm.recurrent_bias->gradient.Added().data);
  if (attends()) add(query, grad_queries_, previous_);
}

}  // namespace attenscope
