// Everything that one run of a recurrent model keeps, in one allocation.
#pragma once

#include "attention/attention.h"
#include "layers/lstm.h"
#include "recurrent/config.h"
#include "tensor/arena.h"

namespace attenscope {

/// The states of the whole text, from which any traced tensor can be computed, and scratch. S and T are the most tokens
/// of the source and of the target, R is the most rows that are computed together.
struct RecurrentState {
  /// Throws kMemory. `target` is 0 for a classifier.
  RecurrentState(const RecurrentConfig& config, Index source, Index target, Index rows);

  Index source;  // S
  Index target;  // T
  Index rows;    // R

  // Of the encoder.
  Matrix embedding;             // (S, E)
  TensorView<float, 3> hidden;  // (L, S, M)
  Matrix states;                // (S, M): the states that are attended to; without self-attention the last of `hidden`
  Matrix self_queries;          // (S, M)
  PackedView<float> keys;       // (S, A): tanh(W h + b) of a pooling, else W_k h + b
  PackedView<float> values;     // (M, S), the states transposed
  Matrix context;               // (1, M), of a pooling

  // Of the decoder.
  Matrix queries;  // (T, A): W_q s
  Matrix inputs;   // (T, E + M): ⟨embedding; context⟩
  Matrix outputs;  // (T, G + M): ⟨s; context⟩
  LstmState decoder;

  // Scratch.
  Matrix gates;      // (R, 4 · max(D, G))
  LstmState layer;   // of the direction in hand
  Matrix projected;  // (R, max(M, A))
  float* pattern;    // (kQueryTile, S)

  /// Keys of a head of the self-attention, packed as (S, H), and its values as their transpose (H, S).
  PackedView<float> SelfKeys(Index head) const;
  PackedView<float> SelfValues(Index head) const;

  std::uint64_t bytes() const { return bytes_; }

 private:
  void Layout(const RecurrentConfig& config, Arena& arena);

  AlignedBuffer memory_;
  std::uint64_t bytes_ = 0;
  Index head_width_ = 0;
  float* self_keys_ = nullptr;
  float* self_values_ = nullptr;
};

}  // namespace attenscope
