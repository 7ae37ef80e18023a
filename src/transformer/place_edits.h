// Sorts edits, which users write at traced names, into the steps of a Transformer's run that apply them.
#pragma once

#include <vector>

#include "trace/edits.h"
#include "transformer/changes.h"
#include "transformer/config.h"

namespace attenscope {

/// The changes that edits make to a run of at most `capacity` tokens and a source of at most `source_capacity`. Throws
/// kOption for a name that the model does not have, and as PlaceTensorEdit and PlaceSetting do.
ModelChanges PlaceEdits(const std::vector<Edit>& edits, const Config& config, Index capacity, Index source_capacity);

}  // namespace attenscope
