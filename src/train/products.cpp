// Packs right-hand matrices and shares products among threads.
#include "train/products.h"

#include "kernels/vector_ops.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

}  // namespace

void Multiply(ConstMatrix x, ConstMatrix w, const float* bias, ConstMatrix addend, float* scratch, Matrix y) {
  const PackedView<float> packed = MakePacked(scratch, w.shape[0], w.shape[1], kPanelRows<Arch>);
  Pack(w, packed);
  const PackedView<const float> ready = packed;
  ShareRows(Arch{}, x.shape[0], w.shape[0], w.shape[1], {bias, addend, y},
            [&](Index first, Index last, const ProductPart& part) {
              MatMul(Arch{}, x, ready.Rows(first, last - first), part.bias, part.addend, part.y);
            });
}

void AddRowSums(ConstMatrix x, float* sums) {
  for (Index r = 0; r < x.shape[0]; ++r) AddScaled(Arch{}, 1.0f, &x(r, 0), sums, x.shape[1]);
}

}  // namespace attenscope
