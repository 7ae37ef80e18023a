// The number formats of tensors in files, and their conversion to float32.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "tensor/half.h"
#include "tensor/tensor.h"

namespace attenscope {

static_assert(std::endian::native == std::endian::little, "tensors in files are little-endian");

/// Returns the bfloat16 number with these bits as float32.
inline float FromBF16(std::uint16_t brain) { return std::bit_cast<float>(static_cast<std::uint32_t>(brain) << 16); }

/// Reads element `index` of raw bytes with elements of type `Stored`.
template <class Stored>
Stored Read(const std::byte* bytes, Index index) {
  Stored value;
  std::memcpy(&value, bytes + index * static_cast<Index>(sizeof(Stored)), sizeof(Stored));
  return value;
}

/// A number format: a block of `numbers` numbers takes `bytes` bytes. Only GGUF's quantised formats have blocks of more
/// than one number.
struct NumberFormat {
  std::string_view name;
  Index numbers;
  Index bytes;
};

/// The formats that the engine reads, named as in safetensors and GGUF files.
inline constexpr NumberFormat kNumberFormats[] = {
    {"F32", 1, 4},    {"F16", 1, 2},    {"BF16", 1, 2},     {"I8", 1, 1},
    {"Q8_0", 32, 34}, {"Q4_0", 32, 18}, {"Q4_K", 256, 144}, {"Q6_K", 256, 210},
};

/// Returns the format, or null for an unknown one.
const NumberFormat* FindNumberFormat(std::string_view dtype);

/// Converts numbers [first, first + count) of any format except 'I8' to float32. `first` and `count` are multiples of
/// the block size.
void ReadFloats(std::string_view dtype, const std::byte* bytes, Index first, Index count, float* out);

/// Converts `count` numbers at first, first + step, … of 'F32', 'F16' or 'BF16' to float32.
void ReadStrided(std::string_view dtype, const std::byte* bytes, Index first, Index step, Index count, float* out);

}  // namespace attenscope
