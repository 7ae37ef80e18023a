// Computes traced tensors of a run of a recurrent model, on request.
#pragma once

#include <string>

#include "recurrent/run.h"
#include "recurrent/trace_names.h"

namespace attenscope {

/// Returns the traced tensor `name` for some queries; see Run::ComputeTrace. A pooling has one query, whatever the
/// requested range.
TraceTensor ComputeRecurrentTrace(RecurrentRun& run, const std::string& name, Index head, Index first_query,
                                  Index queries);

}  // namespace attenscope
