// One head's attention: every stage from scores to pattern, and the weighted sum. What models run and what the library
// offers are this same code.
#pragma once

#include <algorithm>
#include <vector>

#include "attention/mask.h"
#include "attention/normalizers.h"
#include "attention/picture.h"
#include "attention/scores.h"
#include "attention/squash.h"

namespace attenscope {

/// Queries computed together: one tile of the matrix kernel, so that a causal tile computes few hidden scores.
inline constexpr Index kQueryTile = matmul_internal::kTileRows;

/// Calls use(first query, queries, S′) for T queries, a tile at a time, S′ ≤ S being the keys up to the last that any
/// of the tile sees.
template <class Use>
void ForEachTile(const Visibility& visible, Index T, Index S, const Use& use) {
  for (Index first = 0; first < T; first += kQueryTile) {
    const Index rows = std::min(kQueryTile, T - first);
    use(first, rows, LastVisible(visible, first, rows, S));
  }
}

/// One head, ready to attend.
struct Head {
  ScoreInputs inputs;
  PackedView<const float> values;  // (Hv, S): packed transposed, as the weighted sum reads them
  HeadMask mask;
  Index first_key = 0;      // the number of the first of `keys` among all keys, where they are a part of these
  Index index = 0;          // among the N heads, for edits
  std::uint64_t place = 0;  // the number of its first row among all rows, for kSample
  Picture picture = {};     // where AttendHead leaves the pattern in small
};

/// The edits of a stage on its way, for one row after another.
class RowEdits {
 public:
  RowEdits(const AttentionOptions& options, Index head, Index S)
      : options_(options), head_(head), hidden_(options.edits.empty() ? 0 : static_cast<std::size_t>(S)) {}

  /// Marks the keys that query t does not see by its position.
  void BeginRow(Index t, Index S) {
    if (hidden_.empty()) return;
    const KeyRange range = VisibleRange(options_.visible, t, S);
    for (Index s = 0; s < S; ++s) {
      hidden_[static_cast<std::size_t>(s)] = s >= range.last || (s >= range.globals && s < range.first);
    }
  }
  /// Marks those that the mask hides.
  void Masked(const float* row) {
    for (std::size_t s = 0; s < hidden_.size(); ++s) hidden_[s] = row[s] == kHidden;
  }
  void Apply(Stage stage, Index t, float* row) const {
    if (hidden_.empty()) return;
    ApplyEdits(options_.edits, stage, head_, options_.visible.past + t, hidden_.data(),
               static_cast<Index>(hidden_.size()), row);
  }

