// The key/value cache of a stack.
#pragma once

#include "kernels/packed.h"
#include "tensor/arena.h"
#include "transformer/config.h"

namespace attenscope {

/// The keys and values of every layer and key/value head, for up to `capacity` tokens (S), packed for the kernels.
class KeyValues {
 public:
  /// Takes the memory of the cache from `arena`.
  void Layout(const StackConfig& stack, Index capacity, Arena& arena);

  /// Returns the keys of a key/value head, packed as (S, H).
  PackedView<float> Keys(Index layer, Index key_value_head) const;
  /// Returns the values of a key/value head, packed as their transpose (H, S), which the weighted sum reads.
  PackedView<float> Values(Index layer, Index key_value_head) const;

  /// Writes the keys and values (T, K·H) of T tokens from `first` on.
  void Remember(Index layer, Index first, ConstMatrix keys, ConstMatrix values) const;

  /// Copies the first `count` tokens of another cache of the same stack, whose capacity may differ.
  void Copy(const KeyValues& from, Index count) const;

 private:
  Index capacity_ = 0;
  Index layers_ = 0;
  Index heads_ = 0;
  Index head_width_ = 0;
  Index panel_rows_ = 1;
  std::uint64_t head_keys_ = 0;    // floats of one head's packed keys
  std::uint64_t head_values_ = 0;  // floats of one head's packed values
  float* keys_ = nullptr;
  float* values_ = nullptr;
};

}  // namespace attenscope
