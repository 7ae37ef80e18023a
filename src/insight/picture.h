// Patterns in small, on demand.
#pragma once

#include <array>
#include <string>

#include "attention/picture.h"
#include "model/run.h"

namespace attenscope {

/// The traced tensor '….picture' of so many queries: the '….pattern' beside it, (N, T, S), in small. Of the mean over
/// the heads it is what the mean looks like, not the mean of what the heads look like. Throws as `Run::ComputeTrace`
/// does.
TraceTensor ComputePicture(Run& run, const std::string& name, std::array<Index, 3> pattern, Index head,
                           Index first_query, Index queries);

}  // namespace attenscope
