// Compares the int8 matrix kernel with plain loops: edge sizes, extreme numbers, and equal bits in every build.
#include "kernels/matmul_int8.h"

#include <limits>

#include "reference/int8.h"
#include "reference/kernels.h"
#include "test_helpers.h"

namespace attenscope {

using testing::EdgeSizes;
using testing::Random;

namespace {

struct HeldWeights {
  std::vector<std::int8_t> numbers;  // (R, C)
  std::vector<float> scales;         // (R)
  Int8Matrix packed;
};

HeldWeights Pack(std::vector<std::int8_t> numbers, std::vector<float> scales, Index C) {
  const Index R = static_cast<Index>(scales.size());
  HeldWeights weights{std::move(numbers), std::move(scales), Int8Matrix(R, C, "test")};
  for (Index r = 0; r < R; ++r) {
    weights.packed.SetRow(r, weights.numbers.data() + r * C, weights.scales[static_cast<std::size_t>(r)]);
  }
  return weights;
}

HeldWeights RandomWeights(Random& random, Index R, Index C) {
  std::vector<std::int8_t> numbers;
  for (Index i = 0; i < R * C; ++i) numbers.push_back(static_cast<std::int8_t>(random.Below(255) - 127));
  std::vector<float> scales;
  for (Index r = 0; r < R; ++r) scales.push_back((1.5f + random.Signed()) / 127.0f);
  return Pack(std::move(numbers), std::move(scales), C);
}

std::vector<float> Multiply(const std::vector<float>& x, const HeldWeights& w, Index T,
                            const std::vector<float>& bias = {}, const std::vector<float>& addend = {}) {
  const Index R = w.packed.rows();
  std::vector<float> y(static_cast<std::size_t>(T * R));
  MatMul(ConstMatrix(x.data(), {T, w.packed.columns()}), w.packed.view(), bias.empty() ? nullptr : bias.data(),
         addend.empty() ? ConstMatrix{} : ConstMatrix(addend.data(), {T, R}), Matrix(y.data(), {T, R}));
  return y;
}

/// Returns the largest difference from the reference.
double LargestError(Index T, Index R, Index C, bool with_bias, bool with_addend) {
  Random random(static_cast<std::uint32_t>(T * 10007 + R * 101 + C + 1));
  const std::vector<float> x = random.Vector(T * C);
  const HeldWeights w = RandomWeights(random, R, C);
  const std::vector<float> bias = with_bias ? random.Vector(R) : std::vector<float>{};
  const std::vector<float> addend = with_addend ? random.Vector(T * R) : std::vector<float>{};
  const std::vector<float> found = Multiply(x, w, T, bias, addend);
  const std::vector<double> expected = reference::MatMulInt8(x, w.numbers, w.scales, bias, addend, T, R, C, kInt8Block);
  double worst = 0.0;
  for (std::size_t i = 0; i < found.size(); ++i) worst = std::max(worst, std::abs(found[i] - expected[i]));
  return worst;
}

}  // namespace

TEST_CASE("int8 matmul: equals plain loops at every edge size") {
  for (Index R : EdgeSizes()) {
    for (Index T : {0, 1, 3, 4, 5, 9}) {
      for (Index C : {0, 1, 2, 3, 4, 5, 17, 63, 64, 65, 131}) {
        CAPTURE(T);
        CAPTURE(R);
        CAPTURE(C);
        // The sum of each block, which is about 100, rounds to float32.
        CHECK(LargestError(T, R, C, false, false) < 5e-5);
      }
    }
  }
}

TEST_CASE("int8 matmul: adds bias and addend, alone and together") {
  for (Index R : {1, 7, 8, 9, 40, 65}) {
    for (bool bias : {false, true}) {
      for (bool addend : {false, true}) CHECK(LargestError(7, R, 83, bias, addend) < 5e-5);
    }
  }
}

TEST_CASE("int8 matmul: long rows of the largest numbers are summed exactly") {
  const Index C = 4096;
  for (int weight : {-128, -127, 127}) {
    for (float activation : {-1.0f, 1.0f}) {
      const HeldWeights w =
          Pack(std::vector<std::int8_t>(static_cast<std::size_t>(9 * C), static_cast<std::int8_t>(weight)),
               std::vector<float>(9, 1.0f), C);
      // 63 · (1 / 63) is 1 in float32, so each later step is exact, too.
      for (float y : Multiply(std::vector<float>(static_cast<std::size_t>(5 * C), activation), w, 5)) {
        CHECK(y == doctest::Approx(activation * static_cast<float>(weight) * static_cast<float>(C)).epsilon(1e-6));
      }
    }
  }
}

TEST_CASE("int8 matmul: x and y of any strides, y may be the addend, nothing else is written") {
  Random random(5);
  const Index T = 6, R = 13, C = 70, gap = 3;
  const HeldWeights w = RandomWeights(random, R, C);
  const std::vector<float> x = random.Vector(T * C);
  const std::vector<float> addend = random.Vector(T * R);
  std::vector<float> transposed(x.size());
  for (Index t = 0; t < T; ++t) {
    for (Index c = 0; c < C; ++c)
      transposed[static_cast<std::size_t>(c * T + t)] = x[static_cast<std::size_t>(t * C + c)];
  }
  std::vector<float> y(static_cast<std::size_t>(T * (R + gap)), 12345.0f);
  const Matrix out(y.data(), {T, R}, {R + gap, 1});
  for (Index t = 0; t < T; ++t) std::copy_n(addend.data() + t * R, R, &out(t, 0));
  MatMul(ConstMatrix(transposed.data(), {T, C}, {1, T}), w.packed.view(), nullptr, out, out);
  const std::vector<float> expected = Multiply(x, w, T, {}, addend);
  for (Index t = 0; t < T; ++t) {
    for (Index r = 0; r < R + gap; ++r) {
      CHECK(y[static_cast<std::size_t>(t * (R + gap) + r)] ==
            (r < R ? expected[static_cast<std::size_t>(t * R + r)] : 12345.0f));
    }
  }
}

TEST_CASE("int8 matmul: a row's result does not depend on the rows beside it, bit for bit") {
  Random random(3);
  const Index T = 11, R = 3 * kPanelRows<testing::Arch> * 4 + 5, C = 100;
  const std::vector<float> x = random.Vector(T * C);
  const HeldWeights w = RandomWeights(random, R, C);
  const std::vector<float> together = Multiply(x, w, T);
  for (Index t = 0; t < T; ++t) {
    const std::vector<float> alone = Multiply({x.begin() + t * C, x.begin() + (t + 1) * C}, w, 1);
    CHECK(std::memcmp(together.data() + t * R, alone.data(), alone.size() * sizeof(float)) == 0);
  }
}

TEST_CASE("int8 matmul: zeros, and numbers too small for a scale, give zero") {
  const Index R = 9, C = 66;
  const HeldWeights zero = Pack(std::vector<std::int8_t>(static_cast<std::size_t>(R * C)), std::vector<float>(R), C);
  for (float y : Multiply(std::vector<float>(C, 3.0f), zero, 1)) CHECK(y == 0.0f);
  Random random(4);
  const HeldWeights w = RandomWeights(random, R, C);
  for (float tiny : {0.0f, -0.0f, std::numeric_limits<float>::denorm_min(), 1e-38f, 1.8e-37f}) {
    for (float y : Multiply(std::vector<float>(C, tiny), w, 1)) CHECK(y == 0.0f);
  }
  const HeldWeights ones = Pack(std::vector<std::int8_t>(static_cast<std::size_t>(C), 127), {1.0f / 127.0f}, C);
  CHECK(Multiply(std::vector<float>(C, 1e-30f), ones, 1)[0] == doctest::Approx(66e-30f).epsilon(1e-5));
  CHECK(Multiply(std::vector<float>(C, 1e30f), ones, 1)[0] == doctest::Approx(66e30f).epsilon(1e-5));
}

TEST_CASE("int8 matmul: NaN and infinity make only their own row NaN") {
  const float infinity = std::numeric_limits<float>::infinity();
  Random random(6);
  const Index T = 6, R = 11, C = 130;
  const HeldWeights w = RandomWeights(random, R, C);
  std::vector<float> x = random.Vector(T * C);
  const std::vector<float> clean = Multiply(x, w, T);
  x[0] = std::numeric_limits<float>::quiet_NaN();
  x[static_cast<std::size_t>(2 * C + 129)] = infinity;
  x[static_cast<std::size_t>(5 * C + 64)] = -infinity;
  const std::vector<float> found = Multiply(x, w, T);
  for (Index t = 0; t < T; ++t) {
    for (Index r = 0; r < R; ++r) {
      const std::size_t i = static_cast<std::size_t>(t * R + r);
      CHECK((t == 0 || t == 2 || t == 5 ? std::isnan(found[i]) : found[i] == clean[i]));
    }
  }
}

TEST_CASE("int8 matmul: a large number makes only its own block less precise") {
  Random random(8);
  const Index C = 2 * kInt8Block;
  const std::vector<std::int8_t> ones(static_cast<std::size_t>(C), 1);
  const HeldWeights w = Pack(ones, {1.0f}, C);
  std::vector<float> x = random.Vector(C);
  x[3] = 1000.0f;
  double second = 0.0;
  for (Index c = kInt8Block; c < C; ++c) second += x[static_cast<std::size_t>(c)];
  std::fill_n(x.begin() + 4, kInt8Block - 4, 0.0f);
  std::fill_n(x.begin(), 3, 0.0f);
  CHECK(Multiply(x, w, 1)[0] == doctest::Approx(1000.0 + second).epsilon(3e-4));
}

TEST_CASE("int8 matmul: stays within two percent of the float32 product") {
  Random random(9);
  const Index T = 5, R = 65, C = 288;
  const std::vector<float> x = random.Vector(T * C);
  const std::vector<float> matrix = random.Vector(R * C);
  std::vector<std::int8_t> numbers(matrix.size());
  std::vector<float> scales;
  for (Index r = 0; r < R; ++r) scales.push_back(QuantiseRow(matrix.data() + r * C, C, numbers.data() + r * C));
  const std::vector<float> found = Multiply(x, Pack(numbers, scales, C), T);
  const std::vector<double> expected = reference::MatMul(x, matrix, {}, {}, T, R, C);
  double error = 0.0, signal = 0.0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    error += (found[i] - expected[i]) * (found[i] - expected[i]);
    signal += expected[i] * expected[i];
  }
  CHECK(std::sqrt(error / signal) < 0.02);
}

