// What a Transformer's parameters are filled into.
#pragma once

#include <optional>
#include <vector>

#include "layers/feed_forward.h"
#include "layers/linear.h"

namespace attenscope {

struct BlockWeights {
  Vector attn_norm;          // (C)
  Linear query;              // (N·H, C)
  Linear key;                // (K·H, C)
  Linear value;              // (K·H, C)
  Linear output;             // (C, N·H)
  Vector feed_forward_norm;  // (C)
  FeedForward feed_forward;
};

struct Weights {
  PackedMatrix embedding;  // (V, C)
  std::vector<BlockWeights> blocks;
  Vector final_norm;                        // (C)
  std::optional<PackedMatrix> unembedding;  // (V, C); absent where the embedding serves

  const PackedMatrix& Unembedding() const { return unembedding ? *unembedding : embedding; }
};

}  // namespace attenscope
