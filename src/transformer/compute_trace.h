// Traced tensors on demand, from what a Transformer's run holds.
#pragma once

#include <string>

#include "transformer/trace_names.h"
#include "transformer/transformer_run.h"

namespace attenscope {

/// What `Run::ComputeTrace` promises.
TraceTensor ComputeTrace(TransformerRun& run, const std::string& name, Index head, Index first_query, Index queries);

}  // namespace attenscope