TEST_CASE("int8 matmul: every build on every machine gives these bits") {
  Random random(10);
  const Index T = 6, R = 41, C = 203;
  const std::vector<float> x = random.Vector(T * C);
  const HeldWeights w = RandomWeights(random, R, C);
  std::uint32_t hash = 0;
  for (float y : Multiply(x, w, T, random.Vector(R))) hash = hash * 31u + std::bit_cast<std::uint32_t>(y);
  CHECK(hash == 3543069727u);
}

#if ATTENSCOPE_RELAXED_SIMD
TEST_CASE("int8 matmul: both relaxed variants give the same bits on every machine") {
  Random random(11);
  const Index T = 6, R = 75, C = 150;
  const std::vector<float> x = random.Vector(T * C);
  const HeldWeights w = RandomWeights(random, R, C);
  const auto multiply = [&](auto dot) {
    std::vector<float> y(static_cast<std::size_t>(T * R));
    std::vector<std::byte> scratch(static_cast<std::size_t>(Int8Scratch<decltype(dot)>(T, C)));
    const auto quantised = QuantiseRows(dot, testing::Arch{}, ConstMatrix(x.data(), {T, C}), scratch.data());
    MatMul(dot, testing::Arch{}, quantised, T, w.packed.view(), nullptr, ConstMatrix{}, Matrix(y.data(), {T, R}));
    return y;
  };
  CHECK(multiply(simd::RelaxedDot{}) == multiply(simd::RelaxedPairDot{}));
}
#endif

}  // namespace attenscope
