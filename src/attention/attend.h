// Attention of one head in a model: AttendHead of attention.h, with the changes that edits make.
#pragma once

#include "attention/changes.h"
#include "layers/linear.h"
#include "layers/norm.h"

namespace attenscope {

/// The positions of queries (T) in their text: first, first + step, … The beams of a search all have the same position,
/// so their step is 0.
struct QueryPositions {
  Index first = 0;
  Index step = 1;
};

/// The options, the edits and the positions with which the queries of a head attend.
struct AttentionContext {
  AttentionOptions options = {};              // the options of the model
  const AttentionChanges* changes = nullptr;  // the changes by edits; null: no changes
  QueryPositions positions = {};
};

/// Computes the output (T, Hv) of a head for its queries (T, H). `pattern` is scratch (kQueryTile, S).
void Attend(const Head& head, const AttentionContext& context, float* pattern, Matrix output);

/// Computes the scores (T, S) of a head and takes them through the steps of attention up to `stage`.
void ScoresAt(Stage stage, const Head& head, const AttentionContext& context, Matrix out);

/// Computes the vectors (T, C) that an attention adds to the residual stream. The head outputs (T, N·H) go through the
/// output projection, then through the norm `post` (Gemma 2) unless `post` is null. Then the edits of the output apply.
void AttentionOutput(const Linear& output, const Norm* post, ConstMatrix head_outputs, const AttentionContext& context,
                     Matrix out);

/// Returns the options of a head for the query at position `query`: the options of the model, changed by the settings
/// of all edits that begin at this position or before.
AttentionOptions OptionsAt(const AttentionContext& context, Index head, Index query);

}  // namespace attenscope
