// Compares layer norm and RMS norm with plain loops and central differences.
#include "kernels/norms.h"

#include <limits>

#include "gradient_check.h"
#include "layers/norm.h"
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

namespace {}  // namespace

TEST_CASE(
    "layer norm and RMS norm: equal plain loops at every edge size and misalignment, with and without parameters") {
  const Index R = 3;
  for (Index C : EdgeSizes()) {
    for (Index misalignment : {0, 1, 3}) {
      for (bool parameters : {true, false}) {
        CAPTURE(C);
        Random random(static_cast<std::uint32_t>(C + 1));
        const std::vector<float> x = random.Vector(R * C, 3.0f);
        std::vector<float> weight = random.Vector(C), bias = random.Vector(C);
        if (!parameters) {
          weight.assign(weight.size(), 1.0f);
          bias.assign(bias.size(), 0.0f);
        }
        Misaligned held(x, misalignment);
        const ConstMatrix in(held.data(), {R, C});
        std::vector<float> y(x.size()), z(x.size());
        LayerNorm(Arch{}, in, parameters ? weight.data() : nullptr, parameters ? bias.data() : nullptr, 1e-5f,
                  {y.data(), {R, C}});
        RmsNorm(Arch{}, in, parameters ? weight.data() : nullptr, 1e-5f, {z.data(), {R, C}});
        if (C == 0) continue;
        const std::vector<double> nothing(static_cast<std::size_t>(C));
        const std::vector<double> layer = reference::Norm(Doubles(x), Doubles(weight), Doubles(bias), 1e-5, true);
        const std::vector<double> rms = reference::Norm(Doubles(x), Doubles(weight), nothing, 1e-5, false);
        for (std::size_t i = 0; i < x.size(); ++i) {
          CHECK(std::abs(y[i] - layer[i]) < 1e-5);
          CHECK(std::abs(z[i] - rms[i]) < 1e-5);
        }
      }
    }
  }
}

TEST_CASE("layer norm: a large mean does not make the variance less precise, and statistics match the row") {
  const std::vector<float> x{1e4f + 1.0f, 1e4f + 2.0f, 1e4f + 3.0f, 1e4f + 4.0f, 1e4f + 5.0f};
  std::vector<float> y(5);
  float mean = 0.0f, inverse = 0.0f;
  LayerNorm(Arch{}, {x.data(), {1, 5}}, nullptr, nullptr, 0.0f, {y.data(), {1, 5}}, {&mean, &inverse});
  CHECK(mean == doctest::Approx(1e4 + 3.0).epsilon(1e-7));
  CHECK(inverse == doctest::Approx(1.0 / std::sqrt(2.0)).epsilon(1e-6));
  CHECK(y[0] == doctest::Approx(-std::sqrt(2.0)).epsilon(1e-5));
  CHECK(y[4] == doctest::Approx(std::sqrt(2.0)).epsilon(1e-5));
}

TEST_CASE("norms: a row of equal numbers gives the bias, NaN and infinity change only their own row") {
  const Index C = 2 * simd::kLanes<Arch> + 1;
  const auto size = static_cast<std::size_t>(C);
  for (float bad : {kNaN, kInfinity, -kInfinity}) {
    for (Index at = 0; at < C; ++at) {
      std::vector<float> x(2 * size, 2.0f), y(2 * size), z(2 * size);
      x[static_cast<std::size_t>(at)] = bad;
      const std::vector<float> weight(size, 1.0f), bias(size, 0.5f);
      LayerNorm(Arch{}, {x.data(), {2, C}}, weight.data(), bias.data(), 1e-5f, {y.data(), {2, C}});
      RmsNorm(Arch{}, {x.data(), {2, C}}, weight.data(), 1e-5f, {z.data(), {2, C}});
      CHECK(std::isnan(y[static_cast<std::size_t>(at)]));
      CHECK(std::isnan(z[static_cast<std::size_t>(at)]));
      for (std::size_t i = size; i < 2 * size; ++i) {
        CHECK(y[i] == 0.5f);
        CHECK(z[i] == doctest::Approx(1.0f).epsilon(1e-5));
      }
    }
  }
}

