// The numbers of tensors in files: how wide they are, and their values as float32.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "tensor/half.h"
#include "tensor/tensor.h"

namespace attenscope {

static_assert(std::endian::native == std::endian::little, "tensors in files are little-endian");

inline float FromBF16(std::uint16_t brain) { return std::bit_cast<float>(static_cast<std::uint32_t>(brain) << 16); }

/// Element `index` of raw bytes of type `Stored`.
template <class Stored>
Stored Read(const std::byte* bytes, Index index) {
  Stored value;
  std::memcpy(&value, bytes + index * static_cast<Index>(sizeof(Stored)), sizeof(Stored));
  return value;
}

/// How a type stores its numbers: so many of them side by side, in so many bytes. GGUF's quantised types have blocks.
struct NumberFormat {
  std::string_view name;
  Index numbers;
  Index bytes;
};

inline constexpr NumberFormat kNumberFormats[] = {
    {"F32", 1, 4},    {"F16", 1, 2},    {"BF16", 1, 2},     {"I8", 1, 1},
    {"Q8_0", 32, 34}, {"Q4_0", 32, 18}, {"Q4_K", 256, 144}, {"Q6_K", 256, 210},
};

/// Null for a type that is not read.
const NumberFormat* FindNumberFormat(std::string_view dtype);

/// Numbers [first, first + count) of any of them but 'I8', as float32. Both are multiples of a block's numbers.
void ReadFloats(std::string_view dtype, const std::byte* bytes, Index first, Index count, float* out);

/// Numbers first, first + step, … of 'F32', 'F16' or 'BF16' as float32, `count` of them.
void ReadStrided(std::string_view dtype, const std::byte* bytes, Index first, Index step, Index count, float* out);

}  // namespace attenscope
