// Compares softmax and log-softmax along an axis, axes and broadcasting with plain loops and central differences.
#include "kernels/softmax.h"

#include <limits>

#include "gradient_check.h"
#include "kernels/broadcast.h"
#include "reference/norms.h"
#include "test_helpers.h"

namespace attenscope {

using testing::Arch;
using testing::CodeOf;
using testing::Doubles;
using testing::EdgeSizes;
using testing::kInfinity;
using testing::kNaN;
using testing::Misaligned;
using testing::Random;
using testing::WithoutAllocating;

namespace {

enum class Softness { kSoftmax, kLog };

std::vector<float> Along(const std::vector<float>& x, AxisSplit split, Softness softness, Index misalignment = 0) {
  Misaligned held(x, misalignment);
  std::vector<float> y(x.size());
  if (softness == Softness::kLog) {
    LogSoftmaxAlong(Arch{}, held.data(), split, y.data());
  } else {
    SoftmaxAlong(Arch{}, held.data(), split, y.data());
  }
  return y;
}

}  // namespace

TEST_CASE("softmax along an axis, and its logarithm: equal plain loops for every split near the width of a register") {
  for (Softness softness : {Softness::kSoftmax, Softness::kLog}) {
    for (Index inner : EdgeSizes()) {
      for (Index length : {0, 1, 2, 7, 33}) {
        const AxisSplit split{2, length, inner};
        const std::vector<float> x = Random(static_cast<std::uint32_t>(inner + 1)).Vector(2 * length * inner, 20.0f);
        const std::vector<double> expected =
            reference::SoftmaxAlong(Doubles(x), 2, length, inner, softness == Softness::kLog);
        const std::vector<float> y = Along(x, split, softness, inner % 4);
        bool close = true;
        for (std::size_t i = 0; i < y.size(); ++i)
          close &= std::abs(y[i] - expected[i]) <= 2e-6 * std::max(1.0, std::abs(expected[i]));
        CAPTURE(inner);
        CAPTURE(length);
        CHECK(close);
      }
    }
  }
}

TEST_CASE("softmax along an axis: large numbers do not overflow, and in place it gives the same") {
  for (Index inner : {Index{1}, simd::kLanes<Arch> + 1}) {
    const AxisSplit split{1, 5, inner};
    for (float shift : {1e4f, -1e4f, 3e38f, -3e38f}) {
      std::vector<float> x(static_cast<std::size_t>(5 * inner), shift);
      for (float value : Along(x, split, Softness::kSoftmax)) CHECK(value == doctest::Approx(0.2));
      for (float value : Along(x, split, Softness::kLog)) CHECK(value == doctest::Approx(std::log(0.2)));
    }
    std::vector<float> x = Random(3).Vector(5 * inner);
    const std::vector<float> soft = Along(x, split, Softness::kSoftmax), log = Along(x, split, Softness::kLog);
    std::vector<float> in_place = x;
    SoftmaxAlong(Arch{}, in_place.data(), split, in_place.data());
    CHECK(in_place == soft);
    LogSoftmaxAlong(Arch{}, x.data(), split, x.data());
    CHECK(x == log);
  }
}

TEST_CASE(
    "softmax along an axis: masked scores have weight zero, a column of them gives zeros; NaN and +∞ stay visible") {
  for (Index inner : {Index{1}, simd::kLanes<Arch> + 1}) {
    const auto width = static_cast<std::size_t>(inner);
    const AxisSplit split{1, 3, inner};
    for (std::size_t column = 0; column < width; ++column) {
      std::vector<float> x = Random(4).Vector(3 * inner);
      x[column] = -kInfinity;
      CHECK(Along(x, split, Softness::kSoftmax)[column] == 0.0f);
      CHECK(Along(x, split, Softness::kLog)[column] == -kInfinity);
      x[width + column] = x[2 * width + column] = -kInfinity;
      const std::vector<float> soft = Along(x, split, Softness::kSoftmax), log = Along(x, split, Softness::kLog);
      for (std::size_t l = 0; l < 3; ++l) {
        CHECK(soft[l * width + column] == 0.0f);
        CHECK(log[l * width + column] == -kInfinity);
      }
      for (float bad : {kNaN, kInfinity}) {
        x[width + column] = bad;
        CHECK(std::isnan(Along(x, split, Softness::kSoftmax)[width + column]));
        CHECK(std::isnan(Along(x, split, Softness::kLog)[width + column]));
      }
      // Neighbouring columns do not change.
      for (std::size_t other = 0; other < width; ++other) {
        if (other != column) CHECK(std::isfinite(Along(x, split, Softness::kSoftmax)[other]));
      }
    }
  }
}

TEST_CASE("softmax along an axis, and its logarithm: gradients agree with central differences, in place too") {
  for (Softness softness : {Softness::kSoftmax, Softness::kLog}) {
    for (Index inner : {Index{1}, Index{3}, simd::kLanes<Arch> + 1}) {
      for (Index length : {Index{1}, Index{4}, simd::kLanes<Arch> + 3}) {
        const AxisSplit split{2, length, inner};
        const std::vector<float> x = Random(1).Vector(2 * length * inner, 2.0f),
                                 grad = Random(2).Vector(2 * length * inner);
        const std::vector<float> y = Along(x, split, softness);
        std::vector<float> grad_x = grad;
        testing::WithoutAllocating([&] {
          if (softness == Softness::kLog) {
            LogSoftmaxAlongGradient(Arch{}, y.data(), grad_x.data(), split, grad_x.data());
          } else {
            SoftmaxAlongGradient(Arch{}, y.data(), grad_x.data(), split, grad_x.data());
          }
        });
        // Along an axis of length one nothing changes: both gradients are 0 up to rounding.
        if (length == 1) {
          for (float value : grad_x) CHECK(std::abs(value) < 1e-6f);
          continue;
        }
        testing::CheckGradient(
            "x",
            [&](const std::vector<double>& at) {
              return testing::Dot(Doubles(grad),
                                  reference::SoftmaxAlong(at, 2, length, inner, softness == Softness::kLog));
            },
            x, grad_x);
      }
    }
  }
}

TEST_CASE("axis: counts from either end, and splits a shape at the axis") {
  const std::vector<Index> shape{2, 3, 4, 5};
  for (Index axis : {1, -3}) {
    const AxisSplit at = SplitAt(shape, axis), from = SplitFrom(shape, axis);
    CHECK(at.outer == 2);
    CHECK(at.length == 3);
    CHECK(at.inner == 20);
    CHECK(from.outer == 2);
    CHECK(from.length == 60);
    CHECK(from.inner == 1);
  }
  for (Index axis : {4, -5}) CHECK(CodeOf([&] { SplitAt(shape, axis); }) == ErrorCode::kOption);
  CHECK(CodeOf([] { SplitFrom({}, 0); }) == ErrorCode::kOption);
}

TEST_CASE("broadcast: repeats by NumPy's rules, and its gradient sums over the repeated elements") {
  const std::vector<Index> to{2, 3, 4};
  for (const std::vector<Index>& from :
       std::vector<std::vector<Index>>{{}, {1}, {4}, {3, 1}, {3, 4}, {2, 1, 4}, {1, 3, 1}, {2, 3, 4}}) {
    Index count = 1;
    for (Index extent : from) count *= extent;
    const std::vector<float> x = Random(1).Vector(count);
    std::vector<float> y(24), grad_x(x.size()), ones(24, 1.0f);
    Broadcast("x", x.data(), from, to, y.data());
    BroadcastGradient("x", ones.data(), from, to, grad_x.data());
    std::vector<Index> full(3 - from.size(), 1);
    full.insert(full.end(), from.begin(), from.end());
    for (Index a = 0; a < 2; ++a) {
      for (Index b = 0; b < 3; ++b) {
        for (Index c = 0; c < 4; ++c) {
          const Index at =
              ((full[0] == 1 ? 0 : a) * full[1] + (full[1] == 1 ? 0 : b)) * full[2] + (full[2] == 1 ? 0 : c);
          CHECK(y[static_cast<std::size_t>((a * 3 + b) * 4 + c)] == x[static_cast<std::size_t>(at)]);
        }
      }
    }
    for (float value : grad_x) CHECK(value == 24.0f / static_cast<float>(count));
  }
  std::vector<float> y(24);
  for (const std::vector<Index>& from : std::vector<std::vector<Index>>{{3}, {4, 1}, {1, 2, 3, 4}}) {
    CHECK(CodeOf([&] { Broadcast("weight", y.data(), from, to, y.data()); }) == ErrorCode::kShape);
  }
}

}  // namespace attenscope
