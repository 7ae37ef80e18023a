// Compares whole runs with the Transformer in Eigen and float64.
#include "model_helpers.h"
#include "transformer/compute_trace.h"
#include "transformer/transformer_run.h"

namespace attenscope {

using testing::CodeOf;
using testing::Difference;
using testing::Finish;
using testing::MakeRandomModel;
using testing::OddConfig;
using testing::RandomIds;
using testing::RandomModel;

namespace {

reference::Result Expected(const RandomModel& made, const std::vector<std::int32_t>& ids,
                           const reference::HeadFactors& factors = {}) {
  return reference::Forward(made.model->config(), made.parameters, {ids.begin(), ids.end()}, factors);
}

double LargestDifference(ConstMatrix found, const reference::MatrixXd& expected) {
  REQUIRE(found.shape[0] == expected.rows());
  REQUIRE(found.shape[1] == expected.cols());
  double worst = 0.0;
  for (Index r = 0; r < found.shape[0]; ++r) {
    for (Index c = 0; c < found.shape[1]; ++c) worst = std::max(worst, Difference(double{found(r, c)}, expected(r, c)));
  }
  return worst;
}

ConstMatrix AsMatrix(const TraceTensor& tensor) {
  REQUIRE(tensor.shape.size() == 2);
  return {tensor.data.data(), {tensor.shape[0], tensor.shape[1]}};
}

}  // namespace

TEST_CASE("run: logits equal the reference, for one token, a tile, a chunk and more") {
  const RandomModel made = MakeRandomModel(OddConfig());
  for (Index T : {1, 5, 6, 7, 96, 97, 200}) {
    CAPTURE(T);
    const std::vector<std::int32_t> ids = RandomIds(T, 71);
    TransformerRun run(made.model, T);
    run.Append(ids, LogitsWanted::kAll);
    Finish(run);
    CHECK(run.length() == T);
    CHECK(LargestDifference(run.logits(), Expected(made, ids).logits) < 1e-4);
  }
}

TEST_CASE("run: biases and a tied embedding equal the reference") {
  Config config = OddConfig();
  config.attention_bias = config.output_bias = config.feed_forward_bias = config.tied_embedding = true;
  const RandomModel made = MakeRandomModel(config, 5);
  const std::vector<std::int32_t> ids = RandomIds(21, 71);
  TransformerRun run(made.model, 21);
  run.Append(ids, LogitsWanted::kAll);
  Finish(run);
  CHECK(LargestDifference(run.logits(), Expected(made, ids).logits) < 1e-4);
}

TEST_CASE("run: token by token gives the same bits as all tokens at once") {
  const RandomModel made = MakeRandomModel(OddConfig());
  const Index T = 113;
  const std::vector<std::int32_t> ids = RandomIds(T, 71);
  TransformerRun whole(made.model, T);
  whole.Append(ids, LogitsWanted::kAll);
  Finish(whole);
  TransformerRun stepwise(made.model, 300);
  for (Index t = 0; t < T; ++t) {
    stepwise.Append(std::span(ids).subspan(static_cast<std::size_t>(t), 1), LogitsWanted::kLast);
    Finish(stepwise);
    REQUIRE(std::memcmp(&whole.logits()(t, 0), stepwise.logits().data, 71 * sizeof(float)) == 0);
  }
  const TraceTensor a = whole.ComputeTrace("blocks.1.attn.pattern", -1, 0, T);
  const TraceTensor b = stepwise.ComputeTrace("blocks.1.attn.pattern", -1, 0, T);
  CHECK(std::memcmp(a.data.data(), b.data.data(), a.data.size() * sizeof(float)) == 0);
}

TEST_CASE("run: only the requested logits are stored") {
  const RandomModel made = MakeRandomModel(OddConfig());
  const std::vector<std::int32_t> ids = RandomIds(100, 71);
  TransformerRun last(made.model, 100), none(made.model, 100), all(made.model, 100);
  last.Append(ids, LogitsWanted::kLast);
  none.Append(ids, LogitsWanted::kNone);
  all.Append(ids, LogitsWanted::kAll);
  Finish(last);
  Finish(none);
  Finish(all);
  CHECK(none.logits().shape[0] == 0);
  REQUIRE(last.logits().shape[0] == 1);
  CHECK(std::memcmp(last.logits().data, &all.logits()(99, 0), 71 * sizeof(float)) == 0);
  CHECK(CodeOf([&] { none.Sample({}, 1); }) == ErrorCode::kOption);
}

TEST_CASE("run: every traced tensor equals the reference, for all tokens and for some") {
  const RandomModel made = MakeRandomModel(OddConfig());
  const Index T = 113, first = 98, some = 9;
  const std::vector<std::int32_t> ids = RandomIds(T, 71);
  const reference::Result expected = Expected(made, ids);
  TransformerRun run(made.model, T);
  run.Append(ids, LogitsWanted::kNone);
  Finish(run);
  for (Index layer = 0; layer < 2; ++layer) {
    const std::string at = "blocks." + std::to_string(layer) + ".";
    for (Index head = 0; head < 6; ++head) {
      const auto n = static_cast<std::size_t>(head);
      const auto compare = [&](const char* name, const reference::MatrixXd& all, bool keys) {
        CHECK(LargestDifference(AsMatrix(run.ComputeTrace(at + name, head, 0, T)), all) < 1e-4);
        const TraceTensor part = run.ComputeTrace(at + name, head, first, some);
        CHECK(LargestDifference(AsMatrix(part), all.block(first, 0, some, keys ? first + some : all.cols())) < 1e-4);
      };
      for (const char* name : {"attn.scores", "attn.scaled", "attn.pattern"}) {
        compare(name, expected.heads.at(at + name)[n], true);
      }
      compare("attn.head_output", expected.heads.at(at + "attn.head_output")[n], false);
    }
    for (const char* name : {"attn.output", "feed_forward.output", "residual"}) {
      const reference::MatrixXd& all = expected.streams.at(at + name);
      CHECK(LargestDifference(AsMatrix(run.ComputeTrace(at + name, -1, 0, T)), all) < 1e-4);
      CHECK(LargestDifference(AsMatrix(run.ComputeTrace(at + name, -1, first, some)), all.middleRows(first, some)) <
            1e-4);
    }
  }
  // Tracing does not change the run.
  run.Append(RandomIds(0, 71), LogitsWanted::kNone);
  CHECK(run.length() == T);
}

TEST_CASE("run: queries, keys and values have the documented shapes") {
  const RandomModel made = MakeRandomModel(OddConfig());
  TransformerRun run(made.model, 20);
  run.Append(RandomIds(20, 71), LogitsWanted::kNone);
  Finish(run);
  CHECK(run.ComputeTrace("blocks.0.attn.q", -1, 0, 20).shape == std::vector<Index>{6, 20, 10});
  CHECK(run.ComputeTrace("blocks.0.attn.k", -1, 3, 5).shape == std::vector<Index>{2, 8, 10});
  CHECK(run.ComputeTrace("blocks.1.attn.v", 1, 0, 20).shape == std::vector<Index>{20, 10});
  // scores = q · k, from the traced q and k. Query head 4 uses key/value head 1.
  const TraceTensor q = run.ComputeTrace("blocks.0.attn.q", 4, 0, 20);
  const TraceTensor k = run.ComputeTrace("blocks.0.attn.k", 1, 0, 20);
  const TraceTensor scores = run.ComputeTrace("blocks.0.attn.scores", 4, 0, 20);
  for (std::size_t t = 0; t < 20; ++t) {
    for (std::size_t s = 0; s < 20; ++s) {
      double sum = 0.0;
      for (std::size_t h = 0; h < 10; ++h) sum += double{q.data[t * 10 + h]} * double{k.data[s * 10 + h]};
      CHECK(std::abs(scores.data[t * 20 + s] - sum) < 1e-4);
    }
  }
}

TEST_CASE("run: a zeroed and a scaled head equal the reference; no edits give the same bits") {
  const RandomModel made = MakeRandomModel(OddConfig());
  const std::vector<std::int32_t> ids = RandomIds(40, 71);
  const auto logits = [&](const std::vector<Edit>& edits) {
    TransformerRun run(made.model, 40);
    run.SetEdits(edits);
    run.Append(ids, LogitsWanted::kAll);
    Finish(run);
    const ConstMatrix view = run.logits();
    return std::vector<float>(view.data, view.data + view.size());
  };
  const auto view = [](const std::vector<float>& numbers) { return ConstMatrix(numbers.data(), {40, 71}); };
  const std::vector<float> zero = logits({{.at = "blocks.0.attn.pattern", .op = "zero", .head = 3}});
  CHECK(LargestDifference(view(zero), Expected(made, ids, {{{"blocks.0.attn.pattern", 3}, 0.0}}).logits) < 1e-4);
  const std::vector<float> scaled = logits({{.at = "blocks.1.attn.pattern", .op = "scale", .head = 5, .value = 0.25}});
  CHECK(LargestDifference(view(scaled), Expected(made, ids, {{{"blocks.1.attn.pattern", 5}, 0.25}}).logits) < 1e-4);
  CHECK(LargestDifference(view(scaled), Expected(made, ids).logits) > 1e-3);
  CHECK(logits({}) == logits({}));
}

TEST_CASE("run: too many tokens, unknown ids and late edits throw and leave the run usable") {
  const RandomModel made = MakeRandomModel(OddConfig());
  CHECK(CodeOf([&] { TransformerRun(made.model, 0); }) == ErrorCode::kTooLong);
  CHECK(CodeOf([&] { TransformerRun(made.model, 301); }) == ErrorCode::kTooLong);
  TransformerRun run(made.model, 4);
  CHECK(CodeOf([&] { run.Append(RandomIds(5, 71), LogitsWanted::kNone); }) == ErrorCode::kTooLong);
  CHECK(CodeOf([&] { run.Append(std::vector<std::int32_t>{0, 71}, LogitsWanted::kNone); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { run.Append(std::vector<std::int32_t>{-1}, LogitsWanted::kNone); }) == ErrorCode::kOption);
  CHECK(run.progress().total == 0);
  run.Append(RandomIds(4, 71), LogitsWanted::kLast);
  CHECK(CodeOf([&] { run.SetEdits({}); }) == ErrorCode::kOption);
  Finish(run);
  CHECK(run.length() == 4);
  CHECK(CodeOf([&] { run.Append(RandomIds(1, 71), LogitsWanted::kNone); }) == ErrorCode::kTooLong);
}

TEST_CASE("run: a run with nothing to compute makes no step") {
  const RandomModel made = MakeRandomModel(OddConfig());
  TransformerRun run(made.model, 4);
  CHECK_FALSE(run.Step());
  run.Append({}, LogitsWanted::kAll);
  CHECK_FALSE(run.Step());
  CHECK(run.logits().size() == 0);
}

}  // namespace attenscope
