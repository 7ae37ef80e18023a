// Compares the kernels and the layer of the LSTM with the float64 reference.
#include "layers/lstm.h"

#include <limits>

#include "kernels/lstm_cell.h"
#include "reference/lstm.h"
#include "test_helpers.h"

namespace attenscope {

using testing::Arch;
using testing::EdgeSizes;
using testing::kInfinity;
using testing::kNaN;
using testing::Misaligned;
using testing::Random;

namespace {

double SigmoidOf(double x) { return 1.0 / (1.0 + std::exp(-x)); }

/// Returns the width of a register, one less, one more, and other widths that are not multiples of a register.
std::vector<Index> Widths() {
  const Index lanes = simd::kLanes<Arch>;
  return {1, 3, lanes - 1, lanes, lanes + 1, 2 * lanes + 1, 13};
}

reference::MatrixXd ToMatrix(const std::vector<float>& values, Index rows, Index columns) {
  reference::MatrixXd matrix(rows, columns);
  for (Index r = 0; r < rows; ++r) {
    for (Index c = 0; c < columns; ++c) matrix(r, c) = values[static_cast<std::size_t>(r * columns + c)];
  }
  return matrix;
}

struct RandomLstm {
  LstmDirection direction;
  reference::LstmParameters parameters;
};

RandomLstm MakeLstm(Index in, Index D, std::uint32_t seed) {
  Random random(seed);
  RandomLstm made;
  const auto fill = [&](Linear& linear, Index columns, reference::MatrixXd& matrix, reference::RowVectorXd& bias) {
    const std::vector<float> weights = random.Vector(4 * D * columns), biases = random.Vector(4 * D);
    linear.weight = Weight(4 * D, columns);
    Pack(ConstMatrix(weights.data(), {4 * D, columns}), linear.weight.HoldFloats("test"));
    linear.bias = Vector(4 * D, "test");
    std::copy(biases.begin(), biases.end(), linear.bias.data());
    matrix = ToMatrix(weights, 4 * D, columns);
    bias = ToMatrix(biases, 1, 4 * D);
  };
  fill(made.direction.input, in, made.parameters.input, made.parameters.input_bias);
  fill(made.direction.recurrent, D, made.parameters.recurrent, made.parameters.recurrent_bias);
  return made;
}

/// Computes the states of x, all at once or `part` steps at a time.
std::vector<float> HiddenOf(const LstmDirection& lstm, const std::vector<float>& x, Index S, Index in, Index D,
                            bool reverse, Index part) {
  std::vector<float> gates(static_cast<std::size_t>(S * 4 * D)), hidden(static_cast<std::size_t>(S * D));
  std::vector<float> state(static_cast<std::size_t>(2 * D), 0.0f);
  const Matrix all_gates(gates.data(), {S, 4 * D}), all_hidden(hidden.data(), {S, D});
  LstmInputs(lstm, ConstMatrix(x.data(), {S, in}), all_gates);
  for (Index done = 0; done < S; done += part) {
    const Index count = std::min(part, S - done);
    const Index first = reverse ? S - done - count : done;
    LstmSteps(lstm, reverse, all_gates.Rows(first, count), {state.data(), state.data() + D},
              all_hidden.Rows(first, count));
  }
  return hidden;
}

}  // namespace

TEST_CASE("tanh: relative error within a millionth, at every edge size and misalignment") {
  for (Index n : EdgeSizes()) {
    for (Index misalignment : {0, 1, 3}) {
      const std::vector<float> x = Random(static_cast<std::uint32_t>(n + 1)).Vector(n, 8.0f);
      Misaligned held(x, misalignment);
      Tanh(Arch{}, held.data(), n);
      for (Index i = 0; i < n; ++i) {
        const double expected = std::tanh(double{x[static_cast<std::size_t>(i)]});
        CHECK(std::abs(held.data()[i] - expected) <= 1e-6 * std::abs(expected));
      }
    }
  }
}

TEST_CASE("tanh: tiny numbers stay, infinity gives one, NaN stays NaN") {
  // Seven numbers fill whole registers and a remainder.
  std::vector<float> x{1e-30f, -1e-6f, 0.0f, 100.0f, -kInfinity, kInfinity, kNaN};
  for (int turn = 0; turn < 7; ++turn) {
    std::rotate(x.begin(), x.begin() + 1, x.end());
    std::vector<float> y = x;
    Tanh(Arch{}, y.data(), 7);
    for (std::size_t i = 0; i < 7; ++i) {
      if (std::isnan(x[i])) {
        CHECK(std::isnan(y[i]));
      } else {
        CHECK(y[i] == doctest::Approx(std::tanh(x[i])).epsilon(1e-6));
      }
    }
  }
}

TEST_CASE("lstm cell: equals its definition at every edge size and misalignment") {
  for (Index n : EdgeSizes()) {
    for (Index misalignment : {0, 1, 3}) {
      CAPTURE(n);
      Random random(static_cast<std::uint32_t>(n + 5));
      const std::vector<float> gates = random.Vector(4 * n, 6.0f), before = random.Vector(n, 2.0f);
      Misaligned held(gates, misalignment), cell(before, misalignment), hidden(before, misalignment);
      LstmCell(Arch{}, held.data(), n, cell.data(), hidden.data());
      for (Index d = 0; d < n; ++d) {
        const auto gate = [&](Index which) { return double{gates[static_cast<std::size_t>(which * n + d)]}; };
        const double next =
            SigmoidOf(gate(1)) * double{before[static_cast<std::size_t>(d)]} + SigmoidOf(gate(0)) * std::tanh(gate(2));
        CHECK(std::abs(cell.data()[d] - next) < 1e-6);
        CHECK(std::abs(hidden.data()[d] - SigmoidOf(gate(3)) * std::tanh(next)) < 1e-6);
      }
    }
  }
}

TEST_CASE("lstm cell: gates of large numbers are open or closed, and NaN stays visible") {
  for (Index n : {Index{1}, 2 * simd::kLanes<Arch> + 1}) {
    const auto all = static_cast<std::size_t>(n);
    const auto step = [&](float i, float f, float g, float o, float before) {
      std::vector<float> gates, cell(all, before), hidden(all);
      for (float gate : {i, f, g, o}) gates.insert(gates.end(), all, gate);
      LstmCell(Arch{}, gates.data(), n, cell.data(), hidden.data());
      // The result of a cell does not depend on its index.
      for (float h : hidden) CHECK((h == hidden[0] || (std::isnan(h) && std::isnan(hidden[0]))));
      return std::pair(cell.back(), hidden.back());
    };
    CHECK(step(kInfinity, -kInfinity, kInfinity, kInfinity, 5.0f) == std::pair(1.0f, std::tanh(1.0f)));
    CHECK(step(-1e5f, 1e5f, 3.0f, -1e5f, 5.0f) == std::pair(5.0f, 0.0f));
    CHECK(step(-200.0f, 200.0f, -200.0f, 200.0f, 0.5f).first == 0.5f);
    CHECK(std::isnan(step(kNaN, 0.0f, 0.0f, 0.0f, 0.0f).first));
    CHECK(std::isnan(step(0.0f, kNaN, 0.0f, 0.0f, 0.0f).second));
    CHECK(std::isnan(step(0.0f, 0.0f, 0.0f, 0.0f, kNaN).second));
    CHECK(std::isnan(step(0.0f, 0.0f, 0.0f, kNaN, 1.0f).second));
  }
}

TEST_CASE("lstm: both directions equal the reference, at widths near a register's and lengths from 0") {
  for (Index D : Widths()) {
    for (Index in : {Index{1}, Index{5}, D}) {
      for (Index S : {0, 1, 2, 7, 13}) {
        CAPTURE(D);
        CAPTURE(S);
        const RandomLstm made = MakeLstm(in, D, static_cast<std::uint32_t>(D * 100 + S));
        const std::vector<float> x = Random(3).Vector(S * in, 2.0f);
        for (bool reverse : {false, true}) {
          reference::LstmState state = reference::LstmZeros(D);
          const reference::MatrixXd expected = reference::Lstm(made.parameters, ToMatrix(x, S, in), reverse, state);
          const std::vector<float> found = HiddenOf(made.direction, x, S, in, D, reverse, std::max<Index>(S, 1));
          if (S > 0) CHECK((ToMatrix(found, S, D) - expected).cwiseAbs().maxCoeff() < 1e-5);
        }
      }
    }
  }
}

TEST_CASE("lstm: a sequence in parts gives the same bits as at once") {
  const RandomLstm made = MakeLstm(9, 21, 8);
  const std::vector<float> x = Random(4).Vector(19 * 9, 2.0f);
  for (bool reverse : {false, true}) {
    const std::vector<float> whole = HiddenOf(made.direction, x, 19, 9, 21, reverse, 19);
    for (Index part : {1, 4, 18}) CHECK(HiddenOf(made.direction, x, 19, 9, 21, reverse, part) == whole);
  }
}

TEST_CASE("lstm: a NaN spreads in the direction of the recurrence only") {
  const RandomLstm made = MakeLstm(3, 5, 2);
  std::vector<float> x = Random(6).Vector(7 * 3);
  x[3 * 3] = kNaN;
  const std::vector<float> forward = HiddenOf(made.direction, x, 7, 3, 5, false, 7);
  const std::vector<float> backward = HiddenOf(made.direction, x, 7, 3, 5, true, 7);
  for (std::size_t s = 0; s < 7; ++s) {
    CHECK(std::isnan(forward[s * 5]) == (s >= 3));
    CHECK(std::isnan(backward[s * 5]) == (s <= 3));
  }
}

}  // namespace attenscope
