// Tests the names of traced tensors, edits and summaries.
#include "insight/summary.h"
#include "model_helpers.h"
#include "transformer/place_edits.h"
#include "transformer/trace_names.h"
#include "transformer/transformer_run.h"

namespace attenscope {

using testing::CodeOf;
using testing::Finish;
using testing::MakeRandomModel;
using testing::OddConfig;
using testing::RandomIds;
using testing::RandomModel;

TEST_CASE("trace: every listed name can be computed and has its documented shape") {
  const Config config = OddConfig();
  const RandomModel made = MakeRandomModel(config);
  TransformerRun run(made.model, 9);
  run.Append(RandomIds(9, 71), LogitsWanted::kNone);
  Finish(run);
  const std::vector<std::string> names = TraceNames(config);
  CHECK(names.size() == 2 + 2 * 14);
  for (const std::string& name : names) {
    CAPTURE(name);
    const TraceTensor tensor = run.ComputeTrace(name, -1, 2, 5);
    CHECK(tensor.shape == TraceShape(ParseTraceName(name, config), config, 5, 7));
    std::size_t count = 1;
    for (Index extent : tensor.shape) count *= static_cast<std::size_t>(extent);
    CHECK(tensor.data.size() == count);
    CHECK(run.ComputeTrace(name, -1, 9, 0).data.size() ==
          (ParseTraceName(name, config).OverKeys() ? std::size_t{2 * 9 * 10} : 0));
  }
}

TEST_CASE("trace: names, heads and ranges that do not exist throw") {
  const Config config = OddConfig();
  for (const char* name :
       {"", "blocks", "blocks.", "blocks.0", "blocks.0.", "blocks.2.attn.pattern", "blocks.-1.attn.pattern",
        "blocks.01.attn.pattern", "blocks.0.attn.patterns", "blocks.0.attn", "blocks.x.attn.q",
        "blocks.99999999999999999999.attn.q", "embedding ", "Embedding"}) {
    CAPTURE(name);
    CHECK(CodeOf([&] { ParseTraceName(name, config); }) == ErrorCode::kOption);
  }
  const RandomModel made = MakeRandomModel(config);
  TransformerRun run(made.model, 9);
  run.Append(RandomIds(9, 71), LogitsWanted::kNone);
  CHECK(CodeOf([&] { run.ComputeTrace("embedding", -1, 0, 1); }) == ErrorCode::kOption);
  Finish(run);
  CHECK(CodeOf([&] { run.ComputeTrace("blocks.0.attn.pattern", 6, 0, 9); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { run.ComputeTrace("blocks.0.attn.k", 2, 0, 9); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { run.ComputeTrace("embedding", 0, 0, 9); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { run.ComputeTrace("blocks.0.attn.pattern", -3, 0, 9); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { run.ComputeTrace("blocks.0.attn.pattern", 0, 0, 10); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { run.ComputeTrace("blocks.0.attn.pattern", 0, -1, 2); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { run.ComputeTrace("blocks.0.attn.pattern", 0, 10, 0); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { Rollout(run, Part::kDecoder, 5, 5); }) == ErrorCode::kOption);
}

TEST_CASE("edits: invalid edits throw an error with the value found") {
  const auto refused = [](Edit edit) { return CodeOf([&] { PlaceEdits({edit}, OddConfig(), 9, 0); }); };
  CHECK(refused({.at = "blocks.0.attn.nothing", .op = "zero"}) == ErrorCode::kOption);
  CHECK(refused({.at = "blocks.2.attn.pattern", .op = "zero"}) == ErrorCode::kOption);
  CHECK(refused({.at = "blocks.0.attn.pattern", .op = "zero", .head = 6}) == ErrorCode::kOption);
  CHECK(refused({.at = "blocks.0.attn.pattern", .op = "zero", .head = -2}) == ErrorCode::kOption);
  CHECK(refused({.at = "blocks.0.attn.pattern", .op = "zero", .query = -2}) == ErrorCode::kOption);
  CHECK(refused({.at = "blocks.0.attn.pattern", .op = "melt"}) == ErrorCode::kUnsupported);
  CHECK(refused({.at = "blocks.0.attn.pattern", .op = "scale", .value = std::nan("")}) == ErrorCode::kOption);
  // Numbers whose successor overflows, and shapes whose product is right although an extent is not.
  constexpr Index kMost = std::numeric_limits<Index>::max();
  CHECK(refused({.at = "blocks.0.attn.pattern", .op = "zero", .query = kMost}) == ErrorCode::kOption);
  const auto shaped = [&](std::vector<Index> shape, std::size_t numbers) {
    return refused({.at = "blocks.0.attn.pattern", .op = "set", .numbers = {std::vector<float>(numbers), shape}});
  };
  CHECK(shaped({1, -2, -2}, 4) == ErrorCode::kShape);
  CHECK(shaped({1, kMost / 2 + 1, 4}, 4) == ErrorCode::kShape);
  CHECK(shaped({1, 0, 3}, 0) == ErrorCode::kShape);
}

TEST_CASE("summary: entropy, distance and the other statistics equal those computed from the pattern") {
  const RandomModel made = MakeRandomModel(OddConfig());
  const Index T = 70;
  TransformerRun run(made.model, T);
  run.Append(RandomIds(T, 71), LogitsWanted::kNone);
  Finish(run);
  const std::vector<HeadSummary> summaries = SummarizeHeads(run, Part::kDecoder, 1);
  REQUIRE(summaries.size() == 6);
  const TraceTensor pattern = run.ComputeTrace("blocks.1.attn.pattern", 4, 0, T);
  const auto weight = [&](Index t, Index s) { return double{pattern.data[static_cast<std::size_t>(t * T + s)]}; };
  double entropy = 0.0, distance = 0.0, previous = 0.0, first = 0.0;
  for (Index t = 0; t < T; ++t) {
    for (Index s = 0; s <= t; ++s) {
      if (weight(t, s) > 0) entropy -= weight(t, s) * std::log2(weight(t, s)) / 70.0;
      distance += weight(t, s) * static_cast<double>(t - s) / 70.0;
    }
    first += weight(t, 0) / 70.0;
    if (t > 0) previous += weight(t, t - 1) / 69.0;
  }
  CHECK(summaries[4].entropy == doctest::Approx(entropy).epsilon(1e-6));
  CHECK(summaries[4].distance == doctest::Approx(distance).epsilon(1e-6));
  CHECK(summaries[4].first_token == doctest::Approx(first).epsilon(1e-6));
  CHECK(summaries[4].previous_token == doctest::Approx(previous).epsilon(1e-6));
  // 70 tokens in blocks of 2 give 35 × 35 cells.
  REQUIRE(summaries[4].picture.shape == std::vector<Index>{35, 35});
  CHECK(summaries[4].picture.data[3 * 35 + 1] ==
        static_cast<float>(std::max({weight(6, 2), weight(6, 3), weight(7, 2), weight(7, 3)})));
  CHECK(summaries[4].picture.data[1 * 35 + 3] == 0.0f);
}

TEST_CASE("rollout: equals the product of mixing matrices, rows sum to one, and any rows can be requested") {
  const RandomModel made = MakeRandomModel(OddConfig());
  const Index T = 13;
  const std::vector<std::int32_t> ids = RandomIds(T, 71);
  TransformerRun run(made.model, T);
  run.Append(ids, LogitsWanted::kNone);
  Finish(run);
  const reference::Result expected =
      reference::Forward(made.model->config(), made.parameters, {ids.begin(), ids.end()});
  reference::MatrixXd product = reference::MatrixXd::Identity(T, T);
  for (const char* layer : {"blocks.0.attn.pattern", "blocks.1.attn.pattern"}) {
    reference::MatrixXd mean = reference::MatrixXd::Zero(T, T);
    for (const auto& head : expected.heads.at(layer)) mean += head / 6.0;
    product = 0.5 * (mean + reference::MatrixXd::Identity(T, T)) * product;
  }
  const TraceTensor all = Rollout(run, Part::kDecoder, 0, T);
  const TraceTensor some = Rollout(run, Part::kDecoder, 4, 3);
  REQUIRE(some.shape == std::vector<Index>{3, 7});
  for (Index t = 0; t < T; ++t) {
    double sum = 0.0;
    for (Index s = 0; s < T; ++s) {
      const double value = all.data[static_cast<std::size_t>(t * T + s)];
      sum += value;
      CHECK(std::abs(value - product(t, s)) < 1e-5);
      if (t >= 4 && t < 7 && s < 7)
        CHECK(some.data[static_cast<std::size_t>((t - 4) * 7 + s)] == doctest::Approx(value));
    }
    CHECK(sum == doctest::Approx(1.0).epsilon(1e-5));
  }
}

}  // namespace attenscope
