// Half-precision weights: their storage, and their product through the float32 kernel.
#include "kernels/matmul_half.h"

#include <algorithm>
#include <bit>

#include "kernels/matmul.h"
#include "tensor/half.h"

namespace attenscope {

namespace {

constexpr Index kPanel = kPanelRows<simd::DefaultArch>;

/// Converts `count` finite half-precision numbers to float32. Shifting the exponent and the fraction into place leaves
/// an exponent that is 112 too small; a multiplication by 2¹¹² corrects it, for subnormal numbers too. The loop has no
/// branch, so that the compiler vectorises it.
void Widen(const std::uint16_t* halves, Index count, float* out) {
  for (Index i = 0; i < count; ++i) {
    const std::uint32_t half = halves[i];
    const float magnitude = std::bit_cast<float>((half & 0x7fffu) << 13) * 0x1p112f;
    out[i] = std::bit_cast<float>(std::bit_cast<std::uint32_t>(magnitude) | (half & 0x8000u) << 16);
  }
}

/// Computes the product on one thread, a few panels at a time.
void MultiplyWidened(ConstMatrix x, const PackedView<std::uint16_t>& w, const ProductPart& whole) {
  constexpr simd::DefaultArch kArch;
  // As many panels as one tile of the float32 kernel reads when x has a single row.
  constexpr Index kRows = matmul_internal::kRowPanels * kPanel;
  const Index most = std::min(kRows, (w.rows + kPanel - 1) / kPanel * kPanel);
  const AlignedBuffer scratch =
      AllocateZeroed(PackedSize(most, w.columns, kPanel) * sizeof(float), "weights in float32");
  auto* floats = reinterpret_cast<float*>(scratch.get());
  for (Index first = 0; first < w.rows; first += kRows) {
    const Index rows = std::min(kRows, w.rows - first);
    const PackedView<float> panels = MakePacked(floats, rows, w.columns, kPanel);
    Widen(w.Rows(first, rows).data, static_cast<Index>(PackedSize(rows, w.columns, kPanel)), floats);
    const ProductPart part = whole.Rows(first, first + rows);
    MatMul(kArch, x, PackedView<const float>(panels), part.bias, part.addend, part.y);
  }
}

}  // namespace

HalfMatrix::HalfMatrix(Index rows, Index columns, const std::string& name)
    : buffer_(AllocateZeroed(PackedSize(rows, columns, kPanel) * sizeof(std::uint16_t), name)),
      view_{reinterpret_cast<std::uint16_t*>(buffer_.get()), rows, columns, kPanel, kPanel * columns} {}

bool HalfMatrix::SetRow(Index row, const float* values) {
  constexpr std::uint16_t kNotFinite = 0x7c00u;
  bool finite = true;
  for (Index c = 0; c < columns(); ++c) {
    const std::uint16_t half = ToF16(values[c]);
    finite = finite && (half & kNotFinite) != kNotFinite;
    view_(row, c) = half;
  }
  return finite;
}

void HalfMatrix::GetRow(Index row, float* out) const {
  for (Index c = 0; c < columns(); ++c) out[c] = FromF16(view_(row, c));
}

void MatMul(ConstMatrix x, const HalfMatrix& w, const float* bias, ConstMatrix addend, Matrix y) {
  ShareRows(simd::DefaultArch{}, x.shape[0], w.rows(), w.columns(), {bias, addend, y},
            [&](Index first, Index last, const ProductPart& part) {
              MultiplyWidened(x, w.view().Rows(first, last - first), part);
            });
}

}  // namespace attenscope
