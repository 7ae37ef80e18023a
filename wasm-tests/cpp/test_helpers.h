// Makes seeded numbers and compares results, for the tests of the engine.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "allocations.h"
#include "simd/arch.h"
#include "tensor/arena.h"
#include "tensor/error.h"

namespace attenscope::testing {

using Arch = simd::DefaultArch;

inline constexpr float kInfinity = std::numeric_limits<float>::infinity();
inline constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

/// Seeded random numbers that are the same on every machine.
class Random {
 public:
  explicit Random(std::uint32_t seed) : state_(seed * 2654435761u + 1u) {}

  std::uint32_t Next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return state_;
  }
  /// Returns a number in (−1, 1).
  float Signed() { return static_cast<float>(Next() >> 8) / 8388608.0f - 1.0f; }
  Index Below(Index end) { return static_cast<Index>(Next() % static_cast<std::uint32_t>(end)); }
  std::vector<float> Vector(Index size, float scale = 1.0f) {
    std::vector<float> values(static_cast<std::size_t>(size));
    for (float& value : values) value = scale * Signed();
    return values;
  }

 private:
  std::uint32_t state_;
};

/// Floats whose first element is `misalignment` floats after an aligned address.
class Misaligned {
 public:
  Misaligned(const std::vector<float>& values, Index misalignment)
      : buffer_(AllocateZeroed((values.size() + static_cast<std::size_t>(misalignment)) * sizeof(float), "test")),
        data_(reinterpret_cast<float*>(buffer_.get()) + misalignment) {
    // memcpy must not get a null pointer, which an empty vector may have.
    if (!values.empty()) std::memcpy(data_, values.data(), values.size() * sizeof(float));
  }
  float* data() { return data_; }

 private:
  AlignedBuffer buffer_;
  float* data_;
};

/// Returns the lengths at which kernels are likely to fail: 0 to one more than two registers, and the sizes near a
/// panel and a tile.
inline std::vector<Index> EdgeSizes() {
  std::vector<Index> sizes;
  for (Index n = 0; n <= 2 * simd::kLanes<Arch> + 1; ++n) sizes.push_back(n);
  for (Index n : {31, 32, 33, 63, 64, 65, 127, 129}) {
    if (n > sizes.back()) sizes.push_back(n);
  }
  return sizes;
}

template <class Body>
ErrorCode CodeOf(Body body) {
  try {
    body();
  } catch (const Error& error) {
    CHECK(std::string(error.what()).size() > 10);
    return error.code();
  }
  FAIL("no error was thrown");
  return ErrorCode::kOption;
}

/// Computes all steps of a run or a search.
template <class Stepping>
void Finish(Stepping& stepping) {
  while (stepping.Step()) {
  }
}

/// Returns the absolute difference. The difference of equal infinities is 0. The difference of a NaN is infinite,
/// because std::max would ignore a NaN.
inline double Difference(double found, double expected) {
  if (std::isinf(expected) && found == expected) return 0.0;
  const double difference = std::abs(found - expected);
  return std::isnan(difference) ? std::numeric_limits<double>::infinity() : difference;
}

inline double LargestDifference(const std::vector<float>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  double worst = 0.0;
  for (std::size_t i = 0; i < found.size(); ++i) worst = std::max(worst, Difference(double{found[i]}, expected[i]));
  return worst;
}

}  // namespace attenscope::testing
