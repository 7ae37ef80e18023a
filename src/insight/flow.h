// Attention flow: how much each token can send to a query through all layers.
#pragma once

#include "model/run.h"

namespace attenscope {

/// Attention flow (Abnar & Zuidema 2020): the maximum flow from `query` after the last layer to each of keys
/// [first_key, first_key + keys) before the first, where each layer's edges have the capacities of its mixing matrix,
/// ½ (mean over heads + I): (1, keys). Throws kOption for a query or keys that are not computed, and for patterns that
/// are not square.
TraceTensor Flow(Run& run, Part part, Index query, Index first_key, Index keys);

}  // namespace attenscope
