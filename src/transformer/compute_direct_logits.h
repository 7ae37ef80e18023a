// A logit of a Transformer as a sum: the terms of its heads, layers and biases.
#pragma once

#include "transformer/transformer_run.h"

namespace attenscope {

/// The terms of the logit of `token` at `query`; see Run::ComputeDirectLogits. Throws kUnsupported for a model that
/// normalises after its sublayers: there the logit is no sum of terms.
DirectLogits ComputeDirectLogits(TransformerRun& run, Index query, Index token);

}  // namespace attenscope
