// Computes matrix products in float32: y = x Wᵀ + bias + addend. Projections, scores (W = keys) and weighted sums (W =
// valuesᵀ) use this kernel.
#pragma once

#include <algorithm>
#include <type_traits>

#include "kernels/packed.h"
#include "parallel/threads.h"
#include "simd/arch.h"

namespace attenscope {

namespace matmul_internal {

/// The number of rows of x in one tile. Six rows times two registers are twelve accumulators. Together with two
/// registers of weights and one of x they fill the sixteen registers of x86-64. Twelve accumulators also hide the
/// latency of the multiply-add.
inline constexpr int kTileRows = 6;

/// The number of panels that a tile reads when x has a single row: eight independent accumulators, again to hide the
/// latency.
inline constexpr int kRowPanels = 4;

/// The number of floats of W in one block: 256 KB, which fit into the private cache of a core.
inline constexpr Index kBlockFloats = 64 * 1024;

/// The terms that are added to the product: a bias for each row of W, and a matrix of y's shape, such as the residual
/// stream. Either may be null.
struct Epilogue {
  const float* bias;
  ConstMatrix addend;
};

/// Rows of x. `stride` is the distance between rows and `step` the distance between columns, so that x may be a
/// transpose.
struct TileInput {
  const float* data;
  Index stride;
  Index step;
};

/// Writes the sums (R, width) of a tile at the edge of W. The tile starts at row `first` of W, and only its rows below
/// `rows` exist. Not inlined: most tiles are complete, and a copy of this function in each tile would be most of the
/// code.
[[gnu::noinline]] inline void FinishEdge(const float* sums, int R, Index width, Index first, Index rows,
                                         const Epilogue& epilogue, float* y, Index y_stride) {
  for (int r = 0; r < R; ++r) {
    const float* addend = epilogue.addend.data ? epilogue.addend.data + r * epilogue.addend.stride[0] : nullptr;
    for (Index i = 0; first + i < rows; ++i) {
      const Index row = first + i;
      float result = sums[r * width + i];
      if (epilogue.bias) result += epilogue.bias[row];
      if (addend) result += addend[row];
      y[r * y_stride + row] = result;
    }
  }
}

/// Adds bias and addend to the sums of a tile and writes them to y. W has `rows` rows; the tile's rows beyond them are
/// dropped.
template <class Arch, int R>
inline void FinishTile(simd::Batch<Arch> (&sum)[R][2], Index first, Index rows, const Epilogue& epilogue, float* y,
                       Index y_stride) {
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  if (first + kPanelRows<Arch> > rows) {
    alignas(kAlignment) float sums[R][kPanelRows<Arch>];
    for (int r = 0; r < R; ++r) {
      for (int j = 0; j < 2; ++j) sum[r][j].store_aligned(&sums[r][j * kLanes]);
    }
    return FinishEdge(&sums[0][0], R, kPanelRows<Arch>, first, rows, epilogue, y, y_stride);
  }
  if (epilogue.bias) {
    for (int j = 0; j < 2; ++j) {
      const Batch bias = Batch::load_unaligned(epilogue.bias + first + j * kLanes);
      for (int r = 0; r < R; ++r) sum[r][j] += bias;
    }
  }
  if (epilogue.addend.data) {
    for (int r = 0; r < R; ++r) {
      const float* addend = epilogue.addend.data + r * epilogue.addend.stride[0] + first;
      for (int j = 0; j < 2; ++j) sum[r][j] += Batch::load_unaligned(addend + j * kLanes);
    }
  }
  for (int r = 0; r < R; ++r) {
    for (int j = 0; j < 2; ++j) sum[r][j].store_unaligned(y + r * y_stride + first + j * kLanes);
  }
}

/// Calls FinishTile for several panels, which are `apart` rows from each other. Not inlined, because each call would be
/// a copy.
template <class Arch, int R, int Panels>
[[gnu::noinline]] void FinishTiles(simd::Batch<Arch> (&sum)[Panels][R][2], Index first, Index apart, Index rows,
                                   const Epilogue& epilogue, float* y, Index y_stride) {
  for (int p = 0; p < Panels; ++p) FinishTile<Arch, R>(sum[p], first + p * apart, rows, epilogue, y, y_stride);
}

/// Computes y[0…R) for `Panels` panels of W. The first panel begins at row `first`, each next one `apart` rows later.
template <class Arch, int R, int Panels>
inline void Tile(Arch, TileInput x, const PackedView<const float>& w, Index first, Index apart,
                 const Epilogue& epilogue, float* y, Index y_stride) {
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  Batch sum[Panels][R][2];
  for (int p = 0; p < Panels; ++p) {
    for (int r = 0; r < R; ++r) sum[p][r][0] = sum[p][r][1] = Batch(0.0f);
  }
  const float* panel = w.data + first / kPanelRows<Arch> * w.panel_stride;
  const Index next = apart / kPanelRows<Arch> * w.panel_stride;
  const float* column = x.data;
  for (Index c = 0; c < w.columns; ++c) {
    Batch weight[Panels][2];
    for (int p = 0; p < Panels; ++p) {
      for (int j = 0; j < 2; ++j) weight[p][j] = Batch::load_unaligned(panel + p * next + j * kLanes);
    }
    for (int r = 0; r < R; ++r) {
      const Batch value(column[r * x.stride]);
      for (int p = 0; p < Panels; ++p) {
        for (int j = 0; j < 2; ++j) sum[p][r][j] = xsimd::fma(value, weight[p][j], sum[p][r][j]);
      }
    }
    panel += kPanelRows<Arch>;
    column += x.step;
  }
  if constexpr (Panels == 1) {
    FinishTile<Arch, R>(sum[0], first, w.rows, epilogue, y, y_stride);
  } else {
    FinishTiles<Arch, R, Panels>(sum, first, apart, w.rows, epilogue, y, y_stride);
  }
}

/// Returns the number of rows of one block of W, a multiple of the panel size. All tiles of x use the block, which
/// stays in the private cache of a core, before the next block begins.
template <class Arch>
inline Index BlockRows(Index columns) {
  return std::max<Index>(kBlockFloats / (std::max<Index>(columns, 1) * kPanelRows<Arch>), 1) * kPanelRows<Arch>;
}

/// Calls tiles(first, apart, panels) for the tiles of rows [first, last) of W; `panels` is a compile-time constant.
/// When x has a single row, a tile reads four panels, each a quarter of the rows after the one before. Neighbouring
/// panels would be many short streams, and memory is faster with a few long ones.
template <class Arch, int R, class Tiles>
inline void PassPanels(Index first, Index last, const Tiles& tiles) {
  constexpr Index kPanel = kPanelRows<Arch>;
  if constexpr (R == 1) {
    const Index apart = (last - first) / (kRowPanels * kPanel) * kPanel;
    for (const Index end = first + apart; first < end; first += kPanel) {
      tiles(first, apart, std::integral_constant<int, kRowPanels>{});
    }
    first += (kRowPanels - 1) * apart;
  }
  for (; first < last; first += kPanel) tiles(first, Index{0}, std::integral_constant<int, 1>{});
}

/// Calls `body` with `rows` (1 … kTileRows) as a compile-time constant.
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

/// Computes y (T, R) = x (T, C) · Wᵀ + bias (R) + addend (T, R), where W (R, C) is packed for `Arch`.
///
/// x may have any strides. The last dimension of y and of the addend is contiguous; their rows may have any stride.
/// `bias` and `addend.data` may be null. y may be the addend, but must not overlap x. Each sum runs over C in order, so
/// that the result of a row does not depend on the number of rows computed with it.
template <class Arch>
void MatMul(Arch arch, ConstMatrix x, PackedView<const float> w, const float* bias, ConstMatrix addend, Matrix y) {
  using namespace matmul_internal;
  const Index T = x.shape[0];
  // A single row of x reads W only once, so that blocks bring nothing.
  const Index block = T == 1 ? w.rows : BlockRows<Arch>(w.columns);
  for (Index first = 0; first < w.rows; first += block) {
    const Index last = std::min(first + block, w.rows);
    for (Index t = 0; t < T; t += kTileRows) {
      const Index rows = T - t < kTileRows ? T - t : kTileRows;
      Epilogue epilogue{bias, addend};
      if (addend.data) epilogue.addend.data = addend.data + t * addend.stride[0];
      WithRows(rows, [&](auto R) {
        const TileInput rows_of_x{x.Rows(t, rows).data, x.stride[0], x.stride[1]};
        PassPanels<Arch, R.value>(first, last, [&](Index row, Index apart, auto panels) {
          Tile<Arch, R.value, panels.value>(arch, rows_of_x, w, row, apart, epilogue, y.data + t * y.stride[0],
                                            y.stride[0]);
        });
      });
    }
  }
}

/// The arguments of a product that belong to some rows of W: their bias, and their columns of the addend and of y.
struct ProductPart {
  const float* bias;
  ConstMatrix addend;
  Matrix y;

