// Computes a logit of a Transformer as a sum of terms: one for each head, each layer and the biases.
#pragma once

#include "transformer/transformer_run.h"

namespace attenscope {

/// Returns the terms of the logit of `token` at `query`; see Run::ComputeDirectLogits. Throws kUnsupported for a model
/// with norms after its sublayers, because there the logit is not a sum of terms.
DirectLogits ComputeDirectLogits(TransformerRun& run, Index query, Index token);

}  // namespace attenscope
