// Compares the float32 matrix kernel with plain loops.
#include "kernels/matmul.h"

#include <limits>

#include "reference/kernels.h"
#include "test_helpers.h"

namespace attenscope {

using testing::Arch;
using testing::EdgeSizes;
using testing::Random;

namespace {

PackedMatrix Pack(const std::vector<float>& w, Index R, Index C) {
  PackedMatrix packed(R, C, kPanelRows<Arch>, "test");
  for (Index r = 0; r < R; ++r) {
    for (Index c = 0; c < C; ++c) packed.view()(r, c) = w[static_cast<std::size_t>(r * C + c)];
  }
  return packed;
}

/// Returns the largest difference from the reference. x, y and addend are misaligned and have gaps between their rows.
double LargestError(Index T, Index R, Index C, bool with_bias, bool with_addend, Index misalignment) {
  Random random(static_cast<std::uint32_t>(T * 10007 + R * 101 + C + 1));
  const std::vector<float> x = random.Vector(T * C);
  const std::vector<float> w = random.Vector(R * C);
  const std::vector<float> bias = with_bias ? random.Vector(R) : std::vector<float>{};
  const std::vector<float> addend = with_addend ? random.Vector(T * R) : std::vector<float>{};
  const Index gap = 3;
  std::vector<float> spread_x(static_cast<std::size_t>(T * (C + gap)), std::numeric_limits<float>::quiet_NaN());
  for (Index t = 0; t < T; ++t) std::copy_n(x.data() + t * C, C, spread_x.data() + t * (C + gap));
  testing::Misaligned held_x(spread_x, misalignment);
  testing::Misaligned held_bias(bias, misalignment);
  testing::Misaligned held_addend(addend, misalignment);
  const float untouched = 12345.0f;
  testing::Misaligned held_y(std::vector<float>(static_cast<std::size_t>(T * (R + gap)), untouched), misalignment);
  const PackedMatrix packed = Pack(w, R, C);
  MatMul(Arch{}, ConstMatrix(held_x.data(), {T, C}, {C + gap, 1}), packed.view(),
         with_bias ? held_bias.data() : nullptr, with_addend ? ConstMatrix(held_addend.data(), {T, R}) : ConstMatrix{},
         Matrix(held_y.data(), {T, R}, {R + gap, 1}));
  const std::vector<double> expected = reference::MatMul(x, w, bias, addend, T, R, C);
  double worst = 0.0;
  for (Index t = 0; t < T; ++t) {
    for (Index r = 0; r < R; ++r) {
      worst =
          std::max(worst, std::abs(held_y.data()[t * (R + gap) + r] - expected[static_cast<std::size_t>(t * R + r)]));
    }
    for (Index beyond = R; beyond < R + gap; ++beyond) REQUIRE(held_y.data()[t * (R + gap) + beyond] == untouched);
  }
  return worst;
}

}  // namespace

TEST_CASE(
    "matmul: equals plain loops at every edge size, misaligned and with gaps between rows, and writes nothing else") {
  for (Index R : EdgeSizes()) {
    for (Index T : {0, 1, 2, 5, 6, 7, 13}) {
      for (Index C : {0, 1, 3, 4, 5, 17}) {
        CAPTURE(T);
        CAPTURE(R);
        CAPTURE(C);
        CHECK(LargestError(T, R, C, false, false, (T + R + C) % 4) < 1e-5);
      }
    }
  }
}

TEST_CASE("matmul: adds bias and addend, alone and together") {
  for (Index R : {1, 7, 8, 9, 40, 65}) {
    for (bool bias : {false, true}) {
      for (bool addend : {false, true}) CHECK(LargestError(7, R, 19, bias, addend, 1) < 1e-5);
    }
  }
}

TEST_CASE("matmul: long sums stay near float64") {
  // A sum of 4,096 products reaches about 60. Each addition rounds by 2⁻²⁴ · 60, and about 64 of these errors add up.
  CHECK(LargestError(7, 33, 4096, true, true, 0) < 5e-4);
}

TEST_CASE("matmul: a row's result does not depend on the rows beside it, bit for bit") {
  Random random(3);
  const Index T = 17, R = 3 * kPanelRows<Arch> * 4 + 5, C = 29;
  const std::vector<float> x = random.Vector(T * C);
  const PackedMatrix packed = Pack(random.Vector(R * C), R, C);
  std::vector<float> together(static_cast<std::size_t>(T * R));
  std::vector<float> alone(static_cast<std::size_t>(T * R));
  MatMul(Arch{}, ConstMatrix(x.data(), {T, C}), packed.view(), Matrix(together.data(), {T, R}));
  for (Index t = 0; t < T; ++t) {
    MatMul(Arch{}, ConstMatrix(x.data() + t * C, {1, C}), packed.view(), Matrix(alone.data() + t * R, {1, R}));
  }
  CHECK(std::memcmp(together.data(), alone.data(), together.size() * sizeof(float)) == 0);
}

TEST_CASE("matmul: NaN and infinity change only their own rows") {
  const float infinity = std::numeric_limits<float>::infinity();
  const Index T = 7, R = 11, C = 5;
  std::vector<float> x(static_cast<std::size_t>(T * C), 1.0f);
  x[static_cast<std::size_t>(2 * C + 3)] = std::numeric_limits<float>::quiet_NaN();
  x[static_cast<std::size_t>(4 * C)] = infinity;
  std::vector<float> w(static_cast<std::size_t>(R * C), 1.0f);
  w[static_cast<std::size_t>(10 * C)] = -1.0f;
  const PackedMatrix packed = Pack(w, R, C);
  std::vector<float> y(static_cast<std::size_t>(T * R));
  MatMul(Arch{}, ConstMatrix(x.data(), {T, C}), packed.view(), Matrix(y.data(), {T, R}));
  for (Index t = 0; t < T; ++t) {
    for (Index r = 0; r < R; ++r) {
      const float value = y[static_cast<std::size_t>(t * R + r)];
      if (t == 2) {
        CHECK(std::isnan(value));
      } else if (t == 4) {
        CHECK(value == (r == 10 ? -infinity : infinity));
      } else {
        CHECK(value == (r == 10 ? 3.0f : 5.0f));
      }
    }
  }
}

}  // namespace attenscope
