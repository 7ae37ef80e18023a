// A linear layer as a step: y = factor · x Wᵀ + b + addend.
#pragma once

#include "train/graph.h"

namespace attenscope {

/// The operands of a linear step. Besides `x` and `y`, `weight` (out, in) must be given.
struct LinearOperands {
  const Value* x;                 // (R, in)
  Parameter* weight;              // (out, in)
  Parameter* bias = nullptr;      // (1, out)
  const Value* addend = nullptr;  // (R, out), whose gradient y shares
  const Value* y = nullptr;       // (R, out)
};

/// Computes y = x Wᵀ + b + addend. Backward: dX = dY W, dW = dYᵀ X and db = Σ_rows dY.
class LinearStep : public Step {
 public:
  explicit LinearStep(const LinearOperands& operands) : operands_(operands) {}
  std::uint64_t Scratch() const override;
  void Forward(float* scratch) override;
  void Backward(float* scratch) override;

 private:
  LinearOperands operands_;
};

}  // namespace attenscope
