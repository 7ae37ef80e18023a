// What a Transformer's parameters are filled into.
#pragma once

#include <optional>
#include <vector>

#include "layers/feed_forward.h"
#include "layers/linear.h"
#include "layers/norm.h"

namespace attenscope {

/// The frequencies that turn a stack's queries and keys (W/2), and what cosines and sines are multiplied by.
struct RotaryTurns {
  std::vector<double> frequencies;
  double factor = 1.0;
};

struct AttentionWeights {
  Linear query;               // (N·H, C)
  Linear key;                 // (K·H, C)
  Linear value;               // (K·H, C)
  Linear output;              // (C, N·H)
  Norm query_norm, key_norm;  // (H) each, where heads are normalised
};

struct BlockWeights {
  Norm attn_norm;
  AttentionWeights attn;
  Norm cross_norm;  // these two beside an encoder only
  AttentionWeights cross;
  Norm feed_forward_norm;
  FeedForward feed_forward;
  Norm attn_post_norm, feed_forward_post_norm;  // of what a sublayer adds, where norms stand on both sides
};

struct StackWeights {
  std::optional<Weight> embedding;  // (V, E); absent where the stacks share one
  std::optional<Weight> positions;  // (offset + context, E); learned positions only
  std::optional<Weight> types;      // (types, E)
  Norm embedding_norm;              // (E)
  Linear embedding_projection;      // (C, E), where E is not C
  Vector buckets;                   // (buckets · N), of all layers
  RotaryTurns turns;
  std::vector<BlockWeights> blocks;
  Norm final_norm;
};

/// What stands before the unembedding: norm(f(W x + b)).
struct HeadWeights {
  Linear dense;  // (D, C)
  Norm norm;     // (D)
};

struct Weights {
  Weight embedding;  // (V, E), of the only stack or shared; empty where each stack has its own
  StackWeights encoder;
  StackWeights stack;  // the only one, or the decoder
  HeadWeights head;
  std::optional<Weight> unembedding;  // (outputs, C or D); absent where the embedding serves
  Vector logits_bias;                 // (outputs), of size 0 where there is none

  const Weight& Embedding(const StackWeights& of) const { return of.embedding ? *of.embedding : embedding; }
  const Weight& Unembedding() const { return unembedding ? *unembedding : Embedding(stack); }
};

}  // namespace attenscope
