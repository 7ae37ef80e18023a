// The config of a Transformer: its sizes, and the options in which model families differ. bindings/config_fields.h
// lists the names of the fields in JavaScript.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/nonlinearity.h"
#include "layers/norm.h"
#include "position/rotary_scaling.h"
#include "tensor/tensor.h"

namespace attenscope {

/// The position of the norm in a sublayer f.
enum class NormPosition {
  kBefore,  // x + f(norm(x)): Llama, GPT-2
  kAfter,   // norm(x + f(x)): Marian, BART, BERT
  kBoth,    // x + norm(f(norm(x))): Gemma 2
};

/// The encoding of positions: rotated queries and keys, or a vector that is added to each embedding.
enum class PositionKind { kNone, kRotary, kSinusoidal, kLearned };

/// The number that each head adds to a score by the distance from query to key: none, a learned number for each bucket
/// of distances (T5, Raffel et al. 2020), or a slope times the distance (ALiBi, Press et al. 2022).
enum class DistanceBias { kNone, kBuckets, kAlibi };

/// The sizes of a stack of blocks.
struct StackConfig {
  Index layers = 0;                        // L; 0: there is no such stack
  Index heads = 0;                         // N
  Index key_value_heads = 0;               // K, which divides N
  Index head_width = 0;                    // H
  Index feed_forward_width = 0;            // F
  bool causal = true;                      // true: a token sees only itself and the tokens before it
  std::vector<std::int32_t> windows = {};  // (L): the number of keys that a query of a causal stack sees, up to its own
                                           // position; 0 or an empty list: all keys
};

/// The layers that compute logits from the last states: the unembedding, or norm(f(W x + b)) of width D and then the
/// unembedding, as in masked language models and classifiers.
struct HeadConfig {
  Index outputs = -1;  // the number of logits of a token; 0: no logits; −1: V
  Index width = 0;     // D; 0: only the unembedding
  Nonlinearity activation = Nonlinearity::kTanh;
  bool norm = false;
  bool bias = true;  // whether the layer of width D has a bias
};

/// The config of a Transformer. The default values describe the Llama form (Touvron et al. 2023). `Validate` refuses a
/// config that no run can compute.
struct Config : StackConfig {            // the fields of StackConfig describe the only stack, or the decoder
  StackConfig encoder{.causal = false};  // the encoder; with it, each block of the decoder has a cross-attention
  Index width = 0;                       // C of every stack
  Index vocabulary = 0;                  // V of the only stack or the decoder
  Index encoder_vocabulary = 0;  // V of the encoder if the encoder has an embedding of its own; 0: the stacks share one
  Index context = 0;             // the largest number of tokens of a text
  NormKind norm = NormKind::kRms;
  NormPosition norm_position = NormPosition::kBefore;
  float norm_epsilon = 0.0f;
  bool final_norm = true;        // whether there is a norm after the last block
  bool embedding_norm = false;   // whether there is a norm before the first block
  float embedding_scale = 1.0f;  // the factor of token vectors, before positions are added
  PositionKind position = PositionKind::kRotary;
  double rotary_base = 0.0;
  Index rotary_width = 0;  // W, even: the number of first elements of a head that are rotated; 0: all
  RotaryScaling rotary_scaling;
  Index position_offset = 0;     // the row of the learned table, or the position, of the first token
  bool sinusoidal_ends = false;  // the slowest wave of the sinusoids reaches the base itself, as in fairseq
  DistanceBias distance_bias = DistanceBias::kNone;
  Index buckets = 0;          // the number of buckets, for kBuckets
  Index bucket_distance = 0;  // distances from this number on share the last bucket
  Index types = 0;            // the number of token types, each with a vector; 0: no types
  Index embedding_width = 0;  // E, the width of the embeddings; a layer projects them to C; 0: E is C
  bool embedding_projection_bias = true;
  float attention_scale = 0.0f;    // the factor of scores; 0: 1 / √H
  float attention_softcap = 0.0f;  // c in c · tanh(s / c); 0: no soft cap
  bool head_norm = false;          // each query and key of a head goes through an RMS norm, before the rotation
  bool parallel = false;           // the feed-forward layer has the same input as the attention
  Nonlinearity activation = Nonlinearity::kSilu;  // the activation of the feed-forward layer
  bool gated = true;                              // the feed-forward layer has a gate
  bool norm_bias = true;                          // whether layer norms have a bias
  bool attention_bias = false;                    // whether the query, key and value projections have a bias
  bool output_bias = false;                       // whether the output projection of an attention has a bias
  bool feed_forward_bias = false;                 // whether the projections of the feed-forward layer have a bias
  bool tied_embedding = false;                    // the unembedding has the weights of the embedding
  bool logits_bias = false;
  float logits_scale = 1.0f;
  float logits_softcap = 0.0f;  // 0: no soft cap
  HeadConfig head;

  /// Tells whether the model has an encoder beside its decoder.
  bool HasEncoder() const { return encoder.layers > 0; }
  /// Returns the number of logits of a token.
  Index Outputs() const { return head.outputs < 0 ? vocabulary : head.outputs; }
  /// Returns E, the width of the embeddings.
  Index EmbeddingWidth() const { return embedding_width > 0 ? embedding_width : width; }
  /// Returns W, the number of elements of a head that are rotated by position.
  Index RotaryWidth(const StackConfig& stack) const {
    return position != PositionKind::kRotary ? 0 : rotary_width > 0 ? rotary_width : stack.head_width;
  }
};

/// Throws kBadModel for a config that no run can compute. The message names the field, its value and the expected
/// value.
void Validate(const Config& config);

}  // namespace attenscope
