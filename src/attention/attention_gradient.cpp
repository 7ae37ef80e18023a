// Computes the backward pass of attention: the six steps of attention.h in reverse order.
#include <cmath>

#include "attention/attention_op.h"
#include "tensor/error.h"
#include "tensor/matrix.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

/// Adds the gradient of u = x / |x| at x to `to`, given the gradient g at u: (g − u (u · g)) / |x|, for each row.
void AddUnitGradient(ConstMatrix x, ConstMatrix unit, ConstMatrix grad_unit, Matrix to) {
  if (!to.data) return;
  for (Index r = 0; r < x.shape[0]; ++r) {
    float squares = 0.0f;
    float along = 0.0f;
    for (Index c = 0; c < x.shape[1]; ++c) {
      squares += x(r, c) * x(r, c);
      along += unit(r, c) * grad_unit(r, c);
    }
    if (squares == 0.0f) continue;
    const float inverse = 1.0f / std::sqrt(squares);
    for (Index c = 0; c < x.shape[1]; ++c) to(r, c) += (grad_unit(r, c) - unit(r, c) * along) * inverse;
  }
}

/// Computes y = a · b. An element 0 of a adds nothing, not even when it meets a NaN in b.
void Product(ConstMatrix a, ConstMatrix b, float* scratch, Matrix y) {
  WeightedSum(Arch{}, a, PackRightSide(Arch{}, b, scratch), y);
}

}  // namespace

void AttentionOp::Backward(const AttentionInputs& inputs, ConstTensor<4> grad_output,
                           const AttentionGradients& gradients, ConstTensor<3> advantage) {
  const bool sampled = options_.normalizer == Normalizer::kSample && options_.over == Over::kKeys;
  if (advantage.data && !sampled) {
    throw Error(ErrorCode::kOption, "an advantage is for hard attention with a seed, normalised over the keys");
  }
  if (advantage.data && advantage.shape != std::array<Index, 3>{sizes_.B, sizes_.N, sizes_.T}) {
    throw Error(ErrorCode::kShape, "advantage is not of shape (B, N, T), the queries' own");
  }
  for (Index batch = 0; batch < sizes_.B; ++batch) {
    const AttentionOptions options = BatchOptions(inputs, batch);
    for (Index head = 0; head < sizes_.N; ++head) {
      // The advantages of this head as a column (T, 1), or an empty view.
      const ConstMatrix column = advantage.data
                                     ? ConstMatrix(&advantage(batch, head, 0), {sizes_.T, 1}, {advantage.stride[2], 1})
                                     : ConstMatrix{};
      HeadBackward(Prepare(inputs, batch, head, true), options, inputs, grad_output[batch][head], column, gradients,
                   batch);
    }
  }
}

void AttentionOp::HeadBackward(const Head& head, const AttentionOptions& options, const AttentionInputs& inputs,
                               ConstMatrix grad_output, ConstMatrix advantage, const AttentionGradients& gradients,
                               Index batch) {
  const auto [B, N, K, T, P, S, H, Hk, Hv, D, length] = sizes_;
  const Index key_value_head = head.index / (N / K);
  for (Matrix sum : {grad_values_, grad_queries_, grad_keys_}) Clear(sum);
  const Index block = IsWhole() ? T : kGradientRows;
  for (Index first = 0; first < T; first += block) {
    RowsBackward(head, options, inputs, first, std::min(block, T - first), grad_output, advantage, gradients, batch);
  }
  const Index past_values = inputs.past_value.data ? P : 0;
  if (past_values > 0) Add(grad_values_.Rows(0, past_values), HeadOf(gradients.past_value, batch, key_value_head));
  Add(grad_values_.Rows(past_values, length - past_values), HeadOf(gradients.v, batch, key_value_head));
  ScoreGradients(inputs, inputs.q[batch][head.index], HeadOf(gradients.q, batch, head.index), gradients);
  if (P > 0) Add(grad_raw_keys_.Rows(0, P), HeadOf(gradients.past_key, batch, key_value_head));
  Add(grad_raw_keys_.Rows(P, S - P), HeadOf(gradients.k, batch, key_value_head));
}

