// Tests the rounding of weights to 8 bits, and the matrix that stores them.
#include "kernels/packed_int8.h"

#include "test_helpers.h"

namespace attenscope {

using testing::Random;

TEST_CASE("int8 weights: a row is rounded symmetrically, and reads back within half a step") {
  Random random(12);
  for (Index C : {1, 5, 63, 64, 65, 200}) {
    std::vector<float> row = random.Vector(C, 7.0f);
    row[0] = -8.0f;
    std::vector<std::int8_t> numbers(row.size());
    const float scale = QuantiseRow(row.data(), C, numbers.data());
    CHECK(scale == 8.0f / 127.0f);
    CHECK(numbers[0] == -127);
    Int8Matrix matrix(3, C, "test");
    matrix.SetRow(1, numbers.data(), scale);
    std::vector<float> read(row.size());
    matrix.GetRow(1, read.data());
    for (Index c = 0; c < C; ++c) {
      const auto i = static_cast<std::size_t>(c);
      CHECK(read[i] == static_cast<float>(numbers[i]) * scale);
      CHECK(std::abs(read[i] - row[i]) <= scale * 0.5001f);
    }
    matrix.GetRow(2, read.data());
    for (float value : read) CHECK(value == 0.0f);
  }
}

TEST_CASE("int8 weights: a row of zeros has scale 0; a row with NaN or infinity has no finite scale") {
  std::vector<std::int8_t> numbers(3, 5);
  CHECK(QuantiseRow(std::vector<float>{0.0f, -0.0f, 0.0f}.data(), 3, numbers.data()) == 0.0f);
  CHECK(numbers == std::vector<std::int8_t>{0, 0, 0});
  CHECK(std::isnan(QuantiseRow(std::vector<float>{0.0f, NAN, 1.0f}.data(), 3, numbers.data())));
  CHECK(std::isnan(QuantiseRow(std::vector<float>{0.0f, -INFINITY, 1.0f}.data(), 3, numbers.data())));
}

TEST_CASE("int8 weights: take a byte per number, a scale per row, and little more") {
  const Int8Matrix matrix(1024, 256, "test");
  CHECK(matrix.bytes() >= 1024u * 260u);
  CHECK(matrix.bytes() <= 1024u * 270u);
}

}  // namespace attenscope
