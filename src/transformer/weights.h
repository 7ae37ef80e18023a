// The weights of a Transformer. The table of parameters loads them.
#pragma once

#include <optional>
#include <vector>

#include "layers/feed_forward.h"
#include "layers/linear.h"
#include "layers/norm.h"

namespace attenscope {

/// The rotary frequencies (W/2) of a stack, and the factor of the cosines and sines (YaRN).
struct RotaryParameters {
  std::vector<double> frequencies;
  double factor = 1.0;
};

/// The projections of one attention.
struct AttentionWeights {
  Linear query;               // (N·H, C)
  Linear key;                 // (K·H, C)
  Linear value;               // (K·H, C)
  Linear output;              // (C, N·H)
  Norm query_norm, key_norm;  // (H) each, if the config has head_norm
};

/// The weights of one block.
struct BlockWeights {
  Norm attn_norm;
  AttentionWeights attn;
  Norm cross_norm;  // this norm and `cross`: only in a decoder beside an encoder
  AttentionWeights cross;
  Norm feed_forward_norm;
  FeedForward feed_forward;
  Norm attn_post_norm, feed_forward_post_norm;  // only with NormPosition::kBoth
};

/// The weights of one stack.
struct StackWeights {
  std::optional<Weight> embedding;  // (V, E); absent if the stacks share one
  std::optional<Weight> positions;  // (offset + context, E); only with learned positions
  std::optional<Weight> types;      // (types, E)
  Norm embedding_norm;              // (E)
  Linear embedding_projection;      // (C, E), if E is not C
  Vector buckets;                   // (buckets · N), which all layers share
  RotaryParameters rotary;
  std::vector<BlockWeights> blocks;
  Norm final_norm;
};

/// The layer before the unembedding: norm(f(W x + b)).
struct HeadWeights {
  Linear dense;  // (D, C)
  Norm norm;     // (D)
};

/// All weights of a model.
struct Weights {
  Weight embedding;  // (V, E) of the only stack or of both stacks; empty if each stack has its own
  StackWeights encoder;
  StackWeights stack;  // the only stack, or the decoder
  HeadWeights head;
  std::optional<Weight> unembedding;  // (outputs, C or D); absent if the embedding is used instead
  Vector logits_bias;                 // (outputs), of size 0 without a bias

  const Weight& Embedding(const StackWeights& of) const { return of.embedding ? *of.embedding : embedding; }
  const Weight& Unembedding() const { return unembedding ? *unembedding : Embedding(stack); }
};

}  // namespace attenscope
