// Computes the keys that a query sees: by position (causal, length, window, global tokens) and by a mask.
#pragma once

#include <algorithm>
#include <limits>

#include "attention/options.h"

namespace attenscope {

/// The masked score of a hidden key.
inline constexpr float kHidden = -std::numeric_limits<float>::infinity();

/// The keys that a query sees by position: [0, globals) and [first, last), with globals ≤ first ≤ last.
struct KeyRange {
  Index globals;
  Index first;
  Index last;
};

/// Returns the visible keys of query t in a head with S keys.
inline KeyRange VisibleRange(const Visibility& visible, Index t, Index S) {
  const Index position = visible.past + t;
  Index last = visible.key_length < 0 ? S : std::min(visible.key_length, S);
  if (visible.causal) last = std::clamp<Index>(position + 1, 0, last);
  // A global query ignores the window.
  if (position >= 0 && position < visible.global_tokens) return {0, 0, last};
  // A window may be as wide as the largest Index, so sums must not go beyond the number of keys.
  if (visible.window_right >= 0) {
    last =
        std::clamp<Index>(position + std::min(visible.window_right, std::max<Index>(last - position, 0)) + 1, 0, last);
  }
  const bool cut = visible.window_left >= 0 && visible.window_left < position;
  const Index first = cut ? std::min(position - visible.window_left, last) : 0;
  return {std::min(visible.global_tokens, first), first, last};
}

/// Returns the number of keys up to the last key that any of queries [first, first + T) sees.
inline Index LastVisible(const Visibility& visible, Index first, Index T, Index S) {
  Index last = 0;
  for (Index t = first; t < first + T; ++t) last = std::max(last, VisibleRange(visible, t, S).last);
  return last;
}

/// Tells whether the position lets any of queries [first, first + T) see any of keys [first_key, first_key + S).
inline bool SeesAny(const Visibility& visible, Index first, Index T, Index first_key, Index S) {
  for (Index t = first; t < first + T; ++t) {
    const KeyRange range = VisibleRange(visible, t, first_key + S);
    if (range.globals > first_key || range.last > std::max(range.first, first_key)) return true;
  }
  return false;
}

/// Masks the squashed scores of query t and keys [first_key, first_key + S), in place. Where `allowed` is 0, the fill
/// replaces the score; then the bias is added. A key that the position hides gets −∞ with any bias.
inline void MaskRow(const AttentionOptions& options, const HeadMask& mask, Index t, Index first_key, Index S,
                    float* row) {
  if (mask.allowed.data) {
    for (Index s = 0; s < S; ++s) {
      if (!mask.allowed(t, first_key + s)) row[s] = options.mask_fill;
    }
  }
  if (mask.bias.data) {
    for (Index s = 0; s < S; ++s) {
      const float bias = mask.bias(t, first_key + s);
      // A bias of −∞ hides a key. A sum would turn a hidden score of NaN or +∞ into a visible one.
      row[s] = bias == kHidden || row[s] == kHidden ? kHidden : row[s] + bias;
    }
  }
  const KeyRange range = VisibleRange(options.visible, t, first_key + S);
  const auto hide = [&](Index first, Index last) {
    std::fill(row + std::max<Index>(first - first_key, 0), row + std::max<Index>(last - first_key, 0), kHidden);
  };
  hide(range.globals, range.first);
  hide(range.last, first_key + S);
}

}  // namespace attenscope
