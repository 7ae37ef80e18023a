// Computes linear attention forward, and its gradient backward through time. The SIMD loops run along the rows of the
// state, which have the width of the values.
#include "attention/linear_attention.h"

#include <algorithm>
#include <cmath>

#include "kernels/vector_ops.h"
#include "tensor/check.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

/// Returns the vector at (b, n, t). The pointer is computed without a reference to an element, because a vector of
/// width 0 has none.
template <class T>
T* Row(const TensorView<T, 4>& x, Index b, Index n, Index t) {
  return x[b][n][t].data;
}

void CheckState(const char* name, const TensorView<const float, 4>& state, const LinearAttentionInputs& inputs) {
  const Index H = inputs.k.shape[3];
  const Index Hv = inputs.v.shape[3];
  CheckShape(name, state, {inputs.q.shape[0], inputs.k.shape[1], H, Hv});
  CheckContiguousRows(name, state);
  if (H <= 1 || state.stride[2] == Hv) return;
  throw Error(ErrorCode::kShape, std::string(name) + ": its rows are " + std::to_string(state.stride[2]) +
                                     " numbers apart, expected " + std::to_string(Hv));
}

void CheckInputs(const LinearAttentionInputs& inputs, const LinearAttentionOptions& options) {
  const auto [B, N, T, H] = inputs.q.shape;
  const Index K = inputs.k.shape[1];
  CheckShape("k", inputs.k, {B, K, T, H});
  CheckShape("v", inputs.v, {B, K, T, inputs.v.shape[3]});
  if (K == 0 ? N != 0 : N % K != 0) {
    throw Error(ErrorCode::kShape,
                "q: has " + std::to_string(N) + " heads, expected a multiple of k's " + std::to_string(K));
  }
  CheckContiguousRows("q", inputs.q);
  CheckContiguousRows("k", inputs.k);
  CheckContiguousRows("v", inputs.v);
  // The caller may pass no array for a tensor without elements.
  if (HasDecay(options.rule) && B * K * T * H > 0) {
    if (!inputs.decay.data) throw Error(ErrorCode::kOption, "decay: is missing, the gated rules need one");
    CheckShape("decay", inputs.decay, {B, K, T, inputs.decay.shape[3] == 1 ? 1 : H});
  }
  if (HasBeta(options.rule) && B * K * T > 0) {
    if (!inputs.beta.data) throw Error(ErrorCode::kOption, "beta: is missing, the delta rules need one");
    CheckShape("beta", inputs.beta, {B, inputs.beta.shape[1] == 1 ? 1 : K, T});
  }
}

/// The inputs of one position of a key/value head.
struct Step {
  const float* k;      // (H)
  const float* v;      // (Hv)
  const float* decay;  // H numbers at the distance `decay_stride`; null: no decay
  Index decay_stride;  // 0 if the head has one decay
  float beta;          // 1 if the rule has no beta
  bool delta;          // whether the rule is a delta rule
  Index H, Hv;

  /// Returns the factor by which row h of the state decays.
  float Kept(Index h) const { return decay ? std::exp(decay[h * decay_stride]) : 1.0f; }
};

Step StepAt(const LinearAttentionInputs& inputs, LinearRule rule, Index b, Index head, Index t) {
  Step step{};
  step.k = Row(inputs.k, b, head, t);
  step.v = Row(inputs.v, b, head, t);
  if (HasDecay(rule)) {
    step.decay = Row(inputs.decay, b, head, t);
    step.decay_stride = inputs.decay.shape[3] == 1 ? 0 : inputs.decay.stride[3];
  }
  step.delta = HasBeta(rule);
  step.beta = step.delta ? inputs.beta(b, inputs.beta.shape[1] == 1 ? 0 : head, t) : 1.0f;
  step.H = inputs.k.shape[3];
  step.Hv = inputs.v.shape[3];
  return step;
}

