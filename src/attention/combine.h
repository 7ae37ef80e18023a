// Combines a state with the context that attention has computed for it.
#pragma once

#include "layers/projection.h"
#include "tensor/arena.h"

namespace attenscope {

/// The ways to combine.
enum class Combination {
  kConcat,  // activation(W [state; context] + b) (Luong et al. 2015: tanh); without W the bare concatenation
  kSum,     // state + context
  kGate,    // g · state + (1 − g) · context, g = sigmoid(W [state; context] + b)
};

/// Combines M states with M contexts; scratch is allocated once.
class CombineOp {
 public:
  /// state (M, Cs), context (M, Cc). kSum and kGate need Cs = Cc. `width` is the result's: W's rows, or Cs + Cc without
  /// W.
  CombineOp(Combination how, Index rows, Index state_width, Index context_width, Index width);

  /// result (M, width). The projection's activation counts for kConcat only; kGate's is the sigmoid.
  void Forward(ConstMatrix state, ConstMatrix context, const Projection& projection, Matrix result);

  /// Adds the gradients, given the gradient at the result; null ones are left out. Call after Forward with the same
  /// inputs.
  void Backward(ConstMatrix state, ConstMatrix context, const Projection& projection, ConstMatrix grad_result,
                Matrix grad_state, Matrix grad_context, const ProjectionGradient& gradient);

 private:
  void Layout(Arena& arena);
  Projection Inner(const Projection& projection) const;
  void AddJoined(Matrix grad_state, Matrix grad_context) const;

  Combination how_;
  Index rows_, state_width_, context_width_, width_;
  AlignedBuffer memory_;
  Matrix joined_, grad_joined_;  // (M, Cs + Cc)
  Matrix inner_, grad_inner_;    // (M, width): what the projection gives
  float* scratch_ = nullptr;
};

}  // namespace attenscope
