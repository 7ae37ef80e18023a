// Computes a linear layer and its gradients with the matrix kernel. Weights are packed anew at each pass, because each
// optimiser step changes them; packing costs one product of a single row.
#include "train/steps/linear_step.h"

#include <algorithm>

#include "kernels/matmul.h"
#include "kernels/vector_ops.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

/// Computes y (T, R) = x (T, C) · wᵀ + bias + addend on all threads, where w (R, C) has any strides.
void Multiply(ConstMatrix x, ConstMatrix w, const float* bias, ConstMatrix addend, float* scratch, Matrix y) {
  const PackedView<float> packed = MakePacked(scratch, w.shape[0], w.shape[1], kPanelRows<Arch>);
  Pack(w, packed);
  const PackedView<const float> ready = packed;
  ShareRows(Arch{}, x.shape[0], w.shape[0], w.shape[1], {bias, addend, y},
            [&](Index first, Index last, const ProductPart& part) {
              MatMul(Arch{}, x, ready.Rows(first, last - first), part.bias, part.addend, part.y);
            });
}

}  // namespace

std::uint64_t LinearStep::Scratch() const {
  const auto [out, in] = operands_.weight->matrix.shape;
  const Index rows = operands_.x->matrix.shape[0];
  constexpr Index kPanel = kPanelRows<Arch>;
  return std::max({PackedSize(out, in, kPanel), PackedSize(in, out, kPanel), PackedSize(in, rows, kPanel)});
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
  if (bias) {
    float* sums = bias->gradient.Added().data;
    for (Index r = 0; r < grad_y.shape[0]; ++r) AddScaled(Arch{}, 1.0f, &grad_y(r, 0), sums, grad_y.shape[1]);
  }
  const bool fresh = x->gradient->fresh();
  const Matrix grad_x = x->gradient->Written();
  Multiply(grad_y, Transposed(ConstMatrix(weight->matrix)), nullptr, fresh ? ConstMatrix{} : ConstMatrix(grad_x),
           scratch, grad_x);
}

}  // namespace attenscope