 private:
  const AttentionOptions& options_;
  Index head_;
  std::vector<std::uint8_t> hidden_;  // of the row in hand; empty where there are no edits
};

/// Whether a row of scores has only to be scaled and normalised by softmax, as most do.
inline bool IsPlain(const AttentionOptions& options, const HeadMask& mask) {
  return options.normalizer == Normalizer::kSoftmax && options.over == Over::kKeys && options.temperature == 1.0f &&
         options.squash == Squash::kNone && !(options.softcap > 0.0f) && options.edits.empty() && !mask.allowed.data &&
         !mask.bias.data;
}

/// Rows [first, first + T) of a head's scores at stage `from` brought on to stage `to`: out (T, S′).
///
/// S′ may be less than the head's S where no query of the tile sees a key beyond. Scores of hidden keys are true
/// numbers up to kSquashed, −∞ at kMasked, and 0 in the pattern. With Over::kQueries the pattern needs all rows at
/// once: this stops at kMasked, and `NormalizeColumns` goes on from there, without edits or temperature. Of a part of
/// the keys there is no pattern.
template <class Arch>
void Advance(Arch arch, const Head& head, Index first, const AttentionOptions& options, Stage from, Stage to,
             Matrix out) {
  const Index T = out.shape[0];
  const Index S = out.shape[1];
  RowEdits edits(options, head.index, S);
  const bool plain = from == Stage::kScores && to == Stage::kPattern && IsPlain(options, head.mask);
  for (Index t = 0; t < T; ++t) {
    float* row = out.data + t * out.stride[0];
    // All stages in two passes over the row, unless a window cuts a gap into it.
    if (const KeyRange range = VisibleRange(options.visible, first + t, S); plain && range.globals == range.first) {
      ScaledSoftmax(arch, options.scale, row, range.last);
      std::fill(row + range.last, row + S, 0.0f);
      continue;
    }
    const auto is_due = [&](Stage stage) { return from < stage && stage <= to; };
    edits.BeginRow(first + t, S);
    if (from == Stage::kScores) edits.Apply(Stage::kScores, first + t, row);
    // 2. Scaled, and 3. squashed.
    if (is_due(Stage::kScaled)) {
      Scale(arch, options.scale, row, S);
      edits.Apply(Stage::kScaled, first + t, row);
    }
    if (is_due(Stage::kSquashed)) {
      SquashRow(arch, options, row, S);
      edits.Apply(Stage::kSquashed, first + t, row);
    }
    // 4. Masked.
    if (is_due(Stage::kMasked)) {
      MaskRow(options, head.mask, first + t, head.first_key, S, row);
      edits.Masked(row);
      edits.Apply(Stage::kMasked, first + t, row);
    }
    if (!is_due(Stage::kPattern) || options.over == Over::kQueries) continue;
    edits.Masked(row);
    // 5. Normalised. Beyond the last key that it can see a row is zeros under every normaliser.
    if (options.temperature != 1.0f) Scale(arch, 1.0f / options.temperature, row, S);
    const Index seen = std::min(S, VisibleRange(options.visible, first + t, S).last);
    NormalizeRow(arch, options, head.place + static_cast<std::uint64_t>(first + t), row, seen);
    std::fill(row + seen, row + S, 0.0f);
    edits.Apply(Stage::kPattern, first + t, row);
  }
}

/// Rows [first, first + T) of a head's scores brought as far as `stage`, T and S′ being out's sizes: out (T, S′).
template <class Arch>
void ScoreStage(Arch arch, const Head& head, Index first, const AttentionOptions& options, Stage stage, Matrix out) {
  // 1. Scores.
  ScoreInputs tile = head.inputs;
  tile.queries = head.inputs.queries.Rows(first, out.shape[0]);
  Scores(arch, tile, out);
  Advance(arch, head, first, options, Stage::kScores, stage, out);
}

/// Masked scores (T, S) to the pattern, normalised over the queries of each key. `column` is scratch (T).
template <class Arch>
void NormalizeColumns(Arch arch, const Head& head, const AttentionOptions& options, float* column, Matrix scores) {
  const Index T = scores.shape[0];
  for (Index s = 0; s < scores.shape[1]; ++s) {
    for (Index t = 0; t < T; ++t) column[t] = scores(t, s);
    NormalizeRow(arch, options, head.place + static_cast<std::uint64_t>(s), column, T);
    for (Index t = 0; t < T; ++t) scores(t, s) = column[t];
  }
}

/// output (T, Hv) = pattern (T, S) · values, where a weight of 0 takes nothing from its value, not even a NaN.
template <class Arch>
void WeightedSum(Arch arch, ConstMatrix pattern, PackedView<const float> values, Matrix output) {
  MatMul(arch, pattern, values.FirstColumns(pattern.shape[1]), output);
  for (Index t = 0; t < output.shape[0]; ++t) {
    for (Index h = 0; h < output.shape[1]; ++h) {
      if (!std::isnan(output(t, h))) continue;
      // Rare: 0 · NaN or 0 · ∞ came from a hidden key, or the NaN is the caller's own. The kernel's multiply-add, so
      // that the bits are those of a value without it.
      using Batch = simd::Batch<Arch>;
      Batch sum(0.0f);
      for (Index s = 0; s < pattern.shape[1]; ++s) {
        if (pattern(t, s) != 0.0f) sum = xsimd::fma(Batch(pattern(t, s)), Batch(values(h, s)), sum);
      }
      output(t, h) = sum.get(0);
    }
  }
}

/// A head's output (T, Hv), a tile of queries at a time, for a pattern normalised over the keys and weighted forward.
/// Its memory is `pattern`, scratch of kQueryTile × S, however many the queries.
template <class Arch>
void AttendHead(Arch arch, const Head& head, const AttentionOptions& options, float* pattern, Matrix output) {
  ForEachTile(options.visible, output.shape[0], head.inputs.keys.rows, [&](Index t, Index rows, Index S) {
    const Matrix tile(pattern, {rows, S});
    ScoreStage(arch, head, t, options, Stage::kPattern, tile);
    if (head.picture.cells.data) AddToPicture(arch, tile, options.visible.past + t, head.picture);
    WeightedSum(arch, tile, head.values, output.Rows(t, rows));
  });
}

/// Compiled once, in attention.cpp.
extern template void Advance(simd::DefaultArch, const Head&, Index, const AttentionOptions&, Stage, Stage, Matrix);
extern template void ScoreStage(simd::DefaultArch, const Head&, Index, const AttentionOptions&, Stage, Matrix);
extern template void NormalizeColumns(simd::DefaultArch, const Head&, const AttentionOptions&, float*, Matrix);
extern template void WeightedSum(simd::DefaultArch, ConstMatrix, PackedView<const float>, Matrix);
extern template void AttendHead(simd::DefaultArch, const Head&, const AttentionOptions&, float*, Matrix);

}  // namespace attenscope