/// Adds the gradients that come from queries [first, first + rows) to grad_values_, grad_queries_ and grad_keys_, and
/// to the gradients of the scale and the bias.
void AttentionOp::RowsBackward(const Head& head, const AttentionOptions& options, const AttentionInputs& inputs,
                               Index first, Index rows, ConstMatrix grad_output, ConstMatrix advantage,
                               const AttentionGradients& gradients, Index batch) {
  // The gradient is 0 after the last key that these queries see.
  const Index S = IsWhole() ? sizes_.S : LastVisible(options.visible, first, rows, sizes_.S);
  for (Matrix* stage : {&scores_, &squashed_, &masked_, &pattern_, &grad_}) *stage = Matrix(stage->data, {rows, S});

  // Recompute the stages of the forward pass.
  const auto advance = [&](const Matrix& before, Stage from, Stage to, const Matrix& after) {
    std::copy_n(before.data, rows * S, after.data);
    Advance(Arch{}, head, first, options, from, to, after);
  };
  ScoreStage(Arch{}, head, first, options, Stage::kScores, scores_);
  advance(scores_, Stage::kScores, Stage::kSquashed, squashed_);
  advance(squashed_, Stage::kSquashed, Stage::kMasked, masked_);
  advance(masked_, Stage::kMasked, Stage::kPattern, pattern_);
  if (options.over == Over::kQueries) NormalizeColumns(Arch{}, head, options, column_, pattern_);

  // 6. The weighted sum, and 5. the normaliser.
  ValueGradients(inputs, first, grad_output, batch, head.index / (sizes_.N / sizes_.K));
  NormalizerGradient(head, options, first, advantage);

  // 4. The mask. The gradient of the bias is the gradient of the masked scores. A score that the fill replaced has no
  // gradient.
  if (gradients.bias.data) Add(grad_, HeadOf(gradients.bias, batch, head.index).Rows(first, rows));
  if (head.mask.allowed.data) {
    for (Index t = 0; t < rows; ++t) {
      for (Index s = 0; s < S; ++s) {
        if (!head.mask.allowed(first + t, s)) grad_(t, s) = 0.0f;
      }
    }
  }

  // 3. The squash, and 2. the scale.
  for (Index t = 0; t < rows; ++t) {
    SquashGradientRow(options, &scores_(t, 0), &squashed_(t, 0), &grad_(t, 0), S);
    if (gradients.scale) {
      for (Index s = 0; s < S; ++s) {
        if (grad_(t, s) != 0.0f) *gradients.scale += grad_(t, s) * scores_(t, s);
      }
    }
    Scale(Arch{}, options.scale, &grad_(t, 0), S);
  }

  // 1. The score: dQ = dS K and dK = dSᵀ Q, where Q and K are the queries and keys prepared for the score.
  if (options_.score == ScoreKind::kAdditive) return AdditiveGradients(inputs, first, gradients);
  WeightedSum(Arch{}, grad_, packed_key_columns_, grad_queries_.Rows(first, rows));
  const Matrix product(product_, {S, sizes_.D});
  Product(Transposed(grad_), prepared_queries_.Rows(first, rows), right_side_, product);
  Add(product, grad_keys_.Rows(0, S));
}

/// Adds dV = Pᵀ dO to grad_values_ and writes dP = dO Vᵀ to grad_. With Weighting::kBackward the formulas are dV = P dO
/// and dP = V dOᵀ.
void AttentionOp::ValueGradients(const AttentionInputs& inputs, Index first, ConstMatrix grad_output, Index batch,
                                 Index key_value_head) {
  const auto [rows, S] = pattern_.shape;
  if (options_.weighting == Weighting::kBackward) {
    Product(pattern_, grad_output, right_side_, grad_values_);
    Product(inputs.v[batch][key_value_head], Transposed(grad_output), right_side_, grad_);
    return;
  }
  const ConstMatrix grad_rows = grad_output.Rows(first, rows);
  const Matrix product(product_, {S, sizes_.Hv});
  Product(Transposed(pattern_), grad_rows, right_side_, product);
  Add(product, grad_values_.Rows(0, S));
  WeightedSum(Arch{}, grad_rows, packed_value_rows_.FirstRows(S), grad_);
}

