// Packs and quantises int8 weights.
#include "kernels/packed_int8.h"

namespace attenscope {

Int8Matrix::Int8Matrix(Index rows, Index columns, const std::string& name)
    : buffer_(AllocateZeroed(
          static_cast<std::uint64_t>(Layout::Panels(rows)) * static_cast<std::uint64_t>(Layout::PanelBytes(columns)),
          name)),
      scales_(AllocateZeroed(static_cast<std::uint64_t>(Layout::Panels(rows) * Layout::kRows) * sizeof(float), name)),
      rows_(rows),
      columns_(columns) {}

std::uint64_t Int8Matrix::bytes() const {
  return static_cast<std::uint64_t>(Layout::Panels(rows_)) *
         static_cast<std::uint64_t>(Layout::PanelBytes(columns_) + Layout::kRows * static_cast<Index>(sizeof(float)));
}

void Int8Matrix::SetRow(Index row, const std::int8_t* numbers, float scale) {
  // All weights of a model pass through this loop before the browser has optimised its code, so that the loop copies
  // all columns of a step at once.
  constexpr Index kColumns = simd::DefaultDot::kColumns;
  Scales()[row] = scale;
  for (Index first = 0; first < columns_; first += kInt8Block) {
    const std::int8_t* from = numbers + first;
    const Index count = std::min(kInt8Block, columns_ - first);
    std::int8_t* const block = Numbers() + Layout::Offset(row, first, columns_);
    std::int8_t* to = block;
    Index column = 0;
    for (; column + kColumns <= count; column += kColumns, to += Layout::kStep) {
      std::memcpy(to, from + column, static_cast<std::size_t>(kColumns));
    }
    std::copy(from + column, from + count, to);
    if constexpr (simd::DefaultDot::kOffset != 0) {
      int sum = 0;
      for (Index i = 0; i < count; ++i) sum -= from[i];
      const auto correction = static_cast<std::int16_t>(sum);
      std::memcpy(block - row % Layout::kRows * kColumns - Layout::kCorrections +
                      row % Layout::kRows * static_cast<Index>(sizeof(correction)),
                  &correction, sizeof(correction));
    }
  }
}

void Int8Matrix::GetRow(Index row, float* out) const {
  const float scale = Scales()[row];
  for (Index column = 0; column < columns_; ++column) {
    out[column] = static_cast<float>(Numbers()[Layout::Offset(row, column, columns_)]) * scale;
  }
}

std::int8_t Least(const std::int8_t* numbers, Index count) {
  std::int8_t least = 0;
  for (Index i = 0; i < count; ++i) least = std::min(least, numbers[i]);
  return least;
}

float QuantiseRow(const float* x, Index count, std::int8_t* numbers) {
  float largest = 0.0f;
  bool finite = true;
  for (Index i = 0; i < count; ++i) {
    largest = std::max(largest, std::abs(x[i]));
    finite = finite && std::isfinite(x[i]);
  }
  if (!finite) return std::numeric_limits<float>::quiet_NaN();
  const float scale = largest / 127.0f;
  for (Index i = 0; i < count; ++i) {
    const float number = scale == 0.0f ? 0.0f : std::nearbyint(x[i] / scale);
    numbers[i] = static_cast<std::int8_t>(std::clamp(number, -127.0f, 127.0f));
  }
  return scale;
}

}  // namespace attenscope
