// Compares rotary frequencies with the numbers of transformers and with the definition of each method.
#include "position/rotary_scaling.h"

#include <limits>

#include "test_helpers.h"

namespace attenscope {

using testing::CodeOf;
using Kind = RotaryScalingKind;

namespace {

struct Frequencies {
  std::vector<double> values;
  double attention_factor;
};

Frequencies Of(Index width, double base, const RotaryScaling& scaling) {
  Frequencies found{std::vector<double>(static_cast<std::size_t>(width / 2)), 0.0};
  found.attention_factor = RotaryFrequencies(width, base, scaling, found.values.data());
  return found;
}

void CheckEquals(const Frequencies& found, const std::vector<double>& expected, double attention_factor) {
  REQUIRE(found.values.size() == expected.size());
  // The expected numbers were computed in float32.
  for (std::size_t i = 0; i < expected.size(); ++i)
    CHECK(found.values[i] == doctest::Approx(expected[i]).epsilon(1e-6));
  CHECK(found.attention_factor == doctest::Approx(attention_factor).epsilon(1e-12));
}

}  // namespace

// The expected numbers come from ROPE_INIT_FUNCTIONS of transformers 5.23, with the same settings.

TEST_CASE("rotary scaling: linear divides all frequencies") {
  CheckEquals(Of(16, 10000.0, {.kind = Kind::kLinear, .factor = 4.0}),
              {0.25, 0.07905694, 0.025, 0.007905695, 0.0025, 0.0007905695, 0.00025, 7.905695e-05}, 1.0);
}

TEST_CASE("rotary scaling: NTK keeps the fastest frequency and divides the slowest by the factor") {
  const Frequencies plain = Of(16, 10000.0, {});
  const Frequencies ntk = Of(16, 10000.0, {.kind = Kind::kNtk, .factor = 4.0});
  CHECK(ntk.values.front() == 1.0);
  CHECK(ntk.values.back() == doctest::Approx(plain.values.back() / 4.0).epsilon(1e-12));
  // A single pair has only the fastest frequency.
  CHECK(Of(2, 10000.0, {.kind = Kind::kNtk, .factor = 4.0}).values == std::vector<double>{1.0});
}

TEST_CASE("rotary scaling: dynamic NTK changes nothing up to the trained length, then grows") {
  RotaryScaling scaling{.kind = Kind::kDynamicNtk, .factor = 2.0, .original_length = 2048};
  const std::vector<double> plain{1.0, 0.3162278, 0.1, 0.03162278, 0.01, 0.003162278, 0.001, 0.0003162278};
  for (Index length : {0, 100, 2048}) {
    scaling.length = length;
    CheckEquals(Of(16, 10000.0, scaling), plain, 1.0);
  }
  scaling.length = 5000;
  CheckEquals(Of(16, 10000.0, scaling),
              {1.0, 0.2605171, 0.06786916, 0.01768108, 0.004606222, 0.0012, 0.0003126204, 8.144297e-05}, 1.0);
}

TEST_CASE("rotary scaling: Llama 3 keeps fast frequencies, divides slow ones and blends in between") {
  RotaryScaling scaling{.kind = Kind::kLlama3, .factor = 8.0, .original_length = 8192};
  CheckEquals(Of(16, 500000.0, scaling),
              {1.0, 0.1939228, 0.03760603, 0.007292665, 0.000524846, 3.428102e-05, 6.64787e-06, 1.289173e-06}, 1.0);
  scaling.factor = 32.0;
  CheckEquals(Of(32, 500000.0, scaling),
              {1.0, 0.4403666, 0.1939228, 0.0853971, 0.03760603, 0.01656044, 0.007292665, 0.003211446, 0.0004295567,
               1.946164e-05, 8.570256e-06, 3.774054e-06, 1.661967e-06, 7.318749e-07, 3.222933e-07, 1.419272e-07},
              1.0);
}

TEST_CASE("rotary scaling: YaRN's ramp and attention factor, from the factor, from mscale, or as given") {
  CheckEquals(Of(16, 10000.0, {.kind = Kind::kYarn, .factor = 4.0, .original_length = 2048}),
              {1.0, 0.3162278, 0.1, 0.02569351, 0.00625, 0.001383497, 0.00025, 7.905695e-05}, 1.138629436111989);
  CheckEquals(Of(24, 10000.0,
                 {.kind = Kind::kYarn,
                  .factor = 40.0,
                  .original_length = 4096,
                  .truncate = false,
                  .mscale = 1.0,
                  .mscale_all_dimensions = 0.707}),
              {1.0, 0.4641589, 0.2154434, 0.1, 0.04568516, 0.01655321, 0.005524063, 0.001561807, 0.0002597294, 2.5e-05,
               1.160397e-05, 5.386085e-06},
              1.0857263992561355);
  CheckEquals(Of(16, 1e6,
                 {.kind = Kind::kYarn,
                  .factor = 4.0,
                  .original_length = 2048,
                  .beta_fast = 16.0,
                  .beta_slow = 2.0,
                  .attention_factor = 1.5}),
              {1.0, 0.1778279, 0.01976424, 0.001405853, 0.00025, 4.445699e-05, 7.905694e-06, 1.405853e-06}, 1.5);
}

TEST_CASE("rotary scaling: invalid options throw an error with the option's name") {
  const auto code = [](Index width, double base, const RotaryScaling& scaling) {
    return CodeOf([&] { Of(width, base, scaling); });
  };
  CHECK(code(7, 10000.0, {}) == ErrorCode::kOption);
  CHECK(code(8, 0.0, {}) == ErrorCode::kOption);
  CHECK(code(8, std::numeric_limits<double>::quiet_NaN(), {}) == ErrorCode::kOption);
  CHECK(code(8, 10000.0, {.kind = Kind::kLinear, .factor = 0.0}) == ErrorCode::kOption);
  for (Kind kind : {Kind::kDynamicNtk, Kind::kLlama3, Kind::kYarn})
    CHECK(code(8, 1e4, {.kind = kind}) == ErrorCode::kOption);
  CHECK(code(8, 1e4, {.kind = Kind::kLlama3, .original_length = 8, .low_frequency_factor = 4.0}) == ErrorCode::kOption);
  CHECK(Of(0, 10000.0, {}).values.empty());
}

}  // namespace attenscope
