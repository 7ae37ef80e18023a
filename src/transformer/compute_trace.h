// Computes traced tensors of a Transformer's run, on request.
#pragma once

#include <string>

#include "transformer/trace_names.h"
#include "transformer/transformer_run.h"

namespace attenscope {

/// Returns the traced tensor `name` for some queries; see Run::ComputeTrace.
TraceTensor ComputeTrace(TransformerRun& run, const std::string& name, Index head, Index first_query, Index queries);

}  // namespace attenscope
