// Downsampled patterns, computed on request.
#pragma once

#include <array>
#include <string>

#include "attention/picture.h"
#include "model/run.h"

namespace attenscope {

/// Computes the traced tensor '….picture' for `queries` queries from `first_query` on: the tensor '….pattern' (N, T, S)
/// downsampled. With kMeanHead it is the picture of the mean pattern, not the mean of the pictures. Throws as
/// `Run::ComputeTrace` does.
TraceTensor ComputePicture(Run& run, const std::string& name, std::array<Index, 3> pattern, Index head,
                           Index first_query, Index queries);

}  // namespace attenscope
