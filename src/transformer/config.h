// The config of a Transformer: its sizes, and the choices in which the families differ. bindings/config_fields.h has
// the names of the fields in JavaScript.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/nonlinearity.h"
#include "layers/norm.h"
#include "position/rotary_scaling.h"
#include "tensor/tensor.h"

namespace attenscope {

/// Where a norm stands in a sublayer f.
enum class NormPosition {
  kBefore,  // x + f(norm(x)): Llama, GPT-2
  kAfter,   // norm(x + f(x)): Marian, BART, BERT
  kBoth,    // x + norm(f(norm(x))): Gemma 2
};

/// How the order of the tokens enters the model: by rotated queries and keys, or by a vector that is added to each
/// embedding.
enum class PositionKind { kNone, kRotary, kSinusoidal, kLearned };

/// What is added to a score by the distance from its query to its key, for each head: nothing, a learned number for
/// each bucket of distances (T5, Raffel et al. 2020), or a slope times the distance (ALiBi, Press et al. 2022).
enum class DistanceBias { kNone, kBuckets, kAlibi };

/// The sizes of a stack of blocks.
struct StackConfig {
  Index layers = 0;              // L; 0: the model has no such stack
  Index heads = 0;               // N
  Index key_value_heads = 0;     // K, which divides N
  Index head_width = 0;          // H
  Index feed_forward_width = 0;  // F
  bool causal = true;            // whether a token sees only itself and the tokens before it
  std::vector<std::int32_t> windows =
      {};  // (L) how many keys a query of a causal stack sees, itself the last; 0 or an empty list: all
};

/// The layers that make logits from the last states: the unembedding alone, or norm(f(W x + b)) of width D before it,
/// as in masked language models and classifiers.
struct HeadConfig {
  Index outputs = -1;  // logits of a token; 0: the model has none; −1: V
  Index width = 0;     // D; 0: the unembedding alone
  Nonlinearity activation = Nonlinearity::kTanh;
  bool norm = false;
  bool bias = true;  // of that layer
};

/// The defaults are the Llama form (Touvron et al. 2023). `Validate` finds what no run could compute.
struct Config : StackConfig {            // the only stack, or the decoder
  StackConfig encoder{.causal = false};  // beside it, with cross-attention in each of the decoder's blocks
  Index width = 0;                       // C, of every stack
  Index vocabulary = 0;                  // V, of the only stack or the decoder
  Index encoder_vocabulary = 0;          // where the encoder has an embedding of its own; 0: both share one
  Index context = 0;                     // the longest text that positions allow
  NormKind norm = NormKind::kRms;
  NormPosition norm_position = NormPosition::kBefore;
  float norm_epsilon = 0.0f;
  bool final_norm = true;        // after the last block
  bool embedding_norm = false;   // before the first block
  float embedding_scale = 1.0f;  // of token vectors, before positions are added
  PositionKind position = PositionKind::kRotary;
  double rotary_base = 0.0;
  Index rotary_width = 0;  // how many numbers of a head are turned, the first; 0: all. Even
  RotaryScaling rotary_scaling;
  Index position_offset = 0;     // rows of the learned table, or positions, before that of the first token
  bool sinusoidal_ends = false;  // sinusoids whose slowest wave is the base itself, as fairseq has them
  DistanceBias distance_bias = DistanceBias::kNone;
  Index buckets = 0;          // of kBuckets
  Index bucket_distance = 0;  // from which on distances share the last bucket
  Index types = 0;            // kinds of token that have a vector each; 0: none
  Index embedding_width = 0;  // E, where embeddings are brought to C by a layer of their own; 0: C
  bool embedding_projection_bias = true;
  float attention_scale = 0.0f;    // of scores; 0: 1 / √H
  float attention_softcap = 0.0f;  // c of c · tanh(s / c); 0: none
  bool head_norm = false;          // each head's queries and keys go through an RMS norm, before they are turned
  bool parallel = false;           // the feed-forward layer reads what the attention reads
  Nonlinearity activation = Nonlinearity::kSilu;  // of the feed-forward layer
  bool gated = true;                              // the feed-forward layer has a gate
  bool norm_bias = true;                          // of layer norms
  bool attention_bias = false;                    // of the query, key and value projections
  bool output_bias = false;                       // of the attention's output projection
  bool feed_forward_bias = false;                 // of all of its projections
  bool tied_embedding = false;                    // the unembedding is the embedding
  bool logits_bias = false;
  float logits_scale = 1.0f;
  float logits_softcap = 0.0f;  // 0: none
  HeadConfig head;

  /// Whether the model has an encoder beside its decoder.
  bool HasEncoder() const { return encoder.layers > 0; }
  /// How many logits a token has.
  Index Outputs() const { return head.outputs < 0 ? vocabulary : head.outputs; }
  /// E, the width of the embeddings.
  Index EmbeddingWidth() const { return embedding_width > 0 ? embedding_width : width; }
  /// W, how many numbers of a head of the stack turn by its position.
  Index RotaryWidth(const StackConfig& stack) const {
    return position != PositionKind::kRotary ? 0 : rotary_width > 0 ? rotary_width : stack.head_width;
  }
};

/// Throws kBadModel for a config that cannot be run; the message names the field, the value and what was expected.
void Validate(const Config& config);

}  // namespace attenscope
