// The rotary encoding against complex numbers, and its own law: scores depend on distance alone.
#include "position/rotary.h"

#include <complex>

#include "test_helpers.h"

namespace attenscope {

using testing::Arch;
using testing::Random;

namespace {

std::vector<float> Rotated(std::vector<float> x, Index position, double base) {
  const Index H = static_cast<Index>(x.size());
  std::vector<float> cosines(static_cast<std::size_t>(H / 2)), sines(static_cast<std::size_t>(H / 2));
  RotaryAngles(position, H, base, cosines.data(), sines.data());
  RotateHalves(Arch{}, cosines.data(), sines.data(), H, x.data());
  return x;
}

}  // namespace

TEST_CASE("rotary: pairs i and i + H/2 turn as complex numbers, at every even width") {
  for (Index H = 2; H <= 4 * simd::kLanes<Arch> + 2; H += 2) {
    const std::vector<float> x = Random(static_cast<std::uint32_t>(H)).Vector(H);
    for (Index position : {0, 1, 511, 100000}) {
      const std::vector<float> y = Rotated(x, position, 10000.0);
      for (Index i = 0; i < H / 2; ++i) {
        const double angle = static_cast<double>(position) * std::pow(10000.0, -2.0 * static_cast<double>(i) / static_cast<double>(H));
        const std::complex<double> turned =
            std::complex<double>(x[static_cast<std::size_t>(i)], x[static_cast<std::size_t>(i + H / 2)]) * std::polar(1.0, angle);
        CHECK(std::abs(y[static_cast<std::size_t>(i)] - turned.real()) < 1e-6);
        CHECK(std::abs(y[static_cast<std::size_t>(i + H / 2)] - turned.imag()) < 1e-6);
      }
    }
  }
}

TEST_CASE("rotary: the product of a turned query and key depends on their distance alone") {
  const Index H = 32;
  Random random(4);
  const std::vector<float> q = random.Vector(H), k = random.Vector(H);
  const auto product = [&](Index query, Index key) {
    const std::vector<float> a = Rotated(q, query, 500000.0), b = Rotated(k, key, 500000.0);
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += double{a[i]} * double{b[i]};
    return sum;
  };
  for (Index distance : {0, 1, 17}) {
    for (Index shift : {1, 40, 400}) CHECK(std::abs(product(distance + shift, shift) - product(distance, 0)) < 1e-5);
  }
}

}  // namespace attenscope
