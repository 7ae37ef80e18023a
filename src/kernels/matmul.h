// The matrix kernel: y = x Wᵀ + bias + addend, for weights, for scores (W = keys) and for weighted sums (W = valuesᵀ).
#pragma once

#include <algorithm>
#include <type_traits>

#include "kernels/packed.h"
#include "parallel/threads.h"
#include "simd/arch.h"

namespace attenscope {

namespace matmul_internal {

/// Rows of x in one tile. Six rows by two registers are twelve accumulators, which with two registers of weights and
/// one broadcast fill the sixteen registers of x86-64, and hide the latency of the multiply-add.
inline constexpr int kTileRows = 6;

/// Panels that a single row of x reads at once: eight independent accumulators, for the same reason.
inline constexpr int kRowPanels = 4;

/// Floats of W that are taken together: 256 KB, which a core's own cache has room for.
inline constexpr Index kBlockFloats = 64 * 1024;

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

/// Writes the part of a tile's sums (R, width), which are for rows of W from `first` on, that exists: rows below
/// `rows`. Not inlined: most tiles are whole, and a copy in each would be most of their code.
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

/// Adds bias and addend to a tile's sums and writes them to y: those that are for rows of W, of which there are `rows`.
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

/// The same for each of several panels, `apart` rows from one to the next. Not inlined: each would be a copy.
template <class Arch, int R, int Panels>
[[gnu::noinline]] void FinishTiles(simd::Batch<Arch> (&sum)[Panels][R][2], Index first, Index apart, Index rows,
                                   const Epilogue& epilogue, float* y, Index y_stride) {
  for (int p = 0; p < Panels; ++p) FinishTile<Arch, R>(sum[p], first + p * apart, rows, epilogue, y, y_stride);
}

/// y[0…R) at `Panels` panels of W, of which the first begins at row `first` and each other `apart` rows further on.
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

/// Rows of W that all tiles of x pass by before the next come, whole panels: as many as stay in a core's own cache.
template <class Arch>
inline Index BlockRows(Index columns) {
  return std::max<Index>(kBlockFloats / (std::max<Index>(columns, 1) * kPanelRows<Arch>), 1) * kPanelRows<Arch>;
}

/// Calls tiles(first, apart, panels) for tiles of rows [first, last) of W, `panels` being a constant of its type. What
/// a single row of x reads at once is a quarter of them apart: panels side by side would be streams that end after a
/// few pages, over and over, and memory answers long streams faster.
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
  // A single row passes W by once: there is nothing to keep.
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

/// What goes with some of W's rows in a product: their bias, and their columns of the addend and of y.
struct ProductPart {
  const float* bias;
  ConstMatrix addend;
  Matrix y;

  /// That of rows [first, last).
  ProductPart Rows(Index first, Index last) const {
    return {bias ? bias + first : nullptr, addend.data ? addend.Columns(first, last - first) : addend,
            y.Columns(first, last - first)};
  }
};

/// Calls multiply(first, last, part) for rows [first, last) of W (R, C), on as many threads as there are: whole panels,
/// and as many as a single row of x reads at once.
template <class Arch, class Multiply>
void ShareRows(Arch, Index T, Index R, Index C, const ProductPart& whole, const Multiply& multiply) {
  const std::uint64_t work = static_cast<std::uint64_t>(T * R) * static_cast<std::uint64_t>(C);
  const Index panels = T == 1 ? matmul_internal::kRowPanels : 1;
  ShareOut(R, panels * kPanelRows<Arch>, work,
           [&](Index first, Index last) { multiply(first, last, whole.Rows(first, last)); });
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