/// Computes the state (H, Hv) after the step from the state `before`; both may be the same memory. Writes to `written`
/// (Hv) the vector that the step writes along the key: v, or β (v − Sᵀ k) for the delta rules, where S is the decayed
/// state.
void Advance(const Step& step, const float* before, float* state, float* written) {
  std::fill(written, written + step.Hv, 0.0f);
  // 1. Decay, and read the value that the state stores for this key.
  for (Index h = 0; h < step.H; ++h) {
    float* row = state + h * step.Hv;
    if (before != state) std::copy(before + h * step.Hv, before + (h + 1) * step.Hv, row);
    if (step.decay) Scale(Arch{}, step.Kept(h), row, step.Hv);
    if (step.delta) AddScaled(Arch{}, step.k[h], row, written, step.Hv);
  }
  // 2. Compute the vector to write.
  if (step.delta) Scale(Arch{}, -step.beta, written, step.Hv);
  AddScaled(Arch{}, step.beta, step.v, written, step.Hv);
  // 3. Write the vector along the key.
  for (Index h = 0; h < step.H; ++h) AddScaled(Arch{}, step.k[h], written, state + h * step.Hv, step.Hv);
}

/// Scratch memory of the gradient, for one head.
struct Recorded {
  float* states;        // (T + 1, H, Hv): the state before each position, and after the last
  float* written;       // (T, Hv): the vector that each position wrote
  float* grad_written;  // (Hv)
};

/// Computes the backward pass of one position. `grad` (H, Hv) is the gradient at the state after the position and
/// becomes the gradient at the state before the position.
void Retreat(const LinearAttentionInputs& inputs, const LinearAttentionOptions& options,
             const TensorView<const float, 4>& grad_output, const LinearAttentionGradients& gradients,
             const Recorded& recorded, Index b, Index head, Index t, float* grad) {
  const Step step = StepAt(inputs, options.rule, b, head, t);
  const Index Hv = step.Hv;
  const Index group = inputs.q.shape[1] / inputs.k.shape[1];
  const float* before = recorded.states + t * step.H * Hv;
  const float* after = before + step.H * Hv;
  // 1. The gradient of scale · Sᵀ q.
  for (Index n = head * group; n < (head + 1) * group; ++n) {
    const float* given = Row(grad_output, b, n, t);
    for (Index h = 0; h < step.H; ++h) {
      if (gradients.q.data) gradients.q(b, n, t, h) += options.scale * Dot(Arch{}, after + h * Hv, given, Hv);
      AddScaled(Arch{}, options.scale * inputs.q(b, n, t, h), given, grad + h * Hv, Hv);
    }
  }
  // 2. The gradient of S + k ⊗ written.
  std::fill(recorded.grad_written, recorded.grad_written + Hv, 0.0f);
  for (Index h = 0; h < step.H; ++h) {
    if (gradients.k.data) gradients.k(b, head, t, h) += Dot(Arch{}, grad + h * Hv, recorded.written + t * Hv, Hv);
    AddScaled(Arch{}, step.k[h], grad + h * Hv, recorded.grad_written, Hv);
  }
  if (gradients.v.data) AddScaled(Arch{}, step.beta, recorded.grad_written, Row(gradients.v, b, head, t), Hv);
  // 3. The gradient of written = β (v − Sᵀ k), and 4. of exp(decay) · S. The difference v − Sᵀ k is computed again,
  // because a division of `written` by β would fail for β = 0.
  float grad_beta = step.delta ? Dot(Arch{}, step.v, recorded.grad_written, Hv) : 0.0f;
  for (Index h = 0; h < step.H; ++h) {
    float* row = grad + h * Hv;
    const float left = step.Kept(h);
    if (step.delta) {
      const float held = left * Dot(Arch{}, before + h * Hv, recorded.grad_written, Hv);
      grad_beta -= step.k[h] * held;
      if (gradients.k.data) gradients.k(b, head, t, h) -= step.beta * held;
      AddScaled(Arch{}, -step.beta * step.k[h], recorded.grad_written, row, Hv);
    }
    if (!step.decay) continue;
    Scale(Arch{}, left, row, Hv);
    if (gradients.decay.data) {
      gradients.decay(b, head, t, step.decay_stride == 0 ? 0 : h) += Dot(Arch{}, before + h * Hv, row, Hv);
    }
  }
  if (step.delta && gradients.beta.data) gradients.beta(b, gradients.beta.shape[1] == 1 ? 0 : head, t) += grad_beta;
}

}  // namespace

