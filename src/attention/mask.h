// Which keys a query sees: by position (causal, length, window, global tokens) and by a mask.
#pragma once

#include <algorithm>
#include <limits>

#include "attention/options.h"

namespace attenscope {

inline constexpr float kHidden = -std::numeric_limits<float>::infinity();

/// The keys that a query sees by position: [0, globals) and [first, last), with globals ≤ first ≤ last.
struct KeyRange {
  Index globals;
  Index first;
  Index last;
};

/// For query t of a head with S keys.
inline KeyRange VisibleRange(const Visibility& visible, Index t, Index S) {
  const Index position = visible.past + t;
  Index last = visible.key_length < 0 ? S : std::min(visible.key_length, S);
  if (visible.causal) last = std::clamp<Index>(position + 1, 0, last);
  // A global query looks past its window.
  if (position >= 0 && position < visible.global_tokens) return {0, 0, last};
  if (visible.window_right >= 0) last = std::clamp<Index>(position + visible.window_right + 1, 0, last);
  const Index first = visible.window_left < 0 ? 0 : std::clamp<Index>(position - visible.window_left, 0, last);
  return {std::min(visible.global_tokens, first), first, last};
}

/// The keys up to the last that any of queries first … first + T sees.
inline Index LastVisible(const Visibility& visible, Index first, Index T, Index S) {
  Index last = 0;
  for (Index t = first; t < first + T; ++t) last = std::max(last, VisibleRange(visible, t, S).last);
  return last;
}

/// Masks a row of S squashed scores of query t in place: what is hidden by position becomes −∞, a 0 of the mask becomes
/// the fill, the bias is added. What is hidden by position stays hidden whatever the bias.
inline void MaskRow(const AttentionOptions& options, const HeadMask& mask, Index t, Index S, float* row) {
  if (mask.allowed.data) {
    for (Index s = 0; s < S; ++s) {
      if (!mask.allowed(t, s)) row[s] = options.mask_fill;
    }
  }
  if (mask.bias.data) {
    for (Index s = 0; s < S; ++s) {
      // −∞ hides; a NaN or +∞ below it would not stay hidden in a sum.
      row[s] = mask.bias(t, s) == kHidden || row[s] == kHidden ? kHidden : row[s] + mask.bias(t, s);
    }
  }
  const KeyRange range = VisibleRange(options.visible, t, S);
  std::fill(row + range.globals, row + range.first, kHidden);
  std::fill(row + range.last, row + S, kHidden);
}

}  // namespace attenscope
