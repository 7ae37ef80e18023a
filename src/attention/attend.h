// One head's attention in a model: without edits AttendHead of attention.h, with edits what they change.
#pragma once

#include "attention/changes.h"
#include "layers/linear.h"
#include "layers/norm.h"

namespace attenscope {

/// The positions of queries (T) in their text: first, first + step, …. Beams share one position, with a step of 0.
struct QueryPositions {
  Index first = 0;
  Index step = 1;
};

/// How the queries of a head attend.
struct AttentionContext {
  AttentionOptions options = {};              // those of the model
  const AttentionChanges* changes = nullptr;  // what edits change about them; null: nothing
  QueryPositions positions = {};
};

/// The output (T, Hv) of a head for its queries (T, H). `pattern` is scratch (kQueryTile, S).
void Attend(const Head& head, const AttentionContext& context, float* pattern, Matrix output);

/// The scores (T, S) of a head, brought as far as `stage` of Attend.
void ScoresAt(Stage stage, const Head& head, const AttentionContext& context, Matrix out);

/// out (T, C): what an attention adds to the residual stream. The head outputs (T, N·H) go through the output
/// projection, then through the norm `post` (Gemma 2) unless it is null, then the edits of the output apply.
void AttentionOutput(const Linear& output, const Norm* post, ConstMatrix head_outputs, const AttentionContext& context,
                     Matrix out);

/// The options of a head for the query at position `query`: the model's, with the settings of edits that begin at that
/// query or before.
AttentionOptions OptionsAt(const AttentionContext& context, Index head, Index query);

}  // namespace attenscope