/// Turns the gradient at the pattern into the gradient at the masked scores, in grad_, for the queries from `first` on.
void AttentionOp::NormalizerGradient(const Head& head, const AttentionOptions& options, Index first,
                                     ConstMatrix advantage) {
  const Matrix &masked = masked_, &pattern = pattern_;
  const auto for_each = [&](auto body) {
    for (Index t = 0; t < pattern.shape[0]; ++t) {
      for (Index s = 0; s < pattern.shape[1]; ++s) body(t, s);
    }
  };
  // Reads the drawn keys first, because the softmax replaces them in `pattern` below.
  if (advantage.data) for_each([&](Index t, Index s) { grad_(t, s) = advantage(first + t, 0) * pattern(t, s); });
  AttentionOptions soft = options;
  if (options.normalizer == Normalizer::kHard || options.normalizer == Normalizer::kSample) {
    soft.normalizer = Normalizer::kSoftmax;
    std::copy_n(masked.data, masked.size(), pattern.data);
    Advance(Arch{}, head, first, soft, Stage::kMasked, Stage::kPattern, pattern);
    if (options.over == Over::kQueries) NormalizeColumns(Arch{}, head, soft, column_, pattern);
  }
  if (advantage.data) {
    // ∂ log p(drawn) / ∂ score is 1 − p at the drawn key and −p at the other keys. A query that sees no key has drawn
    // none.
    for_each([&](Index t, Index s) { grad_(t, s) -= advantage(first + t, 0) * pattern(t, s); });
    return;
  }
  // A hidden key has no gradient, even if its value was NaN.
  for_each([&](Index t, Index s) {
    if (masked(t, s) == kHidden) grad_(t, s) = 0.0f;
  });
  if (options.over == Over::kQueries) return NormalizeGradientColumns(soft);
  for (Index t = 0; t < pattern.shape[0]; ++t) {
    NormalizeGradientRow(soft, &masked(t, 0), &pattern(t, 0), &grad_(t, 0), pattern.shape[1]);
  }
}

void AttentionOp::NormalizeGradientColumns(const AttentionOptions& options) {
  const auto [B, N, K, T, P, S, H, Hk, Hv, D, length] = sizes_;
  float* masked_column = column_;
  float* weight_column = column_ + T;
  float* grad_column = column_ + 2 * T;
  for (Index s = 0; s < S; ++s) {
    for (Index t = 0; t < T; ++t) {
      masked_column[t] = masked_(t, s);
      weight_column[t] = pattern_(t, s);
      grad_column[t] = grad_(t, s);
    }
    NormalizeGradientRow(options, masked_column, weight_column, grad_column, T);
    for (Index t = 0; t < T; ++t) grad_(t, s) = grad_column[t];
  }
}

/// Computes the gradients of q, of the keys (in grad_raw_keys_) and of the parameters from grad_queries_ and
/// grad_keys_.
void AttentionOp::ScoreGradients(const AttentionInputs& inputs, ConstMatrix q, Matrix grad_q,
                                 const AttentionGradients& gradients) {
  const ScoreParameters& parameters = inputs.parameters;
  Clear(grad_raw_keys_);
  switch (options_.score) {
    case ScoreKind::kDot:
      Add(grad_queries_, grad_q);
      Add(grad_keys_, grad_raw_keys_);
      break;
    case ScoreKind::kCosine:
      AddUnitGradient(q, prepared_queries_, grad_queries_, grad_q);
      AddUnitGradient(keys_, prepared_keys_, grad_keys_, grad_raw_keys_);
      break;
    case ScoreKind::kGeneral:
      AddProduct(Arch{}, grad_queries_, Transposed(parameters.general), right_side_, grad_q);
      AddProduct(Arch{}, Transposed(q), grad_queries_, right_side_, gradients.general);
      Add(grad_keys_, grad_raw_keys_);
      break;
    case ScoreKind::kAdditive:
      AddProduct(Arch{}, grad_queries_, parameters.query_projection, right_side_, grad_q);
      AddProduct(Arch{}, grad_keys_, parameters.key_projection, right_side_, grad_raw_keys_);
      AddProduct(Arch{}, Transposed(grad_queries_), q, right_side_, gradients.query_projection);
      AddProduct(Arch{}, Transposed(grad_keys_), keys_, right_side_, gradients.key_projection);
      break;
  }
}

/// Adds the gradients of score = Σ_d v_d tanh(a_d + b_d) at the projected queries a, the projected keys b and v, given
/// the gradient grad_ at the scores of the queries from `first` on.
void AttentionOp::AdditiveGradients(const AttentionInputs& inputs, Index first, const AttentionGradients& gradients) {
  const std::span<const float> hidden = inputs.parameters.hidden;
  for (Index t = 0; t < grad_.shape[0]; ++t) {
    for (Index s = 0; s < grad_.shape[1]; ++s) {
      const float gradient = grad_(t, s);
      if (gradient == 0.0f) continue;
      for (Index d = 0; d < sizes_.D; ++d) {
        const float activation = std::tanh(prepared_queries_(first + t, d) + prepared_keys_(s, d));
        const float inside = gradient * hidden[static_cast<std::size_t>(d)] * (1.0f - activation * activation);
        if (gradients.hidden) gradients.hidden[d] += gradient * activation;
        if (gradients.additive_bias) gradients.additive_bias[d] += inside;
        grad_queries_(first + t, d) += inside;
        grad_keys_(s, d) += inside;
      }
    }
  }
}

}  // namespace attenscope
