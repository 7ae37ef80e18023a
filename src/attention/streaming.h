// Computes softmax attention over long sequences, one tile of keys at a time: memory grows with T + S, not with T · S.
#pragma once

#include "attention/attention.h"

namespace attenscope {

/// The number of keys of a tile. At width 64 these keys and their values take 512 KB, which stay in the cache of a core
/// while all queries use them.
inline constexpr Index kKeyTile = 1024;

/// Returns the number of scratch floats for T queries and values of width Hv.
inline std::uint64_t StreamingScratch(Index T, Index Hv) {
  return static_cast<std::uint64_t>(kQueryTile * (kKeyTile + Hv) + 2 * T);
}

/// Returns the head with keys [first, first + count) only. `first` is a multiple of kKeyTile.
inline Head PartOf(const Head& head, Index first, Index count) {
  Head part = head;
  part.inputs.keys = head.inputs.keys.Rows(first, count);
  part.values = head.values.Columns(first, count);
  part.first_key = first;
  return part;
}

/// Computes the output (T, Hv) of AttendHead up to rounding, for a softmax over the keys without edits.
///
/// For each query three results are kept: the largest score m so far, l = Σ exp(s − m), and the sum of the values
/// weighted by exp(s − m). When a tile brings a larger m, both sums are multiplied by exp(m_old − m) (Milakov &
/// Gimelshein 2018; in tiles, Dao et al. 2022). `output` itself holds the sum of values. Tiles without visible keys are
/// skipped. The bits of a row do not depend on other rows.
template <class Arch>
void StreamHead(Arch arch, const Head& head, const AttentionOptions& options, float* scratch, Matrix output) {
  const auto [T, Hv] = output.shape;
  const Index S = head.inputs.keys.rows;
  const Matrix sums(scratch + kQueryTile * kKeyTile, {kQueryTile, Hv});  // (kQueryTile, Hv): sums of values in one tile
  float* largest = sums.data + kQueryTile * Hv;                          // (T)
  float* totals = largest + T;                                           // (T)
  std::fill(largest, largest + T, kHidden);
  std::fill(totals, totals + T, 0.0f);
  for (Index t = 0; t < T; ++t) std::fill_n(output.data + t * output.stride[0], Hv, 0.0f);
  for (Index first_key = 0; first_key < S; first_key += kKeyTile) {
    const Head part = PartOf(head, first_key, std::min(kKeyTile, S - first_key));
    for (Index first = 0; first < T; first += kQueryTile) {
      const Index rows = std::min(kQueryTile, T - first);
      const Index keys = std::min(kKeyTile, LastVisible(options.visible, first, rows, S) - first_key);
      if (keys <= 0 || !SeesAny(options.visible, first, rows, first_key, keys)) continue;
      const Matrix weights(scratch, {rows, keys});
      ScoreStage(arch, part, first, options, Stage::kMasked, weights);
      for (Index t = first; t < first + rows; ++t) {
        float* row = weights.data + (t - first) * keys;
        const Index seen = std::clamp<Index>(VisibleRange(options.visible, t, S).last - first_key, 0, keys);
        const float before = largest[t];
        largest[t] = std::max(before, Max(arch, row, seen));
        // Without this case −∞ − (−∞) would be NaN.
        const float shift = largest[t] == kHidden ? 0.0f : largest[t];
        const float fade = before == kHidden ? 0.0f : std::exp(before - shift);
        totals[t] = totals[t] * fade + ExpSum(arch, shift, row, seen);
        std::fill(row + seen, row + keys, 0.0f);
        float* out = output.data + t * output.stride[0];
        // A sum with the factor 0 is written as 0, even if the sum was NaN.
        fade == 0.0f ? static_cast<void>(std::fill_n(out, Hv, 0.0f)) : Scale(arch, fade, out, Hv);
      }
      WeightedSum(arch, weights, part.values, sums.Rows(0, rows));
      for (Index t = 0; t < rows; ++t) {
        AddScaled(arch, 1.0f, sums.data + t * Hv, output.data + (first + t) * output.stride[0], Hv);
      }
    }
  }
  for (Index t = 0; t < T; ++t) {
    Scale(arch, totals[t] == 0.0f ? 0.0f : 1.0f / totals[t], output.data + t * output.stride[0], Hv);
  }
}

/// This template is compiled once, in attention.cpp.
extern template void StreamHead(simd::DefaultArch, const Head&, const AttentionOptions&, float*, Matrix);

}  // namespace attenscope
