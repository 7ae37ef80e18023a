// Sorts edits, which users write at traced names, into the steps of a recurrent model's run that apply them.
#pragma once

#include <vector>

#include "recurrent/changes.h"
#include "recurrent/config.h"
#include "trace/edits.h"

namespace attenscope {

/// The changes that edits make. Throws kOption for a name that the model does not have, kUnsupported for a tensor that
/// takes no edits, and as PlaceTensorEdit and PlaceSetting do.
RecurrentChanges PlaceRecurrentEdits(const std::vector<Edit>& edits, const RecurrentConfig& config);

}  // namespace attenscope
