// Compares attention pooling with its formulas and with a worked example of two heads.
#include "attention/pooling.h"

#include "reference/attention.h"
#include "test_helpers.h"

namespace attenscope {

using reference::Doubles;
using testing::Random;

TEST_CASE("worked example: two heads over three tokens, joined, with positions added") {
  // Head 1: the query 2 and the keys 1, 2, 3 give the unscaled scores 2, 4, 6. e², e⁴ and e⁶ are 7.389, 54.598 and
  // 403.43, and their sum is 465.42. The weights are therefore 0.01588, 0.11731 and 0.86681, and the output over the
  // values 1, 0, 0 is 0.01588. The output would be 1 only if the query attended to the first token alone. Head 2: all
  // scores are equal, so that each weight is ⅓, and the output over the values 1, 0, 0 is ⅓.
  const std::vector<float> q{2.0f, 1.0f}, k{1.0f, 2.0f, 3.0f, 1.0f, 1.0f, 1.0f}, v{1.0f, 0.0f, 0.0f, 1.0f, 0.0f, 0.0f};
  AttentionInputs inputs;
  inputs.q = {q.data(), {1, 2, 1, 1}};
  inputs.k = {k.data(), {1, 2, 3, 1}};
  inputs.v = {v.data(), {1, 2, 3, 1}};
  AttentionOptions options;
  std::vector<float> output(2), pattern(6);
  AttentionOutputs outputs;
  outputs.output = {output.data(), {1, 2, 1, 1}};
  outputs.pattern = {pattern.data(), {1, 2, 1, 3}};
  AttentionOp(Measure(inputs, options), options, false).Forward(inputs, outputs);
  const double expected[] = {0.01587624, 0.11731043, 0.86681333, 1.0 / 3, 1.0 / 3, 1.0 / 3};
  for (std::size_t i = 0; i < 6; ++i) CHECK(std::abs(pattern[i] - expected[i]) < 1e-6);
  CHECK(std::abs(output[0] - 0.01587624) < 1e-6);
  CHECK(std::abs(output[1] - 1.0 / 3) < 1e-6);
}

TEST_CASE("pooling: a learned query, and the additive form, by the formula") {
  const Index B = 2, S = 5, C = 3, A = 4;
  Random random(9);
  const std::vector<float> x = random.Vector(B * S * C), query = random.Vector(C), projection = random.Vector(A * C),
                           bias = random.Vector(A), hidden = random.Vector(A);
  std::vector<std::uint8_t> allowed(static_cast<std::size_t>(B * S), 1);
  allowed[3] = allowed[7] = 0;
  const std::vector<float> score_bias = random.Vector(B * S);
  for (bool additive : {false, true}) {
    PoolingParameters parameters;
    if (additive) {
      parameters = {{}, ConstMatrix(projection.data(), {A, C}), bias, hidden};
    } else {
      parameters.query = query;
    }
    AttentionOptions options;
    options.score = additive ? ScoreKind::kAdditive : ScoreKind::kDot;
    const AttentionInputs inputs = PoolingInputs({x.data(), {B, S, C}}, parameters, {allowed.data(), {B, S}},
                                                 ConstMatrix(score_bias.data(), {B, S}));
    std::vector<float> output(static_cast<std::size_t>(B * C));
    AttentionOutputs outputs;
    outputs.output = {output.data(), {B, 1, 1, C}};
    AttentionOp(Measure(inputs, options), options, false).Forward(inputs, outputs);
    for (Index b = 0; b < B; ++b) {
      Doubles weights;
      double sum = 0.0;
      for (Index s = 0; s < S; ++s) {
        const float* row = x.data() + (b * S + s) * C;
        double score = 0.0;
        for (Index c = 0; c < C && !additive; ++c) score += double{query[static_cast<std::size_t>(c)]} * double{row[c]};
        for (Index a = 0; a < A && additive; ++a) {
          double inside = double{bias[static_cast<std::size_t>(a)]};
          for (Index c = 0; c < C; ++c)
            inside += double{projection[static_cast<std::size_t>(a * C + c)]} * double{row[c]};
          score += double{hidden[static_cast<std::size_t>(a)]} * std::tanh(inside);
        }
        score += double{score_bias[static_cast<std::size_t>(b * S + s)]};
        weights.push_back(allowed[static_cast<std::size_t>(b * S + s)] ? std::exp(score) : 0.0);
        sum += weights.back();
      }
      for (Index c = 0; c < C; ++c) {
        double expected = 0.0;
        for (Index s = 0; s < S; ++s)
          expected +=
              weights[static_cast<std::size_t>(s)] / sum * double{x[static_cast<std::size_t>((b * S + s) * C + c)]};
        CHECK(std::abs(output[static_cast<std::size_t>(b * C + c)] - expected) < 1e-5);
      }
    }
  }
}

}  // namespace attenscope
