// Assigns edits, which users address by traced names, to the steps of a run that apply them.
#pragma once

#include <vector>

#include "trace/edits.h"
#include "transformer/changes.h"
#include "transformer/config.h"

namespace attenscope {

/// Returns the changes that edits make to a run of at most `capacity` tokens and a source of at most `source_capacity`
/// tokens. Throws kOption for a name that the model does not have, and as PlaceTensorEdit and PlaceSetting do.
ModelChanges PlaceEdits(const std::vector<Edit>& edits, const Config& config, Index capacity, Index source_capacity);

}  // namespace attenscope
