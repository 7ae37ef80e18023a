// Computes a linear layer and its gradients with the matrix kernel. Weights are packed anew at each pass, because each
// optimiser step changes them; packing costs one product of a single row.
#include "train/steps/linear_step.h"

#include <algorithm>

#include "train/products.h"

namespace attenscope {

std::uint64_t LinearStep::Scratch() const {
  const auto [out, in] = operands_.weight->matrix.shape;
  const Index rows = operands_.x->matrix.shape[0];
  return std::max({MultiplyScratch(out, in), MultiplyScratch(in, out), MultiplyScratch(in, rows)});
}

void LinearStep::Forward(float* scratch) {
  const auto& [x, weight, bias, addend, y] = operands_;
  Multiply(x->matrix, weight->matrix, bias ? bias->vector() : nullptr,
           addend ? ConstMatrix(addend->matrix) : ConstMatrix{}, scratch, y->matrix);
}

void LinearStep::Backward(float* scratch) {
  const auto& [x, weight, bias, addend, y] = operands_;
  const ConstMatrix grad_y = y->gradient->read();
  const Matrix grad_weight = weight->gradient.Added();
  Multiply(Transposed(grad_y), Transposed(ConstMatrix(x->matrix)), nullptr, grad_weight, scratch, grad_weight);
  if (bias) AddRowSums(grad_y, bias->gradient.Added().data);
  const bool fresh = x->gradient->fresh();
  const Matrix grad_x = x->gradient->Written();
  Multiply(grad_y, Transposed(ConstMatrix(weight->matrix)), nullptr, fresh ? ConstMatrix{} : ConstMatrix(grad_x),
           scratch, grad_x);
}

}  // namespace attenscope
