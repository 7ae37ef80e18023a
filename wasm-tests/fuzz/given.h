// Converts a fuzzer's bytes into sizes, options, numbers and ids, and catches the errors that a target may throw.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "model/model.h"
#include "tensor/error.h"
#include "trace/edits.h"

namespace attenscope::fuzz {

/// A sequence of bytes that a fuzzer gives. After the end of the bytes every number is 0, so that any bytes are valid
/// input.
class Given {
 public:
  Given(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  bool empty() const { return at_ == size_; }

  template <class T>
  T Raw() {
    std::array<std::uint8_t, sizeof(T)> bytes{};
    for (std::uint8_t& byte : bytes) byte = empty() ? 0 : data_[at_++];
    T value;
    std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
  }

  bool Flip() { return (Raw<std::uint8_t>() & 1) != 0; }
  Index Below(Index end) { return Raw<std::uint8_t>() % end; }

  /// Returns a size, usually at most `most`. Sometimes returns any number, or a number near the limits of Index, which
  /// has 32 bits in WebAssembly; JavaScript can pass all of these numbers.
  Index Size(Index most) {
    constexpr Index kLeast = std::numeric_limits<Index>::min(), kMost = std::numeric_limits<Index>::max();
    switch (const auto byte = Raw<std::uint8_t>()) {
      case 250:
        return Raw<std::int32_t>();
      case 251:
        return Index{1} << (Raw<std::uint8_t>() % 62);
      case 252:
        return -1 - Below(100);
      case 253:
        return kLeast + 1 + Below(100);
      case 254:
      case 255:
        return kMost - Below(100);
      default:
        return byte % (most + 1);
    }
  }

  /// Returns a number: usually a common number, sometimes any number.
  double Real() {
    constexpr double kUsual[] = {0.0, 1.0, -1.0, 0.5, 2.0, 1e-5, 30.0, 10000.0};
    const auto byte = Raw<std::uint8_t>();
    return byte < 240 ? kUsual[byte % 8] : Raw<double>();
  }

  template <class T, std::size_t Count>
  T OneOf(const T (&choices)[Count]) {
    return choices[static_cast<std::size_t>(Below(Count))];
  }
  template <class T>
  const T& OneOf(const std::vector<T>& choices) {
    return choices[static_cast<std::size_t>(Below(static_cast<Index>(choices.size())))];
  }

  /// Returns up to `most` ids, usually below `end`, sometimes any number.
  std::vector<std::int32_t> Ids(Index most, Index end) {
    std::vector<std::int32_t> ids(static_cast<std::size_t>(Below(most + 1)));
    for (std::int32_t& id : ids) {
      const auto byte = Raw<std::uint8_t>();
      id = byte < 254 ? static_cast<std::int32_t>(byte % end) : Raw<std::int32_t>();
    }
    return ids;
  }

  /// Fills `out` with the remaining bytes, repeated as often as necessary.
  void Fill(std::span<std::byte> out) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = empty() ? std::byte{0} : static_cast<std::byte>(data_[at_ + i % (size_ - at_)]);
    }
    at_ += std::min(out.size(), size_ - at_);
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

/// Runs `body` and returns whether it finished without an Error. An Error is a correct answer; any other exception ends
/// the program, which the fuzzer reports.
template <class Body>
bool Answers(Body body) {
  try {
    body();
    return true;
  } catch (const Error& error) {
    if (error.what()[0] == '\0') __builtin_trap();
    return false;
  }
}

/// Sets every parameter to small numbers, through the loader.
inline void FillParameters(Parameters& parameters) {
  std::uint32_t state = 1;
  for (const std::string& name : parameters.names()) {
    Index count = 1;
    for (Index extent : parameters.Shape(name)) count *= extent;
    const std::span<std::byte> stage = parameters.Stage(static_cast<std::uint64_t>(count) * sizeof(float));
    for (Index i = 0; i < count; ++i) {
      state = state * 1664525u + 1013904223u;
      const float value = static_cast<float>(state >> 8) / 33554432.0f - 0.25f;
      std::memcpy(stage.data() + i * static_cast<Index>(sizeof(float)), &value, sizeof(float));
    }
    parameters.Set(name, "F32");
  }
  parameters.Finish();
}

/// Computes all steps. The number of steps is limited, because each step computes at least a part of one token's layer.
template <class Stepping>
void StepToEnd(Stepping& stepping) {
  for (Index steps = 0; stepping.Step();) {
    if (++steps > 100000) __builtin_trap();
  }
}

}  // namespace attenscope::fuzz
