// Tests sampling: the chosen tokens, their frequencies, equal results for equal seeds, and errors.
#include "model/sampler.h"

#include <limits>

#include "test_helpers.h"

namespace attenscope {

using testing::kInfinity;
using testing::kNaN;

namespace {

std::vector<double> Frequencies(const std::vector<float>& logits, const SamplingOptions& options, int draws = 20000) {
  Sampler sampler(42);
  std::vector<double> counts(logits.size(), 0.0);
  for (int i = 0; i < draws; ++i) counts[static_cast<std::size_t>(sampler.Sample(logits, options))] += 1.0 / draws;
  return counts;
}

}  // namespace

TEST_CASE("sampler: temperature 0 takes the likeliest token, the lower id of equals, never NaN") {
  Sampler sampler(1);
  CHECK(sampler.Sample(std::vector<float>{0.1f, 3.0f, 3.0f, -1.0f}, {}) == 1);
  CHECK(sampler.Sample(std::vector<float>{kNaN, -2.0f, kNaN}, {}) == 1);
  CHECK(sampler.Sample(std::vector<float>{-kInfinity, -kInfinity, 5.0f}, {}) == 2);
  CHECK(sampler.Sample(std::vector<float>{7.0f}, {}) == 0);
}

TEST_CASE("sampler: draws tokens with the probabilities of softmax, at each temperature") {
  const std::vector<float> logits{0.0f, 1.0f, 2.0f};
  for (float temperature : {0.5f, 1.0f, 2.0f}) {
    double sum = 0.0;
    for (float logit : logits) sum += std::exp(double{logit} / double{temperature});
    const std::vector<double> found = Frequencies(logits, {.temperature = temperature});
    for (std::size_t i = 0; i < logits.size(); ++i) {
      // 0.015 is more than four standard deviations of 20,000 draws.
      CHECK(std::abs(found[i] - std::exp(double{logits[i]} / double{temperature}) / sum) < 0.015);
    }
  }
}

TEST_CASE("sampler: top-k and nucleus remove the unlikely tokens and keep the proportions of the others") {
  const std::vector<float> logits{std::log(0.1f), std::log(0.4f), std::log(0.2f), std::log(0.3f)};
  const std::vector<double> top2 = Frequencies(logits, {.temperature = 1.0f, .top_k = 2});
  CHECK(top2[0] == 0.0);
  CHECK(top2[2] == 0.0);
  CHECK(std::abs(top2[1] - 4.0 / 7.0) < 0.015);
  // 0.4 alone does not reach 0.65; 0.4 + 0.3 does.
  const std::vector<double> nucleus = Frequencies(logits, {.temperature = 1.0f, .top_p = 0.65f});
  CHECK(nucleus[0] == 0.0);
  CHECK(nucleus[2] == 0.0);
  CHECK(std::abs(nucleus[3] - 3.0 / 7.0) < 0.015);
  const std::vector<double> narrow = Frequencies(logits, {.temperature = 1.0f, .top_p = 1e-6f}, 100);
  CHECK(narrow[1] == doctest::Approx(1.0));
  const std::vector<double> wide = Frequencies(logits, {.temperature = 1.0f, .top_k = 99});
  CHECK(std::abs(wide[0] - 0.1) < 0.015);
}

TEST_CASE("sampler: the same seed draws the same, another seed differs") {
  const std::vector<float> logits = testing::Random(3).Vector(50);
  const auto draw = [&](std::uint32_t seed) {
    Sampler sampler(seed);
    std::vector<Index> ids;
    for (int i = 0; i < 50; ++i) ids.push_back(sampler.Sample(logits, {.temperature = 1.0f}));
    return ids;
  };
  CHECK(draw(5) == draw(5));
  CHECK(draw(5) != draw(6));
}

TEST_CASE("sampler: options out of range throw") {
  const std::vector<float> logits{0.0f, 1.0f};
  for (const SamplingOptions& options :
       {SamplingOptions{.temperature = -1.0f}, SamplingOptions{.temperature = kNaN},
        SamplingOptions{.temperature = kInfinity}, SamplingOptions{.temperature = 1.0f, .top_k = -1},
        SamplingOptions{.temperature = 1.0f, .top_p = 0.0f}, SamplingOptions{.temperature = 1.0f, .top_p = 1.5f},
        SamplingOptions{.temperature = 1.0f, .top_p = kNaN}}) {
    CHECK(testing::CodeOf([&] { Sampler(1).Sample(logits, options); }) == ErrorCode::kOption);
  }
}

}  // namespace attenscope
