// Scaled dot-product attention (Vaswani et al. 2017) over packed keys and values, with every stage to be had.
#pragma once

#include <algorithm>
#include <limits>
#include <span>

#include "attention/pattern_edit.h"
#include "kernels/matmul.h"
#include "kernels/vector_ops.h"

namespace attenscope {

/// The stages that a row of scores goes through, in order.
enum class Stage { kScores, kScaled, kMasked, kPattern };

/// Queries computed together: one tile of the matrix kernel, so that a causal tile computes few hidden scores.
inline constexpr Index kQueryTile = matmul_internal::kTileRows;

struct AttentionOptions {
  /// What scores are multiplied by, usually 1/√H.
  float scale = 1.0f;
  /// Query i sees keys j ≤ i only.
  bool causal = true;
  /// Changes to the pattern, for every head of the layer.
  std::span<const PatternEdit> edits;
};

/// The keys that the last of `T` queries from `first_query` on can see.
inline Index VisibleKeys(const AttentionOptions& options, Index first_query, Index T, Index S) {
  return options.causal ? std::min(S, first_query + T) : S;
}

inline void ApplyEdits(std::span<const PatternEdit> edits, Index head, Index query, Index S, float* row) {
  for (const PatternEdit& edit : edits) {
    if (edit.head >= 0 && edit.head != head) continue;
    if (edit.query >= 0 && edit.query != query) continue;
    const Index first = edit.key < 0 ? 0 : std::min(edit.key, S);
    const Index last = edit.key < 0 ? S : std::min(edit.key + 1, S);
    for (Index j = first; j < last; ++j) row[j] *= edit.factor;
  }
}

/// One head's scores, brought as far as `stage`: out (T, S′) from q (T, H) and keys (S, H), for queries
/// first_query … first_query + T. S′ = out's columns may be less than S where the keys beyond are hidden.
///
/// Scores of hidden keys are true numbers up to kScaled, −∞ at kMasked, and 0 in the pattern.
template <class Arch>
void ScoreStage(Arch arch, ConstMatrix q, PackedView<const float> keys, Index head, Index first_query,
                const AttentionOptions& options, Stage stage, Matrix out) {
  const Index T = q.shape[0];
  const Index S = out.shape[1];
  // 1. Scores, q · k.
  MatMul(arch, q, keys.FirstRows(S), out);
  if (stage == Stage::kScores) return;
  for (Index t = 0; t < T; ++t) {
    float* row = out.data + t * out.stride[0];
    const Index visible = std::min(S, VisibleKeys(options, first_query + t, 1, S));
    // 2. Scaled. Only the stages before the mask are ever shown beyond the visible keys.
    Scale(arch, options.scale, row, stage == Stage::kScaled ? S : visible);
    if (stage == Stage::kScaled) continue;
    // 3. Masked.
    if (stage == Stage::kMasked) {
      std::fill(row + visible, row + S, -std::numeric_limits<float>::infinity());
      continue;
    }
    // 4. Normalised.
    Softmax(arch, row, visible);
    std::fill(row + visible, row + S, 0.0f);
    ApplyEdits(options.edits, head, first_query + t, S, row);
  }
}

/// One head's output (T, H) = pattern (T, S) · values (S, H), computed a tile of queries at a time.
///
/// q (T, H); keys packed as (S, H); values packed as their transpose (H, S); `pattern` is scratch of kQueryTile × S.
template <class Arch>
void AttendHead(Arch arch, ConstMatrix q, PackedView<const float> keys, PackedView<const float> values, Index head,
                Index first_query, const AttentionOptions& options, float* pattern, Matrix output) {
  const Index T = q.shape[0];
  for (Index t = 0; t < T; t += kQueryTile) {
    const Index rows = std::min(kQueryTile, T - t);
    const Index S = VisibleKeys(options, first_query + t, rows, keys.rows);
    const Matrix tile(pattern, {rows, S});
    ScoreStage(arch, q.Rows(t, rows), keys, head, first_query + t, options, Stage::kPattern, tile);
    MatMul(arch, tile, values.FirstColumns(S), output.Rows(t, rows));
  }
}

}  // namespace attenscope
