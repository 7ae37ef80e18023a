// Tests runs that restart with other edits: they have the same bits as a fresh run, for less work.
#include "recurrent_helpers.h"
#include "transformer/transformer_run.h"

namespace attenscope {

using testing::CodeOf;
using testing::Finish;
using testing::MakeRandomModel;
using testing::MakeRecurrent;
using testing::OddConfig;
using testing::OddTranslator;
using testing::RandomIds;
using testing::RandomModel;

namespace {

std::vector<float> LogitsOf(const Run& run) {
  const ConstMatrix view = run.logits();
  return std::vector<float>(view.data, view.data + view.size());
}

/// Restarts one run with each list of edits in turn, and compares it with a fresh run.
template <class Make>
void CheckRestarts(const std::vector<std::vector<Edit>>& lists, const Make& make) {
  const std::unique_ptr<Run> again = make({});
  const std::vector<float> plain = LogitsOf(*again);
  for (const std::vector<Edit>& edits : lists) {
    again->Restart(edits, LogitsWanted::kAll);
    Finish(*again);
    const std::unique_ptr<Run> fresh = make(edits);
    CHECK(LogitsOf(*again) == LogitsOf(*fresh));
    CHECK(LogitsOf(*again) != plain);
  }
  again->Restart({}, LogitsWanted::kAll);
  Finish(*again);
  CHECK(LogitsOf(*again) == plain);
}

std::vector<Edit> Configured(const std::string& at, const AttentionSetting& setting) {
  return {{.at = at, .op = "configure", .setting = setting}};
}

}  // namespace

TEST_CASE("restart: a decoder's runs have the same bits as fresh runs, wherever the edits are") {
  const RandomModel made = MakeRandomModel(OddConfig());
  const std::vector<std::int32_t> ids = RandomIds(110, 71);  // more than one group of rows
  CheckRestarts({{{.at = "blocks.1.attn.pattern", .op = "zero", .head = 2}},
                 {{.at = "blocks.0.attn.head_output", .op = "scale", .head = 1, .value = -1.0}},
                 {{.at = "final_norm", .op = "scale", .value = 2.0}},
                 {{.at = "blocks.1.attn.k", .op = "zero", .head = 1}},
                 {{.at = "embedding", .op = "zero", .query = 7}},
                 {{.at = "blocks.0.residual", .op = "zero", .query = 100}},
                 {{.at = "blocks.1.feed_forward.output", .op = "zero"}},
                 Configured("blocks.1.attn", {.temperature = 0.5f}),
                 {{.at = "positions", .op = "configure", .position = PositionSetting{}}}},
                [&](const std::vector<Edit>& edits) -> std::unique_ptr<Run> {
                  auto run = std::make_unique<TransformerRun>(made.model, 110);
                  run->SetEdits(edits);
                  run->Append(ids, LogitsWanted::kAll);
                  Finish(*run);
                  return run;
                });
}

TEST_CASE("restart: an encoder–decoder's edits of the encoder, the decoder and the cross-attention") {
  const RandomModel made = MakeRandomModel(OddTranslator());
  const std::vector<std::int32_t> source = RandomIds(14, 71), target = RandomIds(11, 71);
  CheckRestarts({{{.at = "decoder.blocks.2.cross.pattern", .op = "zero", .head = 2}},
                 {{.at = "encoder.blocks.1.attn.pattern", .op = "zero", .head = 2}},
                 {{.at = "decoder.blocks.0.cross.k", .op = "zero", .key = 3}},
                 {{.at = "encoder.embedding", .op = "zero", .query = 3}},
                 {{.at = "decoder.blocks.0.attn.q", .op = "zero", .query = 3}},
                 {{.at = "encoder.positions", .op = "configure", .position = PositionSetting{}}}},
                [&](const std::vector<Edit>& edits) -> std::unique_ptr<Run> {
                  auto run = std::make_unique<TransformerRun>(made.model, 11, 14);
                  run->SetEdits(edits);
                  run->SetSource(source);
                  run->Append(target, LogitsWanted::kAll);
                  Finish(*run);
                  return run;
                });
}

TEST_CASE("restart: recurrent models, from the embedding to the last attention") {
  const testing::RecurrentModel classifier = MakeRecurrent(testing::ClassifierConfig(2, true));
  CheckRestarts({{{.at = "blocks.1.attn.pattern", .op = "zero", .key = 2}},
                 {{.at = "embedding", .op = "zero", .query = 2}},
                 {{.at = "blocks.1.attn.v", .op = "zero", .key = 2}}},
                [&](const std::vector<Edit>& edits) { return Classified(classifier, RandomIds(12, 23), edits); });
  const testing::RecurrentModel translator =
      MakeRecurrent(testing::Seq2SeqConfig(RecurrentContext::kAttention, 3, 2, true));
  CheckRestarts({{{.at = "decoder.blocks.0.cross.pattern", .op = "mean"}},
                 {{.at = "encoder.blocks.1.attn.pattern", .op = "zero", .head = 2}},
                 {{.at = "decoder.embedding", .op = "zero", .query = 1}},
                 {{.at = "encoder.blocks.1.attn.q", .op = "zero", .head = 1}},
                 Configured("decoder.blocks.0.cross", {.hidden_keys = {4}})},
                [&](const std::vector<Edit>& edits) {
                  return Translated(translator, RandomIds(12, 23), RandomIds(5, 23), edits);
                });
}

TEST_CASE("restart: later tokens are the same as without a restart") {
  const RandomModel made = MakeRandomModel(OddConfig());
  const std::vector<Edit> edits{{.at = "blocks.1.attn.pattern", .op = "zero", .head = 0}};
  const auto grown = [&](bool restarted) {
    TransformerRun run(made.model, 12);
    if (!restarted) run.SetEdits(edits);
    run.Append(RandomIds(9, 71), LogitsWanted::kLast);
    Finish(run);
    if (restarted) run.Restart(edits, LogitsWanted::kNone);
    Finish(run);
    run.Append(RandomIds(3, 71), LogitsWanted::kAll);
    Finish(run);
    return LogitsOf(run);
  };
  CHECK(grown(true) == grown(false));
}

TEST_CASE("restart: ablating each head of 6 layers of 8 heads, on 32 tokens, costs at most 0.6 of as many whole runs") {
  Config config = OddConfig();
  config.layers = 6;
  config.heads = config.key_value_heads = 8;
  config.head_width = 8;
  config.width = 64;
  config.feed_forward_width = 172;
  const RandomModel made = MakeRandomModel(config);
  const std::vector<std::int32_t> ids = RandomIds(32, 71);
  TransformerRun run(made.model, 32);
  run.Append(ids, LogitsWanted::kLast);
  Finish(run);
  const std::uint64_t whole = run.work();
  for (Index layer = 5; layer >= 0; --layer) {
    for (Index head = 0; head < 8; ++head) {
      const std::string at = "blocks." + std::to_string(layer) + ".attn.head_output";
      run.Restart({{.at = at, .op = "zero", .head = head}}, LogitsWanted::kLast);
      Finish(run);
    }
  }
  const double ratio = static_cast<double>(run.work() - whole) / static_cast<double>(48 * whole);
  MESSAGE("48 ablations cost ", ratio, " of 48 whole runs, in multiply-adds");
  CHECK(ratio <= 0.6);
}

TEST_CASE("restart: throws while tokens are still to be computed, and an invalid edit leaves the run as it was") {
  const RandomModel made = MakeRandomModel(OddConfig());
  TransformerRun run(made.model, 12);
  run.Append(RandomIds(9, 71), LogitsWanted::kAll);
  CHECK(CodeOf([&] { run.Restart({}, LogitsWanted::kAll); }) == ErrorCode::kOption);
  Finish(run);
  const std::vector<float> before = LogitsOf(run);
  CHECK(CodeOf([&] { run.Restart({{.at = "blocks.7.attn.pattern", .op = "zero"}}, LogitsWanted::kNone); }) ==
        ErrorCode::kOption);
  CHECK(!run.Step());
  CHECK(LogitsOf(run) == before);
}

}  // namespace attenscope
