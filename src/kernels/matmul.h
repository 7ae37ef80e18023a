// The matrix kernel: y = x Wᵀ + bias + addend, for weights, for scores (W = keys) and for weighted sums (W = valuesᵀ).
#pragma once

#include <type_traits>

#include "kernels/packed.h"
#include "simd/arch.h"

namespace attenscope {

namespace matmul_internal {

/// Rows of x in one tile. Six rows by two registers are twelve accumulators, which with two registers of weights and
/// one broadcast fill the sixteen registers of x86-64, and hide the latency of the multiply-add.
inline constexpr int kTileRows = 6;

/// Panels that a single row of x reads at once: eight independent accumulators, for the same reason.
inline constexpr int kRowPanels = 4;

/// What is added to the product: a bias for each row of W, and a matrix of y's shape (a residual). Either may be null.
struct Epilogue {
  const float* bias;
  ConstMatrix addend;
};

/// Rows of x: the distance from one to the next, and from one column to the next, so that x may be a transpose.
struct TileInput {
  const float* data;
  Index stride;
  Index step;
};

/// Writes a register of row `r` of a tile's products, which are for rows of W from `row` on, to y: those that exist.
template <class Arch>
inline void Finish(simd::Batch<Arch> product, Index row, Index rows, const Epilogue& epilogue, int r, float* y) {
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  const Index valid = rows - row;
  float* out = y + row;
  const float* bias = epilogue.bias ? epilogue.bias + row : nullptr;
  const float* addend = epilogue.addend.data ? epilogue.addend.data + r * epilogue.addend.stride[0] + row : nullptr;
  if (valid >= kLanes) {
    Batch result = product;
    if (bias) result += Batch::load_unaligned(bias);
    if (addend) result += Batch::load_unaligned(addend);
    result.store_unaligned(out);
  } else if (valid > 0) {
    alignas(kAlignment) float last[kLanes];
    product.store_aligned(last);
    for (Index i = 0; i < valid; ++i) {
      out[i] = last[i] + (bias ? bias[i] : 0.0f) + (addend ? addend[i] : 0.0f);
    }
  }
}

/// y[0…R) at the `Panels` panels from row `first` of W on.
template <class Arch, int R, int Panels>
inline void Tile(Arch, TileInput x, const PackedView<const float>& w, Index first, const Epilogue& epilogue, float* y,
                 Index y_stride) {
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  constexpr int kRegisters = 2 * Panels;
  Batch sum[R][kRegisters];
  for (int r = 0; r < R; ++r) {
    for (int j = 0; j < kRegisters; ++j) sum[r][j] = Batch(0.0f);
  }
  const float* panel = w.data + first / kPanelRows<Arch> * w.panel_stride;
  const float* column = x.data;
  for (Index c = 0; c < w.columns; ++c) {
    Batch weight[kRegisters];
    for (int j = 0; j < kRegisters; ++j) {
      weight[j] = Batch::load_unaligned(panel + (j / 2) * w.panel_stride + (j % 2) * kLanes);
    }
    for (int r = 0; r < R; ++r) {
      const Batch value(column[r * x.stride]);
      for (int j = 0; j < kRegisters; ++j) sum[r][j] = xsimd::fma(value, weight[j], sum[r][j]);
    }
    panel += kPanelRows<Arch>;
    column += x.step;
  }
  for (int r = 0; r < R; ++r) {
    for (int j = 0; j < kRegisters; ++j) {
      Finish<Arch>(sum[r][j], first + j * kLanes, w.rows, epilogue, r, y + r * y_stride);
    }
  }
}

/// R rows of x against all of W.
template <class Arch, int R>
inline void TileRows(Arch arch, TileInput x, const PackedView<const float>& w, const Epilogue& epilogue, float* y,
                     Index y_stride) {
  constexpr Index kPanel = kPanelRows<Arch>;
  Index first = 0;
  if constexpr (R == 1) {
    for (; first + kRowPanels * kPanel <= w.rows; first += kRowPanels * kPanel) {
      Tile<Arch, R, kRowPanels>(arch, x, w, first, epilogue, y, y_stride);
    }
  }
  for (; first < w.rows; first += kPanel) {
    Tile<Arch, R, 1>(arch, x, w, first, epilogue, y, y_stride);
  }
}

/// Calls `body` with `rows` (1 … kTileRows) as a constant of its type.
template <class Body>
inline void WithRows(Index rows, Body body) {
  switch (rows) {
    case 1:
      return body(std::integral_constant<int, 1>{});
    case 2:
      return body(std::integral_constant<int, 2>{});
    case 3:
      return body(std::integral_constant<int, 3>{});
    case 4:
      return body(std::integral_constant<int, 4>{});
    case 5:
      return body(std::integral_constant<int, 5>{});
    default:
      return body(std::integral_constant<int, kTileRows>{});
  }
}

}  // namespace matmul_internal

/// y (T, R) = x (T, C) · Wᵀ + bias (R) + addend (T, R), where W (R, C) is packed for `Arch`.
///
/// x may have any strides; the last dimensions of y and addend are contiguous, their rows any distance apart. `bias`
/// and `addend.data` may be null. y may be addend, and may not overlap x. Sums run over C in order, so that a row's
/// result does not depend on how many rows are computed with it.
template <class Arch>
void MatMul(Arch arch, ConstMatrix x, PackedView<const float> w, const float* bias, ConstMatrix addend, Matrix y) {
  using namespace matmul_internal;
  const Index T = x.shape[0];
  for (Index t = 0; t < T; t += kTileRows) {
    const Index rows = T - t < kTileRows ? T - t : kTileRows;
    Epilogue epilogue{bias, addend};
    if (addend.data) epilogue.addend.data = addend.data + t * addend.stride[0];
    WithRows(rows, [&](auto R) {
      TileRows<Arch, R.value>(arch, {x.data + t * x.stride[0], x.stride[0], x.stride[1]}, w, epilogue,
                              y.data + t * y.stride[0], y.stride[0]);
    });
  }
}

template <class Arch>
void MatMul(Arch arch, ConstMatrix x, PackedView<const float> w, Matrix y) {
  MatMul(arch, x, w, nullptr, ConstMatrix{}, y);
}

/// Floats of scratch that AddProduct needs for a right side (inner, columns).
template <class Arch>
std::uint64_t ProductScratch(Index inner, Index columns) {
  return PackedSize(columns, inner, kPanelRows<Arch>);
}

/// Packs b (inner, columns), of any strides, into `scratch` as the right side of x · b.
template <class Arch>
PackedView<float> PackRightSide(Arch, ConstMatrix b, float* scratch) {
  const PackedView<float> packed = MakePacked(scratch, b.shape[1], b.shape[0], kPanelRows<Arch>);
  Pack(Transposed(b), packed);
  return packed;
}

/// y ← y + a · b, a (rows, inner) and b (inner, columns) of any strides; nothing where y is null.
template <class Arch>
void AddProduct(Arch arch, ConstMatrix a, ConstMatrix b, float* scratch, Matrix y) {
  if (y.data) MatMul(arch, a, PackRightSide(arch, b, scratch), nullptr, y, y);
}

/// Compiled once, in matmul.cpp: inlined wherever it is called, its tiles would make up most of the module.
extern template void MatMul(simd::DefaultArch, ConstMatrix, PackedView<const float>, const float*, ConstMatrix, Matrix);

}  // namespace attenscope
