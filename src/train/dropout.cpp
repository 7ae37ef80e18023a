// Draws the masks of dropout.
#include "train/dropout.h"

namespace attenscope {

namespace {

/// Mixes the bits of a counter (the last step of SplitMix64).
std::uint64_t Mix(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

}  // namespace

void Dropout::Apply(std::uint64_t row, float* x, Index count) const {
  const std::uint64_t start = Mix(*key + Mix(place * 0x9e3779b97f4a7c15ull + row));
  const auto limit = static_cast<std::uint32_t>(static_cast<double>(probability) * 0x1p32);
  const float scale = 1.0f / (1.0f - probability);
  for (Index i = 0; i < count; i += 2) {
    // One draw has 64 bits, enough for two numbers.
    const std::uint64_t draw = Mix(start + static_cast<std::uint64_t>(i + 1) * 0x9e3779b97f4a7c15ull);
    x[i] = static_cast<std::uint32_t>(draw) < limit ? 0.0f : x[i] * scale;
    if (i + 1 < count) x[i + 1] = static_cast<std::uint32_t>(draw >> 32) < limit ? 0.0f : x[i + 1] * scale;
  }
}

}  // namespace attenscope
