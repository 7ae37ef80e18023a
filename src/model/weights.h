// What a Transformer's parameters are filled into.
#pragma once

#include <optional>
#include <vector>

#include "layers/feed_forward.h"
#include "layers/linear.h"
#include "layers/norm.h"

namespace attenscope {

struct AttentionWeights {
  Linear query;   // (N·H, C)
  Linear key;     // (K·H, C)
  Linear value;   // (K·H, C)
  Linear output;  // (C, N·H)
};

struct BlockWeights {
  Norm attn_norm;
  AttentionWeights attn;
  Norm cross_norm;  // these two beside an encoder only
  AttentionWeights cross;
  Norm feed_forward_norm;
  FeedForward feed_forward;
};

struct StackWeights {
  std::optional<Weight> embedding;  // (V, C); absent where the stacks share one
  std::optional<Weight> positions;  // (offset + context, C); learned positions only
  Norm embedding_norm;
  std::vector<BlockWeights> blocks;
  Norm final_norm;
};

struct Weights {
  Weight embedding;  // (V, C), of the only stack or shared; empty where each stack has its own
  StackWeights encoder;
  StackWeights stack;                 // the only one, or the decoder
  std::optional<Weight> unembedding;  // (V, C); absent where the embedding serves
  Vector logits_bias;                 // (V), of size 0 where there is none

  const Weight& Embedding(const StackWeights& of) const { return of.embedding ? *of.embedding : embedding; }
  const Weight& Unembedding() const { return unembedding ? *unembedding : Embedding(stack); }
};

}  // namespace attenscope
