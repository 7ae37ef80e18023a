// The int8 matrix kernel, compiled for the variants of the dot product that this build has.
#include "kernels/matmul_int8.h"

namespace attenscope {

void MatMul(ConstMatrix x, const Int8View& w, const float* bias, ConstMatrix addend, Matrix y) {
  constexpr simd::DefaultArch kArch;
  const AlignedBuffer scratch =
      AllocateZeroed(Int8Scratch<simd::DefaultDot>(x.shape[0], x.shape[1]), "activations in 8 bits");
  const auto quantised = QuantiseRows(simd::DefaultDot{}, kArch, x, scratch.get());
  const Index T = x.shape[0];
#if ATTENSCOPE_RELAXED_SIMD
  static const bool single = simd::HasSingleDot();
#endif
  ShareRows(kArch, T, w.rows, w.columns, {bias, addend, y}, [&](Index first, Index last, const ProductPart& part) {
    const Int8View rows = w.Rows<Int8Layout<simd::DefaultDot>>(first, last);
#if ATTENSCOPE_RELAXED_SIMD
    if (!single) return MatMul(simd::RelaxedPairDot{}, kArch, quantised, T, rows, part.bias, part.addend, part.y);
#endif
    MatMul(simd::DefaultDot{}, kArch, quantised, T, rows, part.bias, part.addend, part.y);
  });
}

}  // namespace attenscope
