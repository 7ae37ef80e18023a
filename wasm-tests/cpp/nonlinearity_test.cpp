// Compares the activation functions of feed-forward layers with float64.
#include "kernels/nonlinearity.h"

#include <limits>

#include "reference/transformer.h"
#include "test_helpers.h"

namespace attenscope {

using testing::Arch;
using testing::EdgeSizes;
using testing::Misaligned;
using testing::Random;

namespace {

constexpr Nonlinearity kAll[] = {Nonlinearity::kSilu, Nonlinearity::kRelu, Nonlinearity::kGelu,
                                 Nonlinearity::kGeluTanh};

}  // namespace

TEST_CASE("nonlinearity: each equals its formula at every edge size, gated and plain") {
  for (const Nonlinearity f : kAll) {
    CAPTURE(static_cast<int>(f));
    for (Index n : EdgeSizes()) {
      Random random(static_cast<std::uint32_t>(n + 2));
      const std::vector<float> x = random.Vector(n, 6.0f), up = random.Vector(n);
      Misaligned plain(x, 1), gated(x, 3);
      Activate(Arch{}, f, nullptr, n, plain.data());
      Activate(Arch{}, f, up.data(), n, gated.data());
      for (Index i = 0; i < n; ++i) {
        const double expected = reference::Activation(f, double{x[static_cast<std::size_t>(i)]});
        CHECK(std::abs(plain.data()[i] - expected) < 2e-6);
        CHECK(std::abs(gated.data()[i] - expected * double{up[static_cast<std::size_t>(i)]}) < 2e-6);
      }
    }
  }
}

TEST_CASE("nonlinearity: for large arguments each is the identity or zero, and NaN stays NaN") {
  for (const Nonlinearity f : kAll) {
    CAPTURE(static_cast<int>(f));
    // 37 numbers fill whole registers and a remainder.
    std::vector<float> x(37);
    const float values[] = {-1e4f, 1e4f, -200.0f, 200.0f, 0.0f, std::numeric_limits<float>::quiet_NaN()};
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = values[i % 6];
    Activate(Arch{}, f, nullptr, 37, x.data());
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (i % 6 == 5) {
        CHECK(std::isnan(x[i]));
      } else {
        CHECK(std::abs(x[i] - std::max(0.0f, values[i % 6])) < 1e-30f);
      }
    }
  }
}

}  // namespace attenscope
