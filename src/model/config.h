// What a Transformer is made of: its sizes and the choices in which families differ.
#pragma once

#include "kernels/nonlinearity.h"
#include "layers/norm.h"
#include "tensor/tensor.h"

namespace attenscope {

/// Where a block normalises: what a sublayer reads (x + f(norm(x)), Llama, GPT-2), or what it leaves (norm(x + f(x)),
/// Marian, BART, BERT).
enum class NormPlace { kBefore, kAfter };

/// How a text's order enters: queries and keys turned, or a vector added to each embedding.
enum class PositionKind { kNone, kRotary, kSinusoidal, kLearned };

/// The sizes of a stack of blocks.
struct StackConfig {
  Index layers = 0;              // L; 0: there is no such stack
  Index heads = 0;               // N
  Index key_value_heads = 0;     // K, which divides N
  Index head_width = 0;          // H, even where positions are rotary
  Index feed_forward_width = 0;  // F
  bool causal = true;            // each token sees itself and those before, or all see all
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
  Index position_offset = 0;                      // rows of the learned table before that of the first token
  Nonlinearity activation = Nonlinearity::kSilu;  // of the feed-forward layer
  bool gated = true;                              // the feed-forward layer has a gate
  bool attention_bias = false;                    // of the query, key and value projections
  bool output_bias = false;                       // of the attention's output projection
  bool feed_forward_bias = false;                 // of all of its projections
  bool tied_embedding = false;                    // the unembedding is the embedding
  bool logits_bias = false;

  /// Whether there is an encoder beside the decoder.
  bool HasEncoder() const { return encoder.layers > 0; }
};

/// Throws kBadModel with the field, what was found and what was expected.
void Validate(const Config& config);

}  // namespace attenscope
