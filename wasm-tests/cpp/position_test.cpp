// Tests encodings that are added or concatenated: sinusoidal, by powers of two, and learned.
#include "reference/position.h"

#include <limits>

#include "gradient_check.h"
#include "position/apply.h"
#include "position/learned.h"
#include "position/powers_of_two.h"
#include "position/sinusoidal.h"
#include "test_helpers.h"

namespace attenscope {

using testing::CodeOf;
using testing::Random;

namespace {

std::vector<float> Floats(Index count) { return std::vector<float>(static_cast<std::size_t>(count)); }

std::vector<float> Sinusoidal(const SinusoidalOptions& options, Index T, Index C) {
  std::vector<float> encoding = Floats(T * C);
  SinusoidalEncoding(options, {encoding.data(), {T, C}});
  return encoding;
}

}  // namespace

TEST_CASE("sinusoidal: equals plain loops at every width, at large positions too") {
  for (Index C : {1, 2, 3, 7, 8, 33, 64}) {
    for (Index first : {0, 1, 1000000}) {
      const std::vector<float> encoding = Sinusoidal({.first = first}, 3, C);
      for (Index t = 0; t < 3; ++t) {
        const std::vector<double> expected = reference::Sinusoidal(static_cast<double>(first + t), C, 10000.0);
        for (Index c = 0; c < C; ++c) {
          CHECK(std::abs(encoding[static_cast<std::size_t>(t * C + c)] - expected[static_cast<std::size_t>(c)]) < 1e-7);
        }
      }
    }
  }
  CHECK(Sinusoidal({}, 0, 8).empty());
  CHECK(Sinusoidal({}, 3, 0).empty());
}

TEST_CASE("sinusoidal: with halves it equals the Marian encoding of transformers, at odd widths too") {
  // MarianSinusoidalPositionalEmbedding(51, 8) and (51, 7), transformers 5.23, rows 3 and 50.
  const std::vector<float> even{0.14112000f, 0.29552022f, 0.02999550f,  0.0029999956f, -0.98999250f, 0.95533651f,
                                0.99955004f, 0.99999553f, -0.26237485f, -0.95892429f,  0.47942555f,  0.04997917f,
                                0.96496600f, 0.28366220f, 0.87758255f,  0.99875027f};
  const std::vector<float> odd{0.14112000f, 0.21423219f, 0.01553780f,  0.0011182779f, -0.98999250f,
                               0.97678274f, 0.99987930f, -0.26237485f, -0.44111052f,  0.25608864f,
                               0.01863689f, 0.96496600f, -0.89745277f, 0.96665329f};
  for (const std::vector<float>& expected : {even, odd}) {
    const Index C = static_cast<Index>(expected.size()) / 2;
    const std::vector<float> encoding = Sinusoidal({.layout = SinusoidalLayout::kHalves}, 51, C);
    for (Index c = 0; c < C; ++c) {
      CHECK(std::abs(encoding[static_cast<std::size_t>(3 * C + c)] - expected[static_cast<std::size_t>(c)]) < 1e-7);
      CHECK(std::abs(encoding[static_cast<std::size_t>(50 * C + c)] - expected[static_cast<std::size_t>(C + c)]) <
            1e-7);
    }
  }
}

TEST_CASE("sinusoidal: an invalid base throws") {
  for (double base : {0.0, -1.0, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    CHECK(CodeOf([&] { Sinusoidal({.base = base}, 2, 4); }) == ErrorCode::kOption);
  }
}

TEST_CASE("powers of two: sin(p / 2^j) and cos(p / 2^j), in a table that is not contiguous too") {
  const Index T = 5, C = 9, apart = 11;
  std::vector<float> encoding = Floats(T * apart);
  PowersOfTwoEncoding(7, {encoding.data(), {T, C}, {apart, 1}});
  for (Index t = 0; t < T; ++t) {
    for (Index c = 0; c < C; ++c) {
      const double angle = static_cast<double>(7 + t) / std::pow(2.0, static_cast<double>(c / 2));
      const double expected = c % 2 == 0 ? std::sin(angle) : std::cos(angle);
      CHECK(std::abs(encoding[static_cast<std::size_t>(t * apart + c)] - expected) < 1e-7);
    }
    CHECK(encoding[static_cast<std::size_t>(t * apart + C)] == 0.0f);
  }
}

TEST_CASE("learned: looks up rows, and its gradient adds each row to its place in the table") {
  const Index P = 4, C = 3;
  const std::vector<std::int32_t> positions{2, 0, 2, 3, 2};
  const Index T = static_cast<Index>(positions.size());
  const std::vector<float> table = Random(1).Vector(P * C), grad = Random(2).Vector(T * C);
  std::vector<float> encoding = Floats(T * C), grad_table = Floats(P * C);
  LearnedEncoding({table.data(), {P, C}}, positions, {encoding.data(), {T, C}});
  for (Index t = 0; t < T; ++t) {
    for (Index c = 0; c < C; ++c) {
      CHECK(encoding[static_cast<std::size_t>(t * C + c)] ==
            table[static_cast<std::size_t>(positions[static_cast<std::size_t>(t)] * C + c)]);
    }
  }
  LearnedEncodingGradient({grad.data(), {T, C}}, positions, {grad_table.data(), {P, C}});
  const auto loss = [&](const std::vector<double>& x) {
    double sum = 0.0;
    for (Index i = 0; i < T * C; ++i) {
      sum += double{grad[static_cast<std::size_t>(i)]} *
             x[static_cast<std::size_t>(positions[static_cast<std::size_t>(i / C)] * C + i % C)];
    }
    return sum;
  };
  testing::CheckGradient("table", loss, table, grad_table);
}

TEST_CASE("learned: a position outside the table throws an error with the argument's name") {
  std::vector<float> table = Floats(12), encoding = Floats(3);
  const auto at = [&](std::int32_t position) {
    return CodeOf([&] { LearnedEncoding({table.data(), {4, 3}}, std::vector{position}, {encoding.data(), {1, 3}}); });
  };
  CHECK(at(4) == ErrorCode::kTooLong);
  CHECK(at(-1) == ErrorCode::kOption);
  CHECK(CodeOf([&] { LearnedEncoding({table.data(), {4, 3}}, {}, {encoding.data(), {1, 3}}); }) == ErrorCode::kShape);
}

TEST_CASE("apply: adds and concatenates a shared encoding; gradients are those of the sums") {
  const Index B = 2, T = 3, C = 5, P = 4;
  const std::vector<float> x = Random(3).Vector(B * T * C), same = Random(4).Vector(T * C),
                           beside = Random(5).Vector(T * P);
  std::vector<float> added = Floats(B * T * C), joined = Floats(B * T * (C + P));
  AddEncoding({x.data(), {B, T, C}}, Shared(ConstMatrix(same.data(), {T, C}), B), {added.data(), {B, T, C}});
  ConcatenateEncoding({x.data(), {B, T, C}}, Shared(ConstMatrix(beside.data(), {T, P}), B),
                      {joined.data(), {B, T, C + P}});
  const ConstStack sums(added.data(), {B, T, C}), rows(joined.data(), {B, T, C + P}), in(x.data(), {B, T, C});
  const std::vector<float> grad = Random(6).Vector(B * T * (C + P));
  const ConstStack grad_rows(grad.data(), {B, T, C + P});
  std::vector<float> grad_x = Floats(B * T * C), grad_same = Floats(T * C),
                     grad_beside(static_cast<std::size_t>(T * P), 1.0f);
  ConcatenateEncodingGradient(grad_rows, {grad_x.data(), {B, T, C}}, Shared(Matrix(grad_beside.data(), {T, P}), B));
  AddEncodingGradient({grad_x.data(), {B, T, C}}, Shared(Matrix(grad_same.data(), {T, C}), B));
  for (Index t = 0; t < T; ++t) {
    for (Index c = 0; c < C + P; ++c) {
      for (Index b = 0; b < B; ++b) {
        if (c < C) {
          CHECK(sums(b, t, c) == in(b, t, c) + same[static_cast<std::size_t>(t * C + c)]);
          CHECK(rows(b, t, c) == in(b, t, c));
          CHECK(grad_x[static_cast<std::size_t>((b * T + t) * C + c)] == grad_rows(b, t, c));
        } else {
          CHECK(rows(b, t, c) == beside[static_cast<std::size_t>(t * P + c - C)]);
        }
      }
      const float sum = grad_rows(0, t, c) + grad_rows(1, t, c);
      // A gradient is added to the number in the output array, here 1.
      if (c < C) CHECK(grad_same[static_cast<std::size_t>(t * C + c)] == sum);
      if (c >= C) CHECK(grad_beside[static_cast<std::size_t>(t * P + c - C)] == doctest::Approx(1.0f + sum));
    }
  }
  ConcatenateEncodingGradient(grad_rows, {nullptr, {B, T, C}}, {nullptr, {B, T, P}});
  CHECK(CodeOf([&] { ConcatenateEncodingGradient(grad_rows, {nullptr, {B, T, C}}, {nullptr, {B, T, C}}); }) ==
        ErrorCode::kShape);
  CHECK(CodeOf([&] { AddEncoding(in, grad_rows, {added.data(), {B, T, C}}); }) == ErrorCode::kShape);
}

}  // namespace attenscope
