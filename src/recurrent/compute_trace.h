// Traced tensors on demand, from what a recurrent model's run holds.
#pragma once

#include <string>

#include "recurrent/run.h"
#include "recurrent/trace_names.h"

namespace attenscope {

/// What `Run::ComputeTrace` promises. A learned query is one row, whatever the range.
TraceTensor ComputeRecurrentTrace(RecurrentRun& run, const std::string& name, Index head, Index first_query,
                                  Index queries);

}  // namespace attenscope
