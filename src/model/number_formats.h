// The numbers of tensors in files: how wide they are, and their values as float32.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>

#include "tensor/tensor.h"

namespace attenscope {

static_assert(std::endian::native == std::endian::little, "tensors in files are little-endian");

inline float FromF16(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000u) << 16;
  const std::uint32_t exponent = (half >> 10) & 0x1fu;
  const std::uint32_t fraction = half & 0x3ffu;
  if (exponent == 0) {
    // Zero and the subnormal numbers are multiples of 2⁻²⁴.
    const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
    return sign ? -magnitude : magnitude;
  }
  // 31 is infinity and NaN in half precision, 255 in single; the others shift the bias from 15 to 127.
  const std::uint32_t wide = exponent == 31 ? 255u : exponent + 112u;
  return std::bit_cast<float>(sign | (wide << 23) | (fraction << 13));
}

inline float FromBF16(std::uint16_t brain) { return std::bit_cast<float>(static_cast<std::uint32_t>(brain) << 16); }

/// Element `index` of raw bytes of type `Stored`.
template <class Stored>
Stored Read(const std::byte* bytes, Index index) {
  Stored value;
  std::memcpy(&value, bytes + index * static_cast<Index>(sizeof(Stored)), sizeof(Stored));
  return value;
}

/// Bytes of one element, 0 for a type that is not read.
inline std::uint64_t ElementSize(const std::string& dtype) {
  if (dtype == "F32") return 4;
  if (dtype == "F16" || dtype == "BF16") return 2;
  if (dtype == "I8") return 1;
  return 0;
}

/// Elements [first, first + count) of 'F32', 'F16' or 'BF16' as float32.
inline void ReadFloats(const std::string& dtype, const std::byte* bytes, Index first, Index count, float* out) {
  const bool half = dtype == "F16";
  const bool brain = dtype == "BF16";
  for (Index i = first; i < first + count; ++i) {
    if (half) {
      *out++ = FromF16(Read<std::uint16_t>(bytes, i));
    } else if (brain) {
      *out++ = FromBF16(Read<std::uint16_t>(bytes, i));
    } else {
      *out++ = Read<float>(bytes, i);
    }
  }
}

}  // namespace attenscope
