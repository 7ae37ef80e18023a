// Tests encodings that are added to scores: ALiBi and T5's buckets.
#include "gradient_check.h"
#include "position/alibi.h"
#include "position/t5_buckets.h"
#include "test_helpers.h"

namespace attenscope {

using testing::CodeOf;
using testing::Random;
using testing::WithoutAllocating;

TEST_CASE("alibi: slopes equal those of BLOOM and MPT, also for numbers of heads that are not a power of two") {
  // The expected slopes come from _get_alibi_slopes of BLOOM, transformers 5.23.
  const std::vector<std::vector<float>> expected{
      {0.00390625f},
      {0.0625f, 0.00390625f},
      {0.25f, 0.0625f, 0.015625f, 0.00390625f, 0.5f, 0.125f},
      {0.5f, 0.25f, 0.125f, 0.0625f, 0.03125f, 0.015625f, 0.0078125f, 0.00390625f},
      {0.5f, 0.25f, 0.125f, 0.0625f, 0.03125f, 0.015625f, 0.0078125f, 0.00390625f, 0.70710677f, 0.35355338f,
       0.17677668f, 0.08838834f},
  };
  for (const std::vector<float>& slopes : expected) {
    std::vector<float> found(slopes.size());
    AlibiSlopes(static_cast<Index>(slopes.size()), found.data());
    for (std::size_t n = 0; n < slopes.size(); ++n) CHECK(found[n] == doctest::Approx(slopes[n]).epsilon(1e-7));
  }
  AlibiSlopes(0, nullptr);
}

TEST_CASE("alibi: the bias falls by the slope per token of distance, in both directions, past keys included") {
  const Index N = 3, T = 4, S = 9, past = 5;
  std::vector<float> slopes(3), bias(static_cast<std::size_t>(N * T * S));
  AlibiSlopes(N, slopes.data());
  const TensorView<float, 3> view(bias.data(), {N, T, S});
  AlibiBias(slopes.data(), past, view);
  for (Index n = 0; n < N; ++n) {
    for (Index t = 0; t < T; ++t) {
      for (Index s = 0; s < S; ++s) {
        const float distance = std::abs(static_cast<float>(past + t) - static_cast<float>(s));
        CHECK(view(n, t, s) == -slopes[static_cast<std::size_t>(n)] * distance);
      }
    }
  }
  AlibiBias(slopes.data(), past, {nullptr, {N, 0, S}});
}

TEST_CASE("t5 buckets: equal transformers' _relative_position_bucket, borders included") {
  const std::vector<Index> relative{-1000, -128, -127, -91, -64, -63, -20, -16, -15, -9,  -8,  -7,  -1,
                                    0,     1,    7,    8,   9,   15,  16,  32,  64,  127, 128, 1000};
  struct Case {
    T5BucketOptions options;
    std::vector<Index> buckets;
  };
  // The expected buckets come from T5Attention._relative_position_bucket, transformers 5.23.
  const std::vector<Case> cases{
      {{32, 128, true}, {15, 15, 15, 15, 14, 13, 10, 10, 9, 8, 8, 7, 1, 0, 17, 23, 24, 24, 25, 26, 28, 30, 31, 31, 31}},
      {{32, 128, false}, {31, 31, 31, 29, 26, 26, 17, 16, 15, 9, 8, 7, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}},
      {{8, 20, true}, {3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 1, 0, 5, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7}},
  };
  for (const Case& one : cases) {
    for (std::size_t i = 0; i < relative.size(); ++i) {
      CAPTURE(relative[i]);
      CHECK(T5Bucket(one.options, relative[i]) == one.buckets[i]);
    }
  }
}

TEST_CASE("t5 bias: each element reads its head's bias for its bucket, and gives its gradient back to it") {
  for (bool bidirectional : {true, false}) {
    for (Index T : {1, 3, 8}) {
      for (Index S : {1, 5, 11}) {
        const T5BucketOptions options{8, 20, bidirectional};
        const Index N = 2, past = 2;
        const std::vector<float> table = Random(1).Vector(8 * N), grad = Random(2).Vector(N * T * S);
        std::vector<float> bias(grad.size()), grad_table(table.size());
        const TensorView<float, 3> view(bias.data(), {N, T, S});
        T5Bias(options, {table.data(), {8, N}}, past, view);
        const auto place = [&](Index n, Index t, Index s) {
          return static_cast<std::size_t>(T5Bucket(options, s - past - t) * N + n);
        };
        for (Index n = 0; n < N; ++n) {
          for (Index t = 0; t < T; ++t) {
            for (Index s = 0; s < S; ++s) CHECK(view(n, t, s) == table[place(n, t, s)]);
          }
        }
        testing::WithoutAllocating(
            [&] { T5BiasGradient(options, {grad.data(), {N, T, S}}, past, {grad_table.data(), {8, N}}); });
        const auto loss = [&](const std::vector<double>& x) {
          double sum = 0.0;
          for (Index i = 0; i < N * T * S; ++i) {
            sum += double{grad[static_cast<std::size_t>(i)]} * x[place(i / (T * S), i / S % T, i % S)];
          }
          return sum;
        };
        testing::CheckGradient("table", loss, table, grad_table);
      }
    }
  }
}

TEST_CASE("t5 bias: invalid options and shapes throw") {
  std::vector<float> numbers(64);
  const auto code = [&](const T5BucketOptions& options) {
    return CodeOf([&] { T5Bias(options, {numbers.data(), {8, 2}}, 0, {numbers.data(), {2, 3, 3}}); });
  };
  CHECK(code({3, 20, true}) == ErrorCode::kOption);
  CHECK(code({1, 20, false}) == ErrorCode::kOption);
  CHECK(code({8, 2, true}) == ErrorCode::kOption);
  CHECK(code({16, 20, true}) == ErrorCode::kShape);
}

}  // namespace attenscope
