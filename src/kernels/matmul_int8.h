// The int8 matrix kernel: y = x Wᵀ + bias + addend with W in 8 bits, x and y in float32.
//
// Activations are quantised during the product, row by row, in blocks of 64 columns: scale = largest magnitude / 63,
// and numbers are rounded to nearest, ties to even. The products of a block are summed in integers, without rounding.
// Then the blocks are added in order: y = (Σ sum · scale of the block) · scale of the channel + bias + addend, where
// each operation rounds to float32. Every build on every machine therefore gives the same bits, and the bits of a row
// do not depend on other rows.
//
// Activations have seven bits, because the relaxed dot product takes seven bits on one side. They have a scale per
// block, so that a large value makes only its own block less precise. A block with a NaN or an infinity makes its whole
// row NaN. A block whose magnitudes are all below 63 / FLT_MAX (1.9e-37) counts as zero.
#pragma once

#include <bit>

#include "kernels/matmul.h"
#include "kernels/packed_int8.h"

namespace attenscope {

/// Rows of activations in 7 bits. Variants of the dot product with the same activation type share them.
template <class Activation>
struct QuantisedRows {
  const Activation* data;  // (T, stride): the numbers with the offset added
  const float* scales;     // (T, blocks)
  Index stride;
  Index blocks;
};

namespace matmul_internal {

/// The number of rows of x in one tile.
inline constexpr int kInt8TileRows = 4;

/// Quantises a block of at most kInt8Block numbers, pads it with zeros, and returns its scale.
template <class Dot, class Arch>
inline float QuantiseBlock(Arch, const float* x, Index step, Index count, typename Dot::Activation* out) {
  using Batch = simd::Batch<Arch>;
  using Integers = xsimd::batch<std::int32_t, Arch>;
  alignas(kAlignment) float held[kInt8Block];
  if (step != 1 || count < kInt8Block) {
    for (Index i = 0; i < count; ++i) held[i] = x[i * step];
    for (Index i = count; i < kInt8Block; ++i) held[i] = 0.0f;
    x = held;
  }
  // Compared as integers, the bits of magnitudes have the order of the magnitudes; infinity comes after all numbers and
  // NaN after infinity.
  Integers most(0);
  for (Index i = 0; i < kInt8Block; i += simd::kLanes<Arch>) {
    most = xsimd::max(most, xsimd::bitwise_cast<std::int32_t>(xsimd::abs(Batch::load_unaligned(x + i))));
  }
  const float largest = std::bit_cast<float>(xsimd::reduce_max(most));
  const float factor = 63.0f / largest;
  if (!std::isfinite(largest) || !std::isfinite(factor)) {
    for (Index i = 0; i < kInt8Block; ++i) out[i] = Dot::kOffset;
    return std::isfinite(largest) ? 0.0f : std::numeric_limits<float>::quiet_NaN();
  }
  // Adding 1.5 · 2²³ moves the rounded integer into the lowest bits.
  const Batch magic(12582912.0f + static_cast<float>(Dot::kOffset));
  alignas(kAlignment) std::int32_t numbers[kInt8Block];
  for (Index i = 0; i < kInt8Block; i += simd::kLanes<Arch>) {
    const Batch number = Batch::load_unaligned(x + i) * Batch(factor);
    xsimd::bitwise_cast<std::int32_t>(number + magic).store_aligned(numbers + i);
  }
  for (Index i = 0; i < kInt8Block; ++i) out[i] = static_cast<typename Dot::Activation>(numbers[i]);
  return largest / 63.0f;
}

/// Computes y[0…R) for `Panels` panels of W. The first panel begins at row `first`, each next one `apart` rows later.
template <class Dot, class Arch, int R, int Panels>
inline void Int8Tile(Dot dot, Arch, const QuantisedRows<typename Dot::Activation>& x, const Int8View& w, Index first,
                     Index apart, const Epilogue& epilogue, float* y, Index y_stride) {
  using Batch = simd::Batch<Arch>;
  using Layout = Int8Layout<Dot, Arch>;
  constexpr int kRegisters = 2 * Panels;
  const Index panel_bytes = Layout::PanelBytes(w.columns);
  const std::int8_t* block = w.data + first / Layout::kRows * panel_bytes;
  const Index next = apart / Layout::kRows * panel_bytes;
  Batch total[Panels][R][2];
  for (int p = 0; p < Panels; ++p) {
    for (int r = 0; r < R; ++r) total[p][r][0] = total[p][r][1] = Batch(0.0f);
  }
  for (Index b = 0; b < x.blocks; ++b) {
    typename Dot::Sums sum[R][kRegisters];
    for (int p = 0; p < Panels; ++p) dot.Start(block + p * next, &sum[0][2 * p]);
    for (int r = 1; r < R; ++r) {
      for (int j = 0; j < kRegisters; ++j) sum[r][j] = sum[0][j];
    }
    const Index first_column = b * kInt8Block;
    const Index columns = std::min(kInt8Block, w.columns - first_column);
    const std::int8_t* step = block + Layout::kCorrections;
    const typename Dot::Activation* column = x.data + first_column;
    for (Index c = 0; c < columns; c += Dot::kColumns) {
      typename Dot::Weights weights[kRegisters];
      for (int p = 0; p < Panels; ++p) dot.Load(step + p * next, &weights[2 * p]);
      for (int r = 0; r < R; ++r) {
        const auto value = dot.Broadcast(column + r * x.stride);
        for (int j = 0; j < kRegisters; ++j) sum[r][j] = dot.Add(sum[r][j], weights[j], value);
      }
      step += Layout::kStep;
      column += Dot::kColumns;
    }
    for (int r = 0; r < R; ++r) {
      const Batch scale(x.scales[r * x.blocks + b]);
      for (int j = 0; j < kRegisters; ++j) {
        // Two statements, so that the compiler does not fuse them into an operation that rounds once.
        const Batch part = dot.ToFloat(sum[r][j]) * scale;
        total[j / 2][r][j % 2] += part;
      }
    }
    block += Layout::kBlock;
  }
  for (int p = 0; p < Panels; ++p) {
    for (int j = 0; j < 2; ++j) {
      const Batch scale = Batch::load_unaligned(w.scales + first + p * apart + j * simd::kLanes<Arch>);
      for (int r = 0; r < R; ++r) total[p][r][j] *= scale;
    }
  }
  FinishTiles<Arch, R, Panels>(total, first, apart, w.rows, epilogue, y, y_stride);
}

}  // namespace matmul_internal

/// Returns the number of scratch bytes that MatMul needs for x (T, C).
template <class Dot>
std::uint64_t Int8Scratch(Index T, Index C) {
  const std::uint64_t block = kInt8Block * sizeof(typename Dot::Activation) + sizeof(float);
  return static_cast<std::uint64_t>(T) * static_cast<std::uint64_t>(Int8Layout<Dot>::Blocks(C)) * block;
}

/// Quantises x (T, C), of any strides, into `scratch`, which has Int8Scratch bytes.
template <class Dot, class Arch>
QuantisedRows<typename Dot::Activation> QuantiseRows(Dot, Arch arch, ConstMatrix x, std::byte* scratch) {
  using Activation = typename Dot::Activation;
  const Index T = x.shape[0];
  const Index C = x.shape[1];
  const Index blocks = Int8Layout<Dot>::Blocks(C);
  const Index stride = blocks * kInt8Block;
  auto* scales = reinterpret_cast<float*>(scratch);
  auto* data = reinterpret_cast<Activation*>(scales + T * blocks);
  ShareOut(T, 1, static_cast<std::uint64_t>(T * C), [&](Index from, Index to) {
    for (Index t = from; t < to; ++t) {
      for (Index b = 0; b < blocks; ++b) {
        const Index first = b * kInt8Block;
        scales[t * blocks + b] =
            matmul_internal::QuantiseBlock<Dot>(arch, x.data + t * x.stride[0] + first * x.stride[1], x.stride[1],
                                                std::min(kInt8Block, C - first), data + t * stride + first);
      }
    }
  });
  return {data, scales, stride, blocks};
}

/// Computes y (T, R) = x (T, C) · Wᵀ + bias (R) + addend (T, R), where W (R, C) and x are packed for `Dot`.
///
/// The rules of the float32 MatMul for y and for null arguments hold here, too. Tiles have four rows or one: tiles of
/// two and three rows would double the code.
template <class Dot, class Arch>
void MatMul(Dot dot, Arch arch, QuantisedRows<typename Dot::Activation> x, Index T, const Int8View& w,
            const float* bias, ConstMatrix addend, Matrix y) {
  using namespace matmul_internal;
  for (Index t = 0; t < T;) {
    const Index rows = T - t < kInt8TileRows ? 1 : kInt8TileRows;
    Epilogue epilogue{bias, addend};
    if (addend.data) epilogue.addend.data = addend.data + t * addend.stride[0];
    float* out = y.data + t * y.stride[0];
    const auto multiply = [&](auto R) {
      PassPanels<Arch, R.value>(0, w.rows, [&](Index row, Index apart, auto panels) {
        Int8Tile<Dot, Arch, R.value, panels.value>(dot, arch, x, w, row, apart, epilogue, out, y.stride[0]);
      });
    };
    if (rows == 1) {
      multiply(std::integral_constant<int, 1>{});
    } else {
      multiply(std::integral_constant<int, kInt8TileRows>{});
    }
    x.data += rows * x.stride;
    x.scales += rows * x.blocks;
    t += rows;
  }
}

/// Computes the product for float32 x (T, C), of any strides. The function allocates its own scratch memory and uses
/// the variant of the dot product that is fastest on this machine. Throws kMemory.
void MatMul(ConstMatrix x, const Int8View& w, const float* bias, ConstMatrix addend, Matrix y);

}  // namespace attenscope
