// Traced tensors of a recurrent model's run, computed when somebody asks for them.
#pragma once

#include <string>

#include "recurrent/run.h"
#include "recurrent/trace_names.h"

namespace attenscope {

/// The traced tensor `name` for some queries; see Run::ComputeTrace. A pooling has one query, whatever the range.
TraceTensor ComputeRecurrentTrace(RecurrentRun& run, const std::string& name, Index head, Index first_query,
                                  Index queries);

}  // namespace attenscope