  /// Returns the part of rows [first, last).
  ProductPart Rows(Index first, Index last) const {
    return {bias ? bias + first : nullptr, addend.data ? addend.Columns(first, last - first) : addend,
            y.Columns(first, last - first)};
  }
};

/// Divides the rows of W (R, C) among the threads and calls multiply(first, last, part) for each range [first, last). A
/// range is a multiple of the rows that one tile reads.
template <class Arch, class Multiply>
void ShareRows(Arch, Index T, Index R, Index C, const ProductPart& whole, const Multiply& multiply) {
  const std::uint64_t work = static_cast<std::uint64_t>(T * R) * static_cast<std::uint64_t>(C);
  const Index panels = T == 1 ? matmul_internal::kRowPanels : 1;
  ShareOut(R, panels * kPanelRows<Arch>, work,
           [&](Index first, Index last) { multiply(first, last, whole.Rows(first, last)); });
}

/// Computes y (T, R) = x (T, C) · Wᵀ, where W (R, C) is packed for `Arch`.
template <class Arch>
void MatMul(Arch arch, ConstMatrix x, PackedView<const float> w, Matrix y) {
  MatMul(arch, x, w, nullptr, ConstMatrix{}, y);
}

/// Returns the number of scratch floats that AddProduct needs for a right-hand matrix (inner, columns).
template <class Arch>
std::uint64_t ProductScratch(Index inner, Index columns) {
  return PackedSize(columns, inner, kPanelRows<Arch>);
}

/// Packs b (inner, columns), of any strides, into `scratch` as the right-hand matrix of x · b.
template <class Arch>
PackedView<float> PackRightSide(Arch, ConstMatrix b, float* scratch) {
  const PackedView<float> packed = MakePacked(scratch, b.shape[1], b.shape[0], kPanelRows<Arch>);
  Pack(Transposed(b), packed);
  return packed;
}

/// Computes y ← y + a · b, where a (rows, inner) and b (inner, columns) may have any strides. Does nothing when y has
/// no data.
template <class Arch>
void AddProduct(Arch arch, ConstMatrix a, ConstMatrix b, float* scratch, Matrix y) {
  if (y.data) MatMul(arch, a, PackRightSide(arch, b, scratch), nullptr, y, y);
}

/// The product is compiled once, in matmul.cpp. Inlined at each call, its tiles would make up most of the module.
extern template void MatMul(simd::DefaultArch, ConstMatrix, PackedView<const float>, const float*, ConstMatrix, Matrix);

}  // namespace attenscope
