// Attention flow: the maximum flow from each token to a query through all layers.
#pragma once

#include "model/run.h"

namespace attenscope {

/// Computes attention flow (Abnar & Zuidema 2020): the maximum flow from `query` after the last layer to each of the
/// keys [first_key, first_key + keys) before the first layer. The capacities of the edges of a layer are its mixing
/// matrix, ½ (mean over heads + I). Returns (1, keys). Throws kOption for a query or keys that are not computed, and
/// for patterns whose queries and keys are different tokens.
TraceTensor Flow(Run& run, Part part, Index query, Index first_key, Index keys);

}  // namespace attenscope
