// Conversion between float32 and half precision (IEEE 754 binary16, as sixteen bits).
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace attenscope {

/// Returns the half-precision number with these bits as float32. The conversion is exact.
inline float FromF16(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000u) << 16;
  const std::uint32_t exponent = (half >> 10) & 0x1fu;
  const std::uint32_t fraction = half & 0x3ffu;
  if (exponent == 0) {
    // Zero and the subnormal numbers are multiples of 2⁻²⁴.
    const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
    return sign ? -magnitude : magnitude;
  }
  // Exponent 31 marks infinity and NaN in half precision, exponent 255 in single precision. For other numbers the bias
  // of the exponent changes from 15 to 127.
  const std::uint32_t wide = exponent == 31 ? 255u : exponent + 112u;
  return std::bit_cast<float>(sign | (wide << 23) | (fraction << 13));
}

/// Returns the bits of the nearest half-precision number, ties to even. Numbers from 65520 on become infinity, and NaN
/// stays NaN.
inline std::uint16_t ToF16(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>(bits >> 16 & 0x8000u);
  const std::uint32_t magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return sign | 0x7e00u;
  // From 65520 on the nearest number would be 2¹⁶, which half precision cannot represent.
  if (magnitude >= 0x477ff000u) return sign | 0x7c00u;
  if (magnitude < 0x38800000u) {
    // Below 2⁻¹⁴ numbers are multiples of 2⁻²⁴.
    return sign | static_cast<std::uint16_t>(std::nearbyint(std::bit_cast<float>(magnitude) * 0x1p24f));
  }
  const std::uint32_t rounded = magnitude + 0xfffu + (magnitude >> 13 & 1u);
  return sign | static_cast<std::uint16_t>((rounded - 0x38000000u) >> 13);
}

}  // namespace attenscope
