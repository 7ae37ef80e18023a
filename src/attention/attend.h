// One head's attention under changes: which options hold at a query, its scores and its output.
#pragma once

#include "attention/changes.h"
#include "layers/linear.h"
#include "layers/norm.h"

namespace attenscope {

/// How a head attends at a query.
AttentionOptions OptionsAt(const AttentionOptions& options, const AttentionChanges* changes, Index head, Index query);

/// A head's output (T, Hv) for its queries, changed. `pattern` is scratch (kQueryTile, S).
void Attend(const Head& head, const AttentionOptions& options, const AttentionChanges* changes, QueryPlaces places,
            float* pattern, Matrix output);

/// Its scores (T, S) brought as far as `stage`, changed.
void ScoresAt(Stage stage, const Head& head, const AttentionOptions& options, const AttentionChanges* changes,
              QueryPlaces places, Matrix out);

/// What an attention adds to the residual stream, from all its head outputs (T, N·H): projected, normalised by `post`
/// unless that is null, then changed. out (T, C).
void AttentionOutput(const Linear& output, const Norm* post, ConstMatrix head_outputs, QueryPlaces places,
                     const AttentionChanges* changes, Matrix out);

}  // namespace attenscope
