// The memory of one run of a recurrent model, in one allocation.
#pragma once

#include "attention/attention.h"
#include "layers/lstm.h"
#include "recurrent/config.h"
#include "tensor/arena.h"

namespace attenscope {

/// The states of the whole text, from which any traced tensor can be computed, and scratch memory. S and T are the
/// largest numbers of source and target tokens, R is the largest number of rows that are computed together.
struct RecurrentState {
  /// Allocates the memory. `target` is 0 for a classifier. Throws kMemory.
  RecurrentState(const RecurrentConfig& config, Index source, Index target, Index rows);

  Index source;  // S
  Index target;  // T
  Index rows;    // R

  // The states of the encoder.
  Matrix embedding;             // (S, E)
  TensorView<float, 3> hidden;  // (L, S, M)
  Matrix states;  // (S, M): the states to which attention attends; without self-attention the last layer of `hidden`
  Matrix self_queries;       // (S, M)
  PackedView<float> keys;    // (S, A): tanh(W h + b) for a pooling, otherwise W_k h + b
  PackedView<float> values;  // (M, S): the transpose of the states
  Matrix context;            // (1, M): the result of a pooling

  // The states of the decoder.
  Matrix queries;  // (T, A): W_q s
  Matrix inputs;   // (T, E + M): ⟨embedding; context⟩
  Matrix outputs;  // (T, G + M): ⟨s; context⟩
  LstmState decoder;

  // Scratch memory.
  Matrix gates;      // (R, 4 · max(D, G))
  LstmState layer;   // the state of the current direction
  Matrix projected;  // (R, max(M, A))
  float* pattern;    // (kQueryTile, S)

  /// Returns the keys of a head of the self-attention, packed as (S, H), or its values, packed as their transpose (H,
  /// S).
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
