// What a Transformer is made of: its sizes and the choices in which families differ.
#pragma once

#include "tensor/tensor.h"

namespace attenscope {

/// The sizes and choices of a decoder. All are needed; `Validate` says what is wrong with one that cannot be run.
struct Config {
  Index layers = 0;              // L
  Index heads = 0;               // N
  Index key_value_heads = 0;     // K, which divides N
  Index head_width = 0;          // H, even
  Index width = 0;               // C
  Index feed_forward_width = 0;  // F
  Index vocabulary = 0;          // V
  Index context = 0;             // the longest text that positions allow
  float norm_epsilon = 0.0f;
  double rotary_base = 0.0;
  bool attention_bias = false;     // of the query, key and value projections
  bool output_bias = false;        // of the attention's output projection
  bool feed_forward_bias = false;  // of all three of its projections
  bool tied_embedding = false;     // the unembedding is the embedding
};

/// Throws kBadModel with the field, what was found and what was expected.
void Validate(const Config& config);

}  // namespace attenscope
