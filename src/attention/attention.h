// One head's attention, in six steps: 1 scores, 2 scale, 3 squash, 4 mask, 5 normalise, 6 weighted sum.
//
// Models and the attention library run this same code. attend.h adds what edits change in a model.
#pragma once

#include <algorithm>
#include <cmath>

#include "attention/normalizers.h"
#include "attention/picture.h"
#include "attention/row_edits.h"
#include "attention/scores.h"
#include "attention/squash.h"

namespace attenscope {

/// Queries computed together: one tile of the matrix kernel, so that a causal tile computes few hidden scores.
inline constexpr Index kQueryTile = matmul_internal::kTileRows;

/// What a head attends with.
struct Head {
  ScoreInputs inputs;              // queries (T, D) and packed keys (S, D)
  PackedView<const float> values;  // (Hv, S): packed transposed, as the weighted sum reads them
  HeadMask mask;
  Index first_key = 0;              // the number of the first of `keys` among all keys; not 0 for a part of the keys
  Index index = 0;                  // among the N heads, for edits
  std::uint64_t random_stream = 0;  // of kSample: the row of query t draws from stream random_stream + t
  Picture picture = {};             // where AttendHead adds the pattern in small
};

/// Step 1: scores (T, S′) of queries [first, first + T) and the first S′ keys, T and S′ being out's sizes.
template <class Arch>
void ScoreTile(Arch arch, const Head& head, Index first, Matrix out) {
  ScoreInputs tile = head.inputs;
  tile.queries = head.inputs.queries.Rows(first, out.shape[0]);
  Scores(arch, tile, out);
}

/// Whether steps 2 to 5 are a scale and a softmax only, as in most models.
inline bool IsPlain(const AttentionOptions& options, const HeadMask& mask) {
  return options.normalizer == Normalizer::kSoftmax && options.over == Over::kKeys && options.temperature == 1.0f &&
         options.squash == Squash::kNone && !(options.softcap > 0.0f) && options.edits.empty() && !mask.allowed.data &&
         !mask.bias.data;
}

/// Steps 2 to 5: the scores (T, S′) of queries [first, first + T) in `out`, at stage `from`, brought to stage `to`.
///
/// S′ is less than the head's S where no query of the tile sees a later key. A hidden key keeps a number as its score
/// up to kSquashed, has −∞ at kMasked, and 0 in the pattern. With Over::kQueries the pattern needs all rows at once:
/// this function stops at kMasked, and NormalizeColumns goes on from there, without edits or temperature. A part of the
/// keys has no pattern.
template <class Arch>
void Advance(Arch arch, const Head& head, Index first, const AttentionOptions& options, Stage from, Stage to,
             Matrix out) {
  const Index T = out.shape[0];
  const Index S = out.shape[1];
  RowEdits edits(options, head.index, S);
  const auto is_due = [&](Stage stage) { return from < stage && stage <= to; };
  const bool plain = from == Stage::kScores && to == Stage::kPattern && IsPlain(options, head.mask);
  for (Index t = 0; t < T; ++t) {
    float* row = out.data + t * out.stride[0];
    // Most rows take all steps in two passes over the row. A window may cut a gap into the visible keys.
    if (const KeyRange range = VisibleRange(options.visible, first + t, S); plain && range.globals == range.first) {
      ScaledSoftmax(arch, options.scale, row, range.last);
      std::fill(row + range.last, row + S, 0.0f);
      continue;
    }
    edits.BeginRow(first + t, S);
    if (from == Stage::kScores) edits.Apply(Stage::kScores, first + t, row);
    // 2. Scale.
    if (is_due(Stage::kScaled)) {
      Scale(arch, options.scale, row, S);
      edits.Apply(Stage::kScaled, first + t, row);
    }
    // 3. Squash.
    if (is_due(Stage::kSquashed)) {
      SquashRow(arch, options, row, S);
      edits.Apply(Stage::kSquashed, first + t, row);
    }
    // 4. Mask.
    if (is_due(Stage::kMasked)) {
      MaskRow(options, head.mask, first + t, head.first_key, S, row);
      edits.MarkHidden(row);
      edits.Apply(Stage::kMasked, first + t, row);
    }
    // 5. Normalise. Every normaliser gives 0 to the keys after the last that the query sees.
    if (!is_due(Stage::kPattern) || options.over == Over::kQueries) continue;
    edits.MarkHidden(row);
    if (options.temperature != 1.0f) Scale(arch, 1.0f / options.temperature, row, S);
    const Index seen = std::min(S, VisibleRange(options.visible, first + t, S).last);
    NormalizeRow(arch, options, head.random_stream + static_cast<std::uint64_t>(first + t), row, seen);
    std::fill(row + seen, row + S, 0.0f);
    edits.Apply(Stage::kPattern, first + t, row);
  }
}

/// Step 5 for Over::kQueries: masked scores (T, S) to the pattern, key by key. `column` is scratch (T).
template <class Arch>
void NormalizeColumns(Arch arch, const Head& head, const AttentionOptions& options, float* column, Matrix scores) {
  const Index T = scores.shape[0];
  for (Index s = 0; s < scores.shape[1]; ++s) {
    for (Index t = 0; t < T; ++t) column[t] = scores(t, s);
    NormalizeRow(arch, options, head.random_stream + static_cast<std::uint64_t>(s), column, T);
    for (Index t = 0; t < T; ++t) scores(t, s) = column[t];
  }
}

/// Steps 1 to 5 as far as `stage`: out (T, S′) for queries [first, first + T) and the first S′ keys.
template <class Arch>
void ScoreStage(Arch arch, const Head& head, Index first, const AttentionOptions& options, Stage stage, Matrix out) {
  ScoreTile(arch, head, first, out);
  Advance(arch, head, first, options, Stage::kScores, stage, out);
}

/// Step 6: output (T, Hv) = pattern (T, S) · values. A weight of 0 takes nothing from its value, not even a NaN.
template <class Arch>
void WeightedSum(Arch arch, ConstMatrix pattern, PackedView<const float> values, Matrix output) {
  MatMul(arch, pattern, values.FirstColumns(pattern.shape[1]), output);
  for (Index t = 0; t < output.shape[0]; ++t) {
    for (Index h = 0; h < output.shape[1]; ++h) {
      if (!std::isnan(output(t, h))) continue;
      // Rare: 0 · NaN or 0 · ∞ came from a hidden key, or the value of a key that is seen is NaN. The sum is computed
      // again with the kernel's multiply-add, so that the bits are those of a sum without the hidden key.
      using Batch = simd::Batch<Arch>;
      Batch sum(0.0f);
      for (Index s = 0; s < pattern.shape[1]; ++s) {
        if (pattern(t, s) != 0.0f) sum = xsimd::fma(Batch(pattern(t, s)), Batch(values(h, s)), sum);
      }
      output(t, h) = sum.get(0);
    }
  }
}

/// Calls use(first query, queries, S′) for T queries, a tile at a time. The queries of a tile see the first S′ ≤ S
/// keys.
template <class Use>
void ForEachTile(const Visibility& visible, Index T, Index S, const Use& use) {
  for (Index first = 0; first < T; first += kQueryTile) {
    const Index rows = std::min(kQueryTile, T - first);
    use(first, rows, LastVisible(visible, first, rows, S));
  }
}

/// All six steps: a head's output (T, Hv), for a pattern that is normalised over the keys and weighted forward.
///
/// One tile of queries follows another, so that its memory is `pattern`, scratch (kQueryTile, S), for any number of
/// queries.
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
extern template void NormalizeColumns(simd::DefaultArch, const Head&, const AttentionOptions&, float*, Matrix);
extern template void ScoreStage(simd::DefaultArch, const Head&, Index, const AttentionOptions&, Stage, Matrix);
extern template void WeightedSum(simd::DefaultArch, ConstMatrix, PackedView<const float>, Matrix);
extern template void AttendHead(simd::DefaultArch, const Head&, const AttentionOptions&, float*, Matrix);

}  // namespace attenscope
