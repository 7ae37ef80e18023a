// The terms of a Transformer's logit.
#pragma once

#include "transformer/transformer_run.h"

namespace attenscope {

/// What `Run::ComputeDirectLogits` promises. Blocks that normalise what they leave change what earlier ones added, so
/// that there the logit is no sum: kUnsupported.
DirectLogits ComputeDirectLogits(TransformerRun& run, Index query, Index token);

}  // namespace attenscope
