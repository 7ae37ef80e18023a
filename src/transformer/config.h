// What a Transformer is made of: its sizes and the choices in which families differ.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/nonlinearity.h"
#include "layers/norm.h"
#include "position/rotary_scaling.h"
#include "tensor/tensor.h"

namespace attenscope {

/// Where a block normalises: what a sublayer reads (x + f(norm(x)), Llama, GPT-2), what it leaves (norm(x + f(x)),
/// Marian, BART, BERT), or what it reads and what it adds (x + norm(f(norm(x))), Gemma 2).
enum class NormPlace { kBefore, kAfter, kBoth };

/// How a text's order enters: queries and keys turned, or a vector added to each embedding.
enum class PositionKind { kNone, kRotary, kSinusoidal, kLearned };

/// What a score gets by the distance of its key from its query, for each head: nothing, a learned number for each of
/// T5's buckets, or ALiBi's slope times the distance.
enum class DistanceBias { kNone, kBuckets, kAlibi };

/// The sizes of a stack of blocks.
struct StackConfig {
  Index layers = 0;              // L; 0: there is no such stack
  Index heads = 0;               // N
  Index key_value_heads = 0;     // K, which divides N
  Index head_width = 0;          // H
  Index feed_forward_width = 0;  // F
  bool causal = true;            // each token sees itself and those before, or all see all
  std::vector<std::int32_t> windows =
      {};  // (L) how many keys a query sees, itself the last; 0, or none given: all. Causal only
};

/// What makes logits of the last states: a matrix alone, or after norm(f(W x + b)) of a width D of its own, as masked
/// language models and classifiers have it.
struct HeadConfig {
  Index outputs = -1;  // numbers a token, 0: there are none; −1: V
  Index width = 0;     // D; 0: there is no such layer
  Nonlinearity activation = Nonlinearity::kTanh;
  bool norm = false;
  bool bias = true;  // of that layer
};

/// The defaults are the Llama form (Touvron et al. 2023). `Validate` says what is wrong with one that cannot be run.
struct Config : StackConfig {    // the only stack, or the decoder
  StackConfig encoder;           // beside it, with cross-attention in each of the decoder's blocks
  Index width = 0;               // C, of every stack
  Index vocabulary = 0;          // V, of the only stack or the decoder
  Index encoder_vocabulary = 0;  // where the encoder has an embedding of its own; 0: both share one
  Index context = 0;             // the longest text that positions allow
  NormKind norm = NormKind::kRms;
  NormPlace norm_place = NormPlace::kBefore;
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

  /// Whether there is an encoder beside the decoder.
  bool HasEncoder() const { return encoder.layers > 0; }
  /// Logits of a token.
  Index Outputs() const { return head.outputs < 0 ? vocabulary : head.outputs; }
  /// E.
  Index EmbeddingWidth() const { return embedding_width > 0 ? embedding_width : width; }
  /// Numbers of a head of the stack that positions turn.
  Index RotaryWidth(const StackConfig& stack) const {
    return position != PositionKind::kRotary ? 0 : rotary_width > 0 ? rotary_width : stack.head_width;
  }
};

/// Throws kBadModel with the field, what was found and what was expected.
void Validate(const Config& config);

}  // namespace attenscope
