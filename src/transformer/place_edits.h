// Edits of a Transformer, on their way into the places where a run applies them.
#pragma once

#include <vector>

#include "trace/edits.h"
#include "transformer/changes.h"
#include "transformer/config.h"

namespace attenscope {

/// Sorts edits into a Transformer's stacks, for runs of at most `capacity` tokens and sources of `source_capacity`.
/// Throws kOption for a place that the model does not have, and as the above do.
ModelChanges PlaceEdits(const std::vector<Edit>& edits, const Config& config, Index capacity, Index source_capacity);

}  // namespace attenscope
