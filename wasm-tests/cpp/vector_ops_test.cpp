// Compares the vector kernels with plain loops.
#include "kernels/vector_ops.h"

#include <limits>

#include "reference/kernels.h"
#include "test_helpers.h"

namespace attenscope {

using testing::Arch;
using testing::EdgeSizes;
using testing::kInfinity;
using testing::kNaN;
using testing::Misaligned;
using testing::Random;

namespace {

std::vector<float> SoftmaxOf(const std::vector<float>& x, Index misalignment = 0) {
  Misaligned held(x, misalignment);
  Softmax(Arch{}, held.data(), static_cast<Index>(x.size()));
  return {held.data(), held.data() + x.size()};
}

void CheckClose(const float* found, const std::vector<double>& expected, double tolerance) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(i);
    CHECK(found[i] == doctest::Approx(expected[i]).epsilon(tolerance));
  }
}

}  // namespace

TEST_CASE("softmax: equals plain loops and sums to one at every edge size and misalignment") {
  for (Index n : EdgeSizes()) {
    for (Index misalignment : {0, 1, 3}) {
      CAPTURE(n);
      const std::vector<float> x = Random(static_cast<std::uint32_t>(n + 1)).Vector(n, 20.0f);
      const std::vector<float> y = SoftmaxOf(x, misalignment);
      CheckClose(y.data(), reference::Softmax(x), 1e-5);
      double sum = 0.0;
      for (float value : y) sum += value;
      if (n > 0) CHECK(sum == doctest::Approx(1.0).epsilon(1e-6));
    }
  }
}

TEST_CASE("softmax: large scores do not overflow, and a shift changes nothing") {
  for (float shift : {1e4f, -1e4f, 3e38f, -3e38f}) {
    const std::vector<float> y = SoftmaxOf({shift, shift, shift, shift, shift});
    for (float value : y) CHECK(value == doctest::Approx(0.2));
  }
}

TEST_CASE("softmax: masked scores have weight zero exactly, and a row of them gives zeros") {
  for (Index n : {1, 4, 7, 9}) {
    std::vector<float> x(static_cast<std::size_t>(n), -kInfinity);
    for (float value : SoftmaxOf(x)) CHECK(value == 0.0f);
    x.back() = -1000.0f;
    const std::vector<float> y = SoftmaxOf(x);
    for (Index i = 0; i + 1 < n; ++i) CHECK(y[static_cast<std::size_t>(i)] == 0.0f);
    CHECK(y.back() == 1.0f);
  }
}

TEST_CASE("softmax: NaN and +infinity stay visible") {
  for (Index n : {1, 5, 9}) {
    for (Index at = 0; at < n; ++at) {
      for (float bad : {kNaN, kInfinity}) {
        std::vector<float> x(static_cast<std::size_t>(n), 0.5f);
        x[static_cast<std::size_t>(at)] = bad;
        CHECK(std::isnan(SoftmaxOf(x)[static_cast<std::size_t>(at)]));
      }
    }
  }
}

TEST_CASE("max: finds the largest number at every index") {
  for (Index n : EdgeSizes()) {
    std::vector<float> x = Random(5).Vector(n);
    if (n == 0) CHECK(Max(Arch{}, x.data(), 0) == -kInfinity);
    for (Index at = 0; at < n; ++at) {
      const float before = x[static_cast<std::size_t>(at)];
      x[static_cast<std::size_t>(at)] = 2.0f;
      CHECK(Max(Arch{}, x.data(), n) == 2.0f);
      x[static_cast<std::size_t>(at)] = before;
    }
  }
}

TEST_CASE("log-sum-exp: equals plain loops, and nothing overflows") {
  for (Index n : EdgeSizes()) {
    std::vector<float> x = Random(static_cast<std::uint32_t>(n + 5)).Vector(n, 4.0f);
    double sum = 0.0;
    for (float value : x) sum += std::exp(double{value});
    const double expected = std::log(sum);
    CHECK((n == 0 ? LogSumExp(Arch{}, x.data(), 0) == expected
                  : std::abs(LogSumExp(Arch{}, x.data(), n) - expected) < 1e-5));
    for (float& value : x) value += 1000.0f;
    if (n > 0) CHECK(std::abs(LogSumExp(Arch{}, x.data(), n) - expected - 1000.0) < 1e-3);
  }
}

TEST_CASE("scale: scales every element once") {
  for (Index n : EdgeSizes()) {
    const std::vector<float> x = Random(9).Vector(n);
    Misaligned held(x, 3);
    Scale(Arch{}, -2.0f, held.data(), n);
    for (Index i = 0; i < n; ++i) CHECK(held.data()[i] == -2.0f * x[static_cast<std::size_t>(i)]);
  }
}

TEST_CASE("sum, dot, add scaled: equal plain loops at every edge size and misalignment") {
  for (Index n : EdgeSizes()) {
    for (Index misalignment : {0, 1, 3}) {
      CAPTURE(n);
      Random random(static_cast<std::uint32_t>(n + 3));
      const std::vector<float> x = random.Vector(n), y = random.Vector(n);
      Misaligned held_x(x, misalignment), held_y(y, misalignment);
      double sum = 0.0, dot = 0.0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        sum += double{x[i]};
        dot += double{x[i]} * double{y[i]};
      }
      CHECK(std::abs(Sum(Arch{}, held_x.data(), n) - sum) < 1e-5);
      CHECK(std::abs(Dot(Arch{}, held_x.data(), held_y.data(), n) - dot) < 1e-5);
      AddScaled(Arch{}, 0.5f, held_x.data(), held_y.data(), n);
      for (std::size_t i = 0; i < x.size(); ++i) {
        CHECK(std::abs(held_y.data()[i] - (double{y[i]} + 0.5 * double{x[i]})) < 1e-6);
      }
    }
  }
}

}  // namespace attenscope
