// Compares the rotary encoding with complex numbers, and checks that scores depend only on distance.
#include "position/rotary.h"

#include <complex>

#include "gradient_check.h"
#include "position/rotary_scaling.h"
#include "reference/position.h"
#include "test_helpers.h"

namespace attenscope {

using testing::Arch;
using testing::CodeOf;
using testing::Random;
using testing::WithoutAllocating;

namespace {

std::vector<float> Rotated(std::vector<float> x, Index position, double base) {
  const Index H = static_cast<Index>(x.size());
  std::vector<float> cosines(static_cast<std::size_t>(H / 2)), sines(static_cast<std::size_t>(H / 2));
  RotaryAngles(position, H, base, cosines.data(), sines.data());
  RotateHalves(Arch{}, cosines.data(), sines.data(), H, x.data());
  return x;
}

/// Tables of T positions from `first` on, and their angles.
struct Tables {
  Index T, width;
  std::vector<float> cosines, sines;
  std::vector<double> frequencies;

  Tables(Index T_, Index width_, Index first = 0, double factor = 1.0) : T(T_), width(width_) {
    cosines.resize(static_cast<std::size_t>(T * width / 2));
    sines.resize(cosines.size());
    frequencies.resize(static_cast<std::size_t>(width / 2));
    RotaryFrequencies(width, 10000.0, {}, frequencies.data());
    RotaryTables(frequencies.data(), factor, first, {cosines.data(), {T, width / 2}}, {sines.data(), {T, width / 2}});
  }
  /// Returns a view for B texts that share the tables.
  RotaryAnglesView View(Index B, const std::int32_t* positions = nullptr, Index length = 0) const {
    RotaryAnglesView view;
    view.cosines = {cosines.data(), {positions ? 1 : B, T, width / 2}, {0, width / 2, 1}};
    view.sines = view.cosines;
    view.sines.data = sines.data();
    view.positions = {positions, {B, length}};
    return view;
  }
  std::vector<double> Angles(Index position) const {
    std::vector<double> angles = frequencies;
    for (double& angle : angles) angle *= static_cast<double>(position);
    return angles;
  }
};

std::vector<double> Head(const TensorView<float, 4>& x, Index b, Index n, Index t) {
  std::vector<double> head;
  for (Index h = 0; h < x.shape[3]; ++h) head.push_back(x(b, n, t, h));
  return head;
}

}  // namespace

TEST_CASE("rotary: pairs i and i + H/2 rotate as complex numbers, at every even width") {
  for (Index H = 2; H <= 4 * simd::kLanes<Arch> + 2; H += 2) {
    const std::vector<float> x = Random(static_cast<std::uint32_t>(H)).Vector(H);
    for (Index position : {0, 1, 511, 100000}) {
      const std::vector<float> y = Rotated(x, position, 10000.0);
      for (Index i = 0; i < H / 2; ++i) {
        const double angle =
            static_cast<double>(position) * std::pow(10000.0, -2.0 * static_cast<double>(i) / static_cast<double>(H));
        const std::complex<double> turned =
            std::complex<double>(x[static_cast<std::size_t>(i)], x[static_cast<std::size_t>(i + H / 2)]) *
            std::polar(1.0, angle);
        CHECK(std::abs(y[static_cast<std::size_t>(i)] - turned.real()) < 1e-6);
        CHECK(std::abs(y[static_cast<std::size_t>(i + H / 2)] - turned.imag()) < 1e-6);
      }
    }
  }
}

TEST_CASE("rotary: the product of a rotated query and key depends only on their distance") {
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

TEST_CASE(
    "rotary: rotates the first coordinates of every head, pairs of halves and neighbours, at given positions or in "
    "order") {
  const Index B = 2, N = 3, T = 4;
  const std::vector<std::int32_t> positions{0, 7, 3, 3, 9, 1, 0, 2};
  for (Index H : {Index{2}, Index{6}, 2 * simd::kLanes<Arch>, 4 * simd::kLanes<Arch> + 6}) {
    for (Index width : {Index{0}, Index{2}, H / 4 * 2, H}) {
      CAPTURE(H);
      CAPTURE(width);
      std::vector<float> x = Random(static_cast<std::uint32_t>(H)).Vector(B * N * T * H);
      const Tables tables(10, width), ordered(T, width);
      // Heads packed side by side, (B, T, N·H), are a valid view.
      const TensorView<float, 4> in(x.data(), {B, N, T, H}, {T * N * H, H, N * H, 1});
      for (RotaryPairs pairs : {RotaryPairs::kHalves, RotaryPairs::kNeighbours}) {
        for (bool by_position : {true, false}) {
          std::vector<float> y(x.size());
          const TensorView<float, 4> out(y.data(), {B, N, T, H});
          Rotate(Arch{}, pairs, RotaryTurn::kForward,
                 by_position ? tables.View(B, positions.data(), T) : ordered.View(B), in, out);
          for (Index i = 0; i < B * N * T; ++i) {
            const Index b = i / (N * T), n = i / T % N, t = i % T;
            const Index position = by_position ? positions[static_cast<std::size_t>(b * T + t)] : t;
            const std::vector<double> expected =
                reference::Rotate(Head(in, b, n, t), tables.Angles(position), pairs == RotaryPairs::kNeighbours);
            const std::vector<double> found = Head(out, b, n, t);
            for (std::size_t h = 0; h < found.size(); ++h) CHECK(std::abs(found[h] - expected[h]) < 1e-6);
          }
        }
      }
    }
  }
}

TEST_CASE("rotary: the gradient is the turn back by the same angles, of scaled angles too, and in place") {
  const Index B = 1, N = 2, T = 3, H = 2 * simd::kLanes<Arch> + 4, width = H - 2;
  const Tables tables(T, width, 5, 1.25);
  const std::vector<float> x = Random(1).Vector(B * N * T * H), grad = Random(2).Vector(B * N * T * H);
  for (RotaryPairs pairs : {RotaryPairs::kHalves, RotaryPairs::kNeighbours}) {
    std::vector<float> grad_x = grad;
    const TensorView<float, 4> view(grad_x.data(), {B, N, T, H});
    testing::WithoutAllocating([&] { Rotate(Arch{}, pairs, RotaryTurn::kBackward, tables.View(B), view, view); });
    const auto loss = [&](const std::vector<double>& at) {
      double sum = 0.0;
      for (Index row = 0; row < N * T; ++row) {
        const auto begin = at.begin() + row * H;
        const std::vector<double> turned =
            reference::Rotate({begin, begin + H}, tables.Angles(5 + row % T), pairs == RotaryPairs::kNeighbours);
        for (Index h = 0; h < H; ++h) {
          sum += double{grad[static_cast<std::size_t>(row * H + h)]} * (h < width ? 1.25 : 1.0) *
                 turned[static_cast<std::size_t>(h)];
        }
      }
      return sum;
    };
    testing::CheckGradient("x", loss, x, grad_x);
  }
}

TEST_CASE("rotary: the rotation matrix equals the rotation") {
  const Index W = 6;
  const Tables tables(4, W);
  const float* cosines = tables.cosines.data() + 3 * W / 2;
  const float* sines = tables.sines.data() + 3 * W / 2;
  const std::vector<float> x = Random(3).Vector(W);
  for (RotaryPairs pairs : {RotaryPairs::kHalves, RotaryPairs::kNeighbours}) {
    std::vector<float> numbers(static_cast<std::size_t>(W * W), 9.0f), y(x.size());
    const Matrix matrix(numbers.data(), {W, W});
    RotaryMatrix(pairs, cosines, sines, matrix);
    RotateVector(Arch{}, pairs, RotaryTurn::kForward, cosines, sines, W, x.data(), y.data());
    for (Index row = 0; row < W; ++row) {
      float sum = 0.0f;
      for (Index column = 0; column < W; ++column) sum += matrix(row, column) * x[static_cast<std::size_t>(column)];
      CHECK(sum == doctest::Approx(y[static_cast<std::size_t>(row)]).epsilon(1e-6));
    }
  }
}

TEST_CASE("rotary: NaN and infinity stay in their pair") {
  const Index W = 2 * simd::kLanes<Arch> + 2;
  const Tables tables(2, W);
  for (RotaryPairs pairs : {RotaryPairs::kHalves, RotaryPairs::kNeighbours}) {
    for (float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
      for (Index at = 0; at < W; ++at) {
        std::vector<float> x(static_cast<std::size_t>(W), 1.0f);
        x[static_cast<std::size_t>(at)] = bad;
        RotateVector(Arch{}, pairs, RotaryTurn::kForward, tables.cosines.data() + W / 2, tables.sines.data() + W / 2, W,
                     x.data(), x.data());
        Index spoilt = 0;
        for (float value : x) spoilt += std::isfinite(value) ? 0 : 1;
        CHECK(spoilt == 2);
      }
    }
  }
}

TEST_CASE("rotary: invalid tables and positions throw an error with the argument's name") {
  const Index B = 1, N = 1, T = 2, H = 4;
  std::vector<float> x(8);
  const auto code = [&](const RotaryAnglesView& angles) {
    const TensorView<float, 4> view(x.data(), {B, N, T, H});
    return CodeOf([&] { Rotate(Arch{}, RotaryPairs::kHalves, RotaryTurn::kForward, angles, view, view); });
  };
  const std::vector<std::int32_t> past{0, 2}, below{0, -1};
  CHECK(code(Tables(2, 4).View(B, past.data(), T)) == ErrorCode::kTooLong);
  CHECK(code(Tables(2, 4).View(B, below.data(), T)) == ErrorCode::kOption);
  CHECK(code(Tables(2, 6).View(B)) == ErrorCode::kShape);
  CHECK(code(Tables(3, 4).View(B)) == ErrorCode::kShape);
  CHECK(code(Tables(2, 4).View(2)) == ErrorCode::kShape);
}

}  // namespace attenscope
