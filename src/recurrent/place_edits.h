// Edits of a recurrent model, on their way into the places where a run applies them.
#pragma once

#include <vector>

#include "recurrent/changes.h"
#include "recurrent/config.h"
#include "trace/edits.h"

namespace attenscope {

/// Throws kOption for a place that the model does not have, kUnsupported for one where it takes no edits, and as
/// PlaceTensorEdit and PlaceSetting do.
RecurrentChanges PlaceRecurrentEdits(const std::vector<Edit>& edits, const RecurrentConfig& config);

}  // namespace attenscope