TEST_CASE("layer norm and RMS norm: gradients agree with central differences, and are added to the output arrays") {
  const Index R = 3;
  for (Index C : {Index{1}, Index{2}, Index{5}, simd::kLanes<Arch>, 2 * simd::kLanes<Arch> + 3}) {
    for (bool centred : {true, false}) {
      CAPTURE(C);
      CAPTURE(centred);
      Random random(static_cast<std::uint32_t>(C));
      const std::vector<float> x = random.Vector(R * C, 2.0f), weight = random.Vector(C), grad = random.Vector(R * C);
      const std::vector<float> bias = centred ? random.Vector(C) : std::vector<float>(static_cast<std::size_t>(C));
      std::vector<float> y(x.size()), mean(3), inverse(3), grad_x(x.size()), grad_weight(weight.size(), 1.0f),
          grad_bias(bias.size());
      const NormGradients gradients{{grad_x.data(), {R, C}}, grad_weight.data(), grad_bias.data()};
      const NormStatistics statistics{mean.data(), inverse.data()};
      testing::WithoutAllocating([&] {
        if (!centred) {
          RmsNorm(Arch{}, {x.data(), {R, C}}, weight.data(), 0.1f, {y.data(), {R, C}}, statistics);
          RmsNormGradient(Arch{}, {x.data(), {R, C}}, weight.data(), statistics, {grad.data(), {R, C}}, gradients);
          return;
        }
        LayerNorm(Arch{}, {x.data(), {R, C}}, weight.data(), bias.data(), 0.1f, {y.data(), {R, C}}, statistics);
        LayerNormGradient(Arch{}, {x.data(), {R, C}}, weight.data(), statistics, {grad.data(), {R, C}}, gradients);
      });
      for (float& value : grad_weight) value -= 1.0f;
      const std::vector<double> given = Doubles(grad), at_x = Doubles(x), at_weight = Doubles(weight),
                                at_bias = Doubles(bias);
      const double epsilon = double{0.1f};
      testing::CheckGradient(
          "x",
          [&](const std::vector<double>& at) {
            return testing::Dot(given, reference::Norm(at, at_weight, at_bias, epsilon, centred));
          },
          x, grad_x);
      testing::CheckGradient(
          "weight",
          [&](const std::vector<double>& at) {
            return testing::Dot(given, reference::Norm(at_x, at, at_bias, epsilon, centred));
          },
          weight, grad_weight);
      if (!centred) continue;
      testing::CheckGradient(
          "bias",
          [&](const std::vector<double>& at) {
            return testing::Dot(given, reference::Norm(at_x, at_weight, at, epsilon, centred));
          },
          bias, grad_bias);
    }
  }
}

TEST_CASE("norm layer: applies the norm of its kind, and each gradient is optional") {
  const Index R = 2, C = 5;
  const std::vector<float> x = Random(1).Vector(R * C), grad = Random(2).Vector(R * C);
  for (NormKind kind : {NormKind::kLayer, NormKind::kRms}) {
    Norm norm{kind, 1e-5f, Vector(C, "weight"), kind == NormKind::kLayer ? Vector(C, "bias") : Vector()};
    for (Index c = 0; c < C; ++c) norm.weight.data()[c] = 2.0f;
    std::vector<float> y(x.size()), mean(2), inverse(2), all(x.size()), part(x.size()), grad_weight(5);
    const NormStatistics statistics{mean.data(), inverse.data()};
    Apply(Arch{}, norm, {x.data(), {R, C}}, {y.data(), {R, C}}, statistics);
    const std::vector<double> expected = reference::Norm(Doubles(x), std::vector<double>(5, 2.0),
                                                         std::vector<double>(5), 1e-5, kind == NormKind::kLayer);
    for (std::size_t i = 0; i < y.size(); ++i) CHECK(y[i] == doctest::Approx(expected[i]).epsilon(1e-5));
    ApplyGradient(Arch{}, norm, {x.data(), {R, C}}, statistics, {grad.data(), {R, C}},
                  {{all.data(), {R, C}}, grad_weight.data()});
    ApplyGradient(Arch{}, norm, {x.data(), {R, C}}, statistics, {grad.data(), {R, C}}, {{part.data(), {R, C}}});
    CHECK(all == part);
    std::vector<float> alone(5);
    ApplyGradient(Arch{}, norm, {x.data(), {R, C}}, statistics, {grad.data(), {R, C}}, {{}, alone.data()});
    CHECK(alone == grad_weight);
    CHECK(CodeOf([&] { Apply(Arch{}, norm, {x.data(), {R, C}}, {y.data(), {1, C}}); }) == ErrorCode::kShape);
  }
}

}  // namespace attenscope
