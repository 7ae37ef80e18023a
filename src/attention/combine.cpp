// Computes the concatenation, sum and gate of a state and its context, and their gradients.
#include "attention/combine.h"

#include <algorithm>
#include <string>

#include "tensor/error.h"

namespace attenscope {

CombineOp::CombineOp(Combination how, Index rows, Index state_width, Index context_width, Index width)
    : how_(how), rows_(rows), state_width_(state_width), context_width_(context_width), width_(width) {
  if (how != Combination::kConcat && (state_width != context_width || width != state_width)) {
    throw Error(ErrorCode::kShape, "a state of width " + std::to_string(state_width) + " and a context of width " +
                                       std::to_string(context_width) + " cannot be combined to " +
                                       std::to_string(width) + " by sum or gate: the three have to be equal");
  }
  Arena counting;
  Layout(counting);
  memory_ = AllocateZeroed(counting.used(), "combine");
  Arena arena(memory_.get());
  Layout(arena);
}

void CombineOp::Layout(Arena& arena) {
  const Index both = state_width_ + context_width_;
  joined_ = arena.Tensor<2>({rows_, both});
  grad_joined_ = arena.Tensor<2>({rows_, both});
  inner_ = arena.Tensor<2>({rows_, width_});
  grad_inner_ = arena.Tensor<2>({rows_, width_});
  scratch_ = arena.Take<float>(ProjectionScratch(rows_, width_, both));
}

Projection CombineOp::Inner(const Projection& projection) const {
  Projection inner = projection;
  if (how_ == Combination::kGate) inner.activation = Activation::kSigmoid;
  return inner;
}

void CombineOp::Forward(ConstMatrix state, ConstMatrix context, const Projection& projection, Matrix result) {
  for (Index r = 0; r < rows_; ++r) {
    for (Index c = 0; c < state_width_; ++c) joined_(r, c) = state(r, c);
    for (Index c = 0; c < context_width_; ++c) joined_(r, state_width_ + c) = context(r, c);
  }
  if (how_ != Combination::kSum && projection.weight.data) {
    Project(Inner(projection), "the projection", joined_, scratch_, inner_);
  } else if (how_ == Combination::kConcat) {
    if (width_ != joined_.shape[1]) {
      throw Error(ErrorCode::kShape, "a bare concatenation is " + std::to_string(joined_.shape[1]) + " wide, not " +
                                         std::to_string(width_));
    }
    std::copy_n(joined_.data, joined_.size(), inner_.data);
  } else if (how_ == Combination::kGate) {
    throw Error(ErrorCode::kOption, "a gate needs its projection");
  }
  for (Index r = 0; r < rows_; ++r) {
    for (Index c = 0; c < width_; ++c) {
      const float gate = inner_(r, c);
      if (how_ == Combination::kConcat) result(r, c) = gate;
      if (how_ == Combination::kSum) result(r, c) = state(r, c) + context(r, c);
      if (how_ == Combination::kGate) result(r, c) = gate * state(r, c) + (1.0f - gate) * context(r, c);
    }
  }
}

void CombineOp::Backward(ConstMatrix state, ConstMatrix context, const Projection& projection, ConstMatrix grad_result,
                         Matrix grad_state, Matrix grad_context, const ProjectionGradient& gradient) {
  std::fill(grad_joined_.data, grad_joined_.data + grad_joined_.size(), 0.0f);
  for (Index r = 0; r < rows_; ++r) {
    for (Index c = 0; c < width_; ++c) {
      const float grad = grad_result(r, c);
      const float gate = inner_(r, c);
      if (how_ == Combination::kConcat) {
        grad_inner_(r, c) = grad;
        continue;
      }
      const bool gated = how_ == Combination::kGate;
      grad_joined_(r, c) = gated ? grad * gate : grad;
      grad_joined_(r, state_width_ + c) = gated ? grad * (1.0f - gate) : grad;
      if (gated) grad_inner_(r, c) = grad * (state(r, c) - context(r, c));
    }
  }
  if (how_ != Combination::kSum) {
    if (projection.weight.data) {
      ProjectGradient(Inner(projection), joined_, inner_, grad_inner_, scratch_, grad_joined_, gradient);
    } else {
      std::copy_n(grad_inner_.data, grad_inner_.size(), grad_joined_.data);
    }
  }
  AddJoined(grad_state, grad_context);
}

void CombineOp::AddJoined(Matrix grad_state, Matrix grad_context) const {
  for (Index r = 0; r < rows_; ++r) {
    for (Index c = 0; grad_state.data && c < state_width_; ++c) grad_state(r, c) += grad_joined_(r, c);
    for (Index c = 0; grad_context.data && c < context_width_; ++c) {
      grad_context(r, c) += grad_joined_(r, state_width_ + c);
    }
  }
}

}  // namespace attenscope
