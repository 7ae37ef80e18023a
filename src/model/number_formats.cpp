// Reads the quantised blocks of llama.cpp's GGUF files, and selects the reader of a format.
#include "model/number_formats.h"

namespace attenscope {

namespace {

float HalfAt(const std::byte* bytes) { return FromF16(Read<std::uint16_t>(bytes, 0)); }
int ByteAt(const std::byte* bytes, Index index) { return std::to_integer<int>(bytes[index]); }

/// Scale d, then 32 numbers q in 8 bits: x = d · q.
void ReadQ8Block(const std::byte* block, float* out) {
  const float d = HalfAt(block);
  for (Index i = 0; i < 32; ++i) out[i] = d * static_cast<float>(Read<std::int8_t>(block + 2, i));
}

/// Scale d, then 16 bytes. The low four bits are the first 16 numbers, the high four bits the other 16: x = d · (q −
/// 8).
void ReadQ4Block(const std::byte* block, float* out) {
  const float d = HalfAt(block);
  for (Index i = 0; i < 16; ++i) {
    const int pair = ByteAt(block + 2, i);
    out[i] = d * static_cast<float>((pair & 15) - 8);
    out[i + 16] = d * static_cast<float>((pair >> 4) - 8);
  }
}

/// Scales d and m, then twelve bytes with the six-bit scales and minima of eight groups of 32 numbers, then the numbers
/// in four bits: x = d · scale · q − m · minimum.
void ReadQ4KBlock(const std::byte* block, float* out) {
  const float d = HalfAt(block);
  const float m = HalfAt(block + 2);
  const std::byte* packed = block + 4;
  const std::byte* numbers = block + 16;
  for (Index group = 0; group < 8; ++group) {
    // The scales and minima of the first four groups are stored whole. Those of the other four are split: their low
    // four bits share a byte, and their high two bits are in the bytes of the first four.
    const bool whole = group < 4;
    const int low = whole ? ByteAt(packed, group) & 63 : ByteAt(packed, group + 4) & 15;
    const int high = whole ? 0 : ByteAt(packed, group - 4) >> 6 << 4;
    const int low_minimum = whole ? ByteAt(packed, group + 4) & 63 : ByteAt(packed, group + 4) >> 4;
    const int high_minimum = whole ? 0 : ByteAt(packed, group) >> 6 << 4;
    const float scale = d * static_cast<float>(low | high);
    const float minimum = m * static_cast<float>(low_minimum | high_minimum);
    for (Index i = 0; i < 32; ++i) {
      const int pair = ByteAt(numbers, group / 2 * 32 + i);
      *out++ = scale * static_cast<float>(group % 2 == 0 ? pair & 15 : pair >> 4) - minimum;
    }
  }
}

/// 128 bytes with the low four bits of the numbers, 64 bytes with the high two bits, 16 scales in eight bits, then d: x
/// = d · scale · (q − 32).
void ReadQ6KBlock(const std::byte* block, float* out) {
  const float d = HalfAt(block + 208);
  for (Index half = 0; half < 2; ++half) {
    for (Index quarter = 0; quarter < 4; ++quarter) {
      for (Index i = 0; i < 32; ++i) {
        const int low = ByteAt(block, half * 64 + quarter % 2 * 32 + i) >> (quarter < 2 ? 0 : 4) & 15;
        const int high = ByteAt(block + 128, half * 32 + i) >> (2 * quarter) & 3;
        const auto scale = static_cast<float>(Read<std::int8_t>(block + 192, half * 8 + quarter * 2 + i / 16));
        *out++ = d * scale * static_cast<float>((low | high << 4) - 32);
      }
    }
  }
}

using ReadBlock = void (*)(const std::byte*, float*);

ReadBlock BlockReader(std::string_view dtype) {
  if (dtype == "Q8_0") return ReadQ8Block;
  if (dtype == "Q4_0") return ReadQ4Block;
  return dtype == "Q4_K" ? ReadQ4KBlock : ReadQ6KBlock;
}

}  // namespace

const NumberFormat* FindNumberFormat(std::string_view dtype) {
  for (const NumberFormat& format : kNumberFormats) {
    if (format.name == dtype) return &format;
  }
  return nullptr;
}

void ReadStrided(std::string_view dtype, const std::byte* bytes, Index first, Index step, Index count, float* out) {
  const bool half = dtype == "F16";
  const bool brain = dtype == "BF16";
  for (Index c = 0; c < count; ++c) {
    const Index i = first + c * step;
    if (half) {
      *out++ = FromF16(Read<std::uint16_t>(bytes, i));
    } else if (brain) {
      *out++ = FromBF16(Read<std::uint16_t>(bytes, i));
    } else {
      *out++ = Read<float>(bytes, i);
    }
  }
}

void ReadFloats(std::string_view dtype, const std::byte* bytes, Index first, Index count, float* out) {
  const NumberFormat& format = *FindNumberFormat(dtype);
  if (format.numbers == 1) return ReadStrided(dtype, bytes, first, 1, count, out);
  const ReadBlock read = BlockReader(dtype);
  for (Index i = first; i < first + count; i += format.numbers) {
    read(bytes + i / format.numbers * format.bytes, out + (i - first));
  }
}

}  // namespace attenscope
