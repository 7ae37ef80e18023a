// Computes the attention of one head in six steps: 1 scores, 2 scale, 3 squash, 4 mask, 5 normalise, 6 weighted sum.
//
// Models and the attention library run the same code. attend.h adds the changes that edits make in a model.
#pragma once

#include <algorithm>
#include <cmath>

#include "attention/normalizers.h"
#include "attention/picture.h"
#include "attention/row_edits.h"
#include "attention/scores.h"
#include "attention/squash.h"

namespace attenscope {

/// The number of queries that are computed together: one tile of the matrix kernel. With so few queries, a causal tile
/// computes few scores of hidden keys.
inline constexpr Index kQueryTile = matmul_internal::kTileRows;

/// The inputs of one head.
struct Head {
  ScoreInputs inputs;              // queries (T, D) and packed keys (S, D)
  PackedView<const float> values;  // (Hv, S): packed as a transpose, which the weighted sum reads
  HeadMask mask;
  Index first_key = 0;              // the index of the first key among all keys of the head; 0 for a head with all keys
  Index index = 0;                  // the index among the N heads, which edits name
  std::uint64_t random_stream = 0;  // for kSample: query t draws from the random stream random_stream + t
  Picture picture = {};             // AttendHead adds the pattern to this downsampled picture
};

/// Step 1. Computes the scores (T, S′) of queries [first, first + T) and the first S′ keys. T and S′ are the sizes of
/// `out`.
template <class Arch>
void ScoreTile(Arch arch, const Head& head, Index first, Matrix out) {
  ScoreInputs tile = head.inputs;
  tile.queries = head.inputs.queries.Rows(first, out.shape[0]);
  Scores(arch, tile, out);
}

/// Tells whether steps 2 to 5 are only a scale and a softmax, as in most models.
inline bool IsPlain(const AttentionOptions& options, const HeadMask& mask) {
  return options.normalizer == Normalizer::kSoftmax && options.over == Over::kKeys && options.temperature == 1.0f &&
         options.squash == Squash::kNone && !(options.softcap > 0.0f) && options.edits.empty() && !mask.allowed.data &&
         !mask.bias.data;
}

/// Steps 2 to 5. Takes the scores (T, S′) of queries [first, first + T) in `out` from stage `from` to stage `to`.
///
/// S′ is less than S when no query of the tile sees a later key. A hidden key keeps its score up to kSquashed, has
/// −∞ at kMasked, and the weight 0 in the pattern. With Over::kQueries the pattern needs all rows at once: this
/// function stops at kMasked, and NormalizeColumns then normalises without edits and temperature. With a part of the
/// keys, `to` is at most kMasked, because a pattern needs all keys.
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
    // Most rows take all steps in two passes over the row. Rows with a gap in their visible keys, which a window may
    // cause, do not.
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
    // 5. Normalise. After the last visible key every weight is 0.
    if (!is_due(Stage::kPattern) || options.over == Over::kQueries) continue;
    edits.MarkHidden(row);
    if (options.temperature != 1.0f) Scale(arch, 1.0f / options.temperature, row, S);
    const Index seen = std::min(S, VisibleRange(options.visible, first + t, S).last);
    NormalizeRow(arch, options, head.random_stream + static_cast<std::uint64_t>(first + t), row, seen);
    std::fill(row + seen, row + S, 0.0f);
    edits.Apply(Stage::kPattern, first + t, row);
  }
}

/// Step 5 for Over::kQueries. Turns masked scores (T, S) into the pattern, one key after another. `column` is scratch
/// (T).
template <class Arch>
void NormalizeColumns(Arch arch, const Head& head, const AttentionOptions& options, float* column, Matrix scores) {
  const Index T = scores.shape[0];
  for (Index s = 0; s < scores.shape[1]; ++s) {
    for (Index t = 0; t < T; ++t) column[t] = scores(t, s);
    NormalizeRow(arch, options, head.random_stream + static_cast<std::uint64_t>(s), column, T);
    for (Index t = 0; t < T; ++t) scores(t, s) = column[t];
  }
}

/// Steps 1 to 5, up to `stage`. Computes the scores (T, S′) at this stage for queries [first, first + T) and the first
/// S′ keys.
template <class Arch>
void ScoreStage(Arch arch, const Head& head, Index first, const AttentionOptions& options, Stage stage, Matrix out) {
  ScoreTile(arch, head, first, out);
  Advance(arch, head, first, options, Stage::kScores, stage, out);
}

/// Step 6. Computes output (T, Hv) = pattern (T, S) · values. A value with the weight 0 adds nothing, not even when the
/// value is NaN.
template <class Arch>
void WeightedSum(Arch arch, ConstMatrix pattern, PackedView<const float> values, Matrix output) {
  MatMul(arch, pattern, values.FirstColumns(pattern.shape[1]), output);
  for (Index t = 0; t < output.shape[0]; ++t) {
    for (Index h = 0; h < output.shape[1]; ++h) {
      if (!std::isnan(output(t, h))) continue;
      // This case is rare: a hidden key has NaN or ∞ in its value, or a visible key has NaN. The sum is computed again
      // with the multiply-add of the kernel, so that its bits equal a sum without the hidden key.
      using Batch = simd::Batch<Arch>;
      Batch sum(0.0f);
      for (Index s = 0; s < pattern.shape[1]; ++s) {
        if (pattern(t, s) != 0.0f) sum = xsimd::fma(Batch(pattern(t, s)), Batch(values(h, s)), sum);
      }
      output(t, h) = sum.get(0);
    }
  }
}

/// Calls use(first query, queries, S′) for each tile of T queries. The queries of the tile see the first S′ ≤ S keys.
template <class Use>
void ForEachTile(const Visibility& visible, Index T, Index S, const Use& use) {
  for (Index first = 0; first < T; first += kQueryTile) {
    const Index rows = std::min(kQueryTile, T - first);
    use(first, rows, LastVisible(visible, first, rows, S));
  }
}

/// Computes all six steps: the output (T, Hv) of a head. Requires Over::kKeys and Weighting::kForward.
///
/// The tiles of queries share `pattern`, scratch (kQueryTile, S), so that memory does not grow with the number of
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

/// These templates are compiled once, in attention.cpp.
extern template void Advance(simd::DefaultArch, const Head&, Index, const AttentionOptions&, Stage, Stage, Matrix);
extern template void NormalizeColumns(simd::DefaultArch, const Head&, const AttentionOptions&, float*, Matrix);
extern template void ScoreStage(simd::DefaultArch, const Head&, Index, const AttentionOptions&, Stage, Matrix);
extern template void WeightedSum(simd::DefaultArch, ConstMatrix, PackedView<const float>, Matrix);
extern template void AttendHead(simd::DefaultArch, const Head&, const AttentionOptions&, float*, Matrix);

}  // namespace attenscope
