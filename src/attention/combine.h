// Combines a state with the context that attention has computed for the state.
#pragma once

#include "layers/projection.h"
#include "tensor/arena.h"

namespace attenscope {

/// The formula that combines a state and a context.
enum class Combination {
  kConcat,  // activation(W [state; context] + b) (Luong et al. 2015, with tanh); without W only [state; context]
  kSum,     // state + context
  kGate,    // g · state + (1 − g) · context, g = sigmoid(W [state; context] + b)
};

/// Combines M states with M contexts. The constructor allocates all scratch memory.
class CombineOp {
 public:
  /// The states have shape (M, Cs), the contexts (M, Cc). `width` is the width of the result: the number of rows of W,
  /// or Cs + Cc without W. Throws kShape for kSum and kGate unless Cs, Cc and `width` are equal, and kMemory.
  CombineOp(Combination how, Index rows, Index state_width, Index context_width, Index width);

  /// Computes the result (M, width). kConcat applies the activation of the projection; kGate always applies the
  /// sigmoid. Throws kShape for a projection of another shape, and for kConcat without W unless the width is Cs + Cc.
  /// Throws kOption for kGate without W.
  void Forward(ConstMatrix state, ConstMatrix context, const Projection& projection, Matrix result);

  /// Adds the gradients, given the gradient (M, width) at the result. A null view skips its gradient. Call Backward
  /// after Forward with the same inputs.
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
  Matrix inner_, grad_inner_;    // (M, width): the output of the projection
  float* scratch_ = nullptr;
};

}  // namespace attenscope
