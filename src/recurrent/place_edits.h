// Assigns edits, which users address by traced names, to the steps of a run of a recurrent model that apply them.
#pragma once

#include <vector>

#include "recurrent/changes.h"
#include "recurrent/config.h"
#include "trace/edits.h"

namespace attenscope {

/// Returns the changes that edits make. Throws kOption for a name that the model does not have, kUnsupported for a
/// tensor that accepts no edits, and as PlaceTensorEdit and PlaceSetting do.
RecurrentChanges PlaceRecurrentEdits(const std::vector<Edit>& edits, const RecurrentConfig& config);

}  // namespace attenscope