void LinearAttention(const LinearAttentionInputs& inputs, const LinearAttentionOptions& options,
                     TensorView<float, 4> state, TensorView<float, 4> output, float* scratch) {
  const auto [B, N, T, H] = inputs.q.shape;
  const Index K = inputs.k.shape[1];
  const Index Hv = inputs.v.shape[3];
  CheckInputs(inputs, options);
  CheckState("state", state, inputs);
  CheckShape("output", output, {B, N, T, Hv});
  CheckContiguousRows("output", output);
  for (Index b = 0; b < B; ++b) {
    for (Index head = 0; head < K; ++head) {
      float* S = Row(state, b, head, 0);
      for (Index t = 0; t < T; ++t) {
        Advance(StepAt(inputs, options.rule, b, head, t), S, S, scratch);
        for (Index n = head * (N / K); n < (head + 1) * (N / K); ++n) {
          float* row = Row(output, b, n, t);
          std::fill(row, row + Hv, 0.0f);
          for (Index h = 0; h < H; ++h) AddScaled(Arch{}, options.scale * inputs.q(b, n, t, h), S + h * Hv, row, Hv);
        }
      }
    }
  }
}

void LinearAttentionGradient(const LinearAttentionInputs& inputs, const LinearAttentionOptions& options,
                             TensorView<const float, 4> past, TensorView<const float, 4> grad_output,
                             TensorView<float, 4> grad_state, const LinearAttentionGradients& gradients,
                             float* scratch) {
  const auto [B, N, T, H] = inputs.q.shape;
  const Index K = inputs.k.shape[1];
  const Index Hv = inputs.v.shape[3];
  CheckInputs(inputs, options);
  if (past.data) CheckShape("pastState", past, {B, K, H, Hv});
  CheckState("gradState", grad_state, inputs);
  CheckShape("gradOutput", grad_output, {B, N, T, Hv});
  CheckContiguousRows("gradOutput", grad_output);
  if (gradients.q.data) CheckShape("gradQ", gradients.q, inputs.q.shape);
  if (gradients.k.data) CheckShape("gradK", gradients.k, inputs.k.shape);
  if (gradients.v.data) CheckShape("gradV", gradients.v, inputs.v.shape);
  if (gradients.v.data) CheckContiguousRows("gradV", gradients.v);
  if (gradients.decay.data && HasDecay(options.rule)) CheckShape("gradDecay", gradients.decay, inputs.decay.shape);
  if (gradients.beta.data && HasBeta(options.rule)) CheckShape("gradBeta", gradients.beta, inputs.beta.shape);
  const Recorded recorded{scratch, scratch + (T + 1) * H * Hv, scratch + (T + 1) * H * Hv + T * Hv};
  for (Index b = 0; b < B; ++b) {
    for (Index head = 0; head < K; ++head) {
      for (Index h = 0; h < H; ++h) {
        for (Index j = 0; j < Hv; ++j) recorded.states[h * Hv + j] = past.data ? past(b, head, h, j) : 0.0f;
      }
      for (Index t = 0; t < T; ++t) {
        float* before = recorded.states + t * H * Hv;
        Advance(StepAt(inputs, options.rule, b, head, t), before, before + H * Hv, recorded.written + t * Hv);
      }
      for (Index t = T - 1; t >= 0; --t) {
        Retreat(inputs, options, grad_output, gradients, recorded, b, head, t, Row(grad_state, b, head, 0));
      }
    }
  }
}

std::uint64_t LinearAttentionScratch(const LinearAttentionInputs& inputs) {
  return static_cast<std::uint64_t>(inputs.v.shape[3]);
}

std::uint64_t LinearAttentionGradientScratch(const LinearAttentionInputs& inputs) {
  const std::uint64_t steps = static_cast<std::uint64_t>(inputs.q.shape[2]) + 1;
  const std::uint64_t H = static_cast<std::uint64_t>(inputs.q.shape[3]);
  return steps * (H + 1) * static_cast<std::uint64_t>(inputs.v.shape[3]);
}

}  // namespace attenscope
