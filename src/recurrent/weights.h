// The weights of a recurrent model. docs/checkpoint-forms.md lists the names of the parameters.
#pragma once

#include <vector>

#include "layers/lstm.h"
#include "recurrent/config.h"

namespace attenscope {

/// The weights of a pooling by a learned query: score_j = query · tanh(W h_j + b).
struct PoolingWeights {
  Linear projection;  // (A, M)
  Vector query;       // (A)
};

/// The weights of the attention of the decoder: score_j = v · tanh(W_q s + W_k h_j + b).
struct AdditiveWeights {
  Linear query;  // (A, G), without a bias
  Linear key;    // (A, M), with the bias b
  Vector score;  // v (A)
};

/// The weights of the self-attention over the states of the encoder.
struct SelfAttentionWeights {
  Linear query, key, value, output;  // (M, M)
};

/// All weights of a model. The weights of a missing part have size 0.
struct RecurrentWeights {
  Weight embedding;                // (V, E)
  std::vector<LstmLayer> encoder;  // (L)
  SelfAttentionWeights self_attention;
  PoolingWeights pooling;
  Linear classifier;  // (labels, M)

  Linear bridge_hidden, bridge_cell;  // (G, M)
  Weight decoder_embedding;           // (V, E)
  AdditiveWeights attention;
  LstmDirection decoder;  // the input ⟨embedding; context⟩ has width E + M
  Linear output;          // (V, G + M)
};

}  // namespace attenscope
