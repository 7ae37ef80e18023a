// Compares e^x, tanh x and erf x on registers with the standard library in float64.
#include "simd/functions.h"

#include "test_helpers.h"

namespace attenscope {

using testing::Arch;
using testing::kInfinity;
using testing::kNaN;

namespace {

using Batch = simd::Batch<Arch>;

/// Computes f of one number, in every lane of a register.
template <class F>
float Of(F f, float x) {
  const Batch y = f(Batch(x));
  for (Index i = 1; i < simd::kLanes<Arch>; ++i) {
    const float lane = y.get(static_cast<std::size_t>(i));
    CHECK((lane == y.get(0) || (std::isnan(lane) && std::isnan(y.get(0)))));
  }
  return y.get(0);
}

const auto kExp = [](Batch x) { return simd::Exp(x); };
const auto kTanh = [](Batch x) { return simd::Tanh(x); };
const auto kErf = [](Batch x) { return simd::Erf(x); };

/// Checks numbers from 0 to `bound` and to −bound, most of them near 0.
template <class Check>
void Sweep(float bound, Check check) {
  for (int i = 0; i <= 20000; ++i) {
    const float part = static_cast<float>(i) / 20000.0f;
    for (float x : {bound * part, bound * part * part * part}) {
      check(x);
      check(-x);
    }
  }
}

}  // namespace

TEST_CASE("exp in registers: relative error within 3e-7 in the range of float32, 0 and infinity beyond") {
  Sweep(87.0f, [](float x) {
    const double expected = std::exp(double{x});
    if (std::abs(double{Of(kExp, x)} / expected - 1.0) > 3e-7) FAIL_CHECK("exp(" << x << ") is " << Of(kExp, x));
  });
  CHECK(Of(kExp, 0.0f) == 1.0f);
  for (float x : {-88.0f, -100.0f, -3e38f, -kInfinity}) CHECK(Of(kExp, x) == 0.0f);
  for (float x : {89.0f, 100.0f, 3e38f, kInfinity}) CHECK(Of(kExp, x) == kInfinity);
  CHECK(std::isnan(Of(kExp, kNaN)));
}

TEST_CASE("tanh and erf in registers: error within 5e-7, relative near 0, and ±1 for large arguments") {
  const auto check_all = [](auto f, auto expected) {
    Sweep(12.0f, [&](float x) {
      const double y = Of(f, x);
      if (std::abs(y - expected(double{x})) > 5e-7) FAIL_CHECK("of " << x << " comes " << y);
      if (std::abs(x) < 0.1f && std::abs(y - expected(double{x})) > 5e-7 * std::abs(expected(double{x}))) {
        FAIL_CHECK("of " << x << " comes " << y);
      }
    });
    for (float x : {12.0f, 1e10f, 3e38f, kInfinity}) {
      CHECK(Of(f, x) == 1.0f);
      CHECK(Of(f, -x) == -1.0f);
    }
    CHECK(Of(f, 0.0f) == 0.0f);
    CHECK(std::isnan(Of(f, kNaN)));
  };
  check_all(kTanh, [](double x) { return std::tanh(x); });
  check_all(kErf, [](double x) { return std::erf(x); });
}

}  // namespace attenscope
