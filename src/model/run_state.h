// Everything that one run holds, in one allocation.
#pragma once

#include "attention/attention.h"
#include "kernels/packed.h"
#include "model/config.h"
#include "tensor/arena.h"

namespace attenscope {

/// Held for the whole text, so that any traced tensor can be computed when somebody asks: the residual stream at every
/// block's entry, queries, keys and values. The keys and values are the KV cache. The rest is scratch for `rows`
/// tokens.
struct RunState {
  /// Room for `capacity` tokens (S below), computed at most `rows` at a time (T below). Throws kMemory.
  RunState(const Config& config, Index capacity, Index rows);

  Index capacity;
  Index rows;

  TensorView<float, 3> residual;  // (L + 1, S, C); [0] the embedding, [l + 1] after block l
  TensorView<float, 3> queries;   // (L, S, N·H), rotated
  Matrix cosines;                 // (S, H/2)
  Matrix sines;                   // (S, H/2)

  Matrix normed;        // (T, C)
  Matrix new_keys;      // (T, K·H)
  Matrix new_values;    // (T, K·H)
  Matrix head_outputs;  // (T, N·H)
  Matrix gated;         // (T, F)
  Matrix raised;        // (T, F)
  Matrix summed;        // (T, C): a residual stream between attention and feed-forward
  float* pattern;       // (kQueryTile, S)

  /// Keys of a layer's key/value head, packed as (S, H).
  PackedView<float> Keys(Index layer, Index key_value_head) const;
  /// Values of a layer's key/value head, packed as their transpose (H, S), as the weighted sum reads them.
  PackedView<float> Values(Index layer, Index key_value_head) const;

  std::uint64_t bytes() const { return bytes_; }

 private:
  void Layout(const Config& config, Arena& arena);

  AlignedBuffer memory_;
  std::uint64_t bytes_ = 0;
  Index key_value_heads_;
  Index head_width_;
  Index panel_rows_;
  float* keys_ = nullptr;
  float* values_ = nullptr;
  std::uint64_t head_keys_ = 0;    // floats of one head's packed keys
  std::uint64_t head_values_ = 0;  // floats of one head's packed values
};

}  // namespace attenscope
