// Compares whole runs of the recurrent models with the float64 reference: logits, every traced tensor, and edits.
#include "recurrent_helpers.h"

namespace attenscope {

using testing::Classified;
using testing::ClassifierConfig;
using testing::CodeOf;
using testing::Difference;
using testing::Finish;
using testing::MakeRecurrent;
using testing::RandomIds;
using testing::RecurrentModel;
using testing::Seq2SeqConfig;
using testing::Translated;

namespace {

const std::vector<RecurrentConfig> kClassifiers{ClassifierConfig(1, false), ClassifierConfig(1, true),
                                                ClassifierConfig(3, true)};
const std::vector<RecurrentConfig> kTranslators{
    Seq2SeqConfig(RecurrentContext::kAttention, 0), Seq2SeqConfig(RecurrentContext::kPooled, 0, 1, false),
    Seq2SeqConfig(RecurrentContext::kAttention, 3, 2), Seq2SeqConfig(RecurrentContext::kPooled, 1, 2)};

/// Compares every traced name of the model, for all tokens and for some.
void CheckTraces(Run& run, const Recurrent& model, const reference::Traced& expected, Index S, Index T) {
  std::size_t pictures = 0;
  for (const std::string& name : model.TraceNames()) {
    CAPTURE(name);
    if (name.ends_with(".picture")) {  // a downsampled pattern, see picture_test.cpp
      ++pictures;
      continue;
    }
    REQUIRE(expected.count(name) == 1);
    const bool target = name.starts_with("decoder.");
    const Index all = target ? T : S;
    const TraceTensor whole = run.ComputeTrace(name, -1, 0, all);
    CHECK(whole.shape == model.TraceShape(name, all, S));
    CHECK(Difference(whole, expected.at(name)) < 1e-4);
    if (whole.shape.size() == 3) {
      const Index last = whole.shape[0] - 1;
      const TraceTensor one = run.ComputeTrace(name, last, 0, all);
      const TraceTensor part = run.ComputeTrace(name, -1, all - 1, 1);
      CHECK(one.shape == std::vector<Index>{whole.shape[1], whole.shape[2]});
      CHECK(std::equal(one.data.rbegin(), one.data.rend(), whole.data.rbegin()));
      CHECK(std::equal(part.data.end() - whole.shape[2], part.data.end(), whole.data.end() - whole.shape[2]));
    } else {
      CHECK(CodeOf([&] { run.ComputeTrace(name, 0, 0, all); }) == ErrorCode::kOption);
    }
  }
  CHECK(expected.size() + pictures == model.TraceNames().size() + 1);
}

}  // namespace

TEST_CASE("recurrent classifier: logits and every traced tensor equal the reference, from one token to two chunks") {
  for (const RecurrentConfig& config : kClassifiers) {
    const RecurrentModel made = MakeRecurrent(config);
    for (Index S : {1, 2, 19, 113}) {
      CAPTURE(S);
      const std::vector<std::int32_t> ids = RandomIds(S, config.vocabulary);
      const reference::Traced expected = reference::RecurrentReference(config, made.parameters).Classify(ids);
      const std::unique_ptr<Run> run = Classified(made, ids);
      CHECK(run->length() == S);
      CHECK(Difference(run->logits(), expected.at("logits")) < 1e-4);
      CheckTraces(*run, *made.model, expected, S, S);
    }
  }
}

TEST_CASE("recurrent seq2seq: logits and every traced tensor equal the reference, in all four forms") {
  for (const RecurrentConfig& config : kTranslators) {
    const RecurrentModel made = MakeRecurrent(config);
    for (const auto& [S, T] : {std::pair<Index, Index>{1, 1}, {17, 1}, {1, 8}, {113, 9}}) {
      CAPTURE(S);
      const std::vector<std::int32_t> source = RandomIds(S, config.vocabulary),
                                      target = RandomIds(T, config.vocabulary, 9);
      const reference::Traced expected =
          reference::RecurrentReference(config, made.parameters).Translate(source, target);
      const std::unique_ptr<Run> run = Translated(made, source, target);
      CHECK(Difference(run->logits(), expected.at("logits")) < 1e-4);
      CheckTraces(*run, *made.model, expected, S, T);
    }
  }
}

TEST_CASE("recurrent seq2seq: token by token gives the same bits as all at once, in a run with a larger capacity") {
  for (const RecurrentConfig& config : kTranslators) {
    const RecurrentModel made = MakeRecurrent(config);
    const std::vector<std::int32_t> source = RandomIds(21, 23), target = RandomIds(9, 23, 9);
    const std::unique_ptr<Run> whole = Translated(made, source, target);
    const std::unique_ptr<Run> stepwise = made.model->CreateRun(40, 60);
    stepwise->SetSource(source);
    for (Index t = 0; t < 9; ++t) {
      stepwise->Append(std::span(target).subspan(static_cast<std::size_t>(t), 1), LogitsWanted::kLast);
      Finish(*stepwise);
      CHECK(std::memcmp(&whole->logits()(t, 0), stepwise->logits().data, 23 * sizeof(float)) == 0);
    }
    for (const std::string& name : made.model->TraceNames()) {
      const Index rows = name.starts_with("decoder.") ? 9 : 21;
      CHECK(whole->ComputeTrace(name, -1, 0, rows).data == stepwise->ComputeTrace(name, -1, 0, rows).data);
    }
  }
}

TEST_CASE("recurrent: an edited pattern changes the context vector, and in a decoder all later steps") {
  const auto scale = [](const std::string& place, Index head, Index query, Index key, double factor) {
    return [=](const std::string& at, Index h, Index q, reference::RowVectorXd& row) {
      if (at != place || (head >= 0 && h != head) || (query >= 0 && q != query)) return;
      if (key < 0) row *= factor;
      if (key >= 0 && key < row.size()) row(key) *= factor;
    };
  };
  for (const RecurrentConfig& config : kClassifiers) {
    const RecurrentModel made = MakeRecurrent(config);
    const std::vector<std::int32_t> ids = RandomIds(12, 23);
    const std::string at = "blocks." + std::to_string(config.layers - 1) + ".attn.pattern";
    const reference::Traced expected =
        reference::RecurrentReference(config, made.parameters, scale(at, -1, -1, 4, 3.0)).Classify(ids);
    const std::unique_ptr<Run> run = Classified(made, ids, {{.at = at, .op = "scale", .key = 4, .value = 3.0}});
    CHECK(Difference(run->logits(), expected.at("logits")) < 1e-4);
    CHECK(Difference(run->ComputeTrace(at, -1, 0, 12), expected.at(at)) < 1e-5);
    CHECK(Difference(Classified(made, ids)->logits(), expected.at("logits")) > 1e-3);
  }
  for (const RecurrentConfig& config : kTranslators) {
    const RecurrentModel made = MakeRecurrent(config);
    const std::vector<std::int32_t> source = RandomIds(12, 23), target = RandomIds(6, 23, 9);
    const std::string cross = "decoder.blocks.0.cross.pattern", self = "encoder.blocks.1.attn.pattern";
    const Index query = config.Pools() ? 0 : 2;
    const reference::Traced expected =
        reference::RecurrentReference(config, made.parameters, scale(cross, 0, query, -1, 0.0))
            .Translate(source, target);
    const std::unique_ptr<Run> run =
        Translated(made, source, target, {{.at = cross, .op = "zero", .head = 0, .query = query}});
    CHECK(Difference(run->logits(), expected.at("logits")) < 1e-4);
    CHECK(Difference(run->ComputeTrace("decoder.blocks.0.cross.head_output", -1, 0, 6),
                     expected.at("decoder.blocks.0.cross.head_output")) < 1e-4);
    const std::unique_ptr<Run> plain = Translated(made, source, target);
    const auto differs = [&](Index t) {
      return std::memcmp(&run->logits()(t, 0), &plain->logits()(t, 0), 23 * sizeof(float)) != 0;
    };
    for (Index t = 0; t < 6; ++t) CHECK(differs(t) == (t >= query));
    if (config.encoder_heads == 0) continue;
    const reference::Traced other =
        reference::RecurrentReference(config, made.parameters, scale(self, 0, 5, -1, 0.5)).Translate(source, target);
    const std::unique_ptr<Run> edited =
        Translated(made, source, target, {{.at = self, .op = "scale", .head = 0, .query = 5, .value = 0.5}});
    CHECK(Difference(edited->logits(), other.at("logits")) < 1e-4);
    CHECK(Difference(edited->ComputeTrace("encoder.blocks.1.attn.output", -1, 0, 12),
                     other.at("encoder.blocks.1.attn.output")) < 1e-4);
  }
}

TEST_CASE("recurrent: a source can be read and traced before there is a target") {
  const RecurrentModel made = MakeRecurrent(kTranslators[2]);
  const std::unique_ptr<Run> run = made.model->CreateRun(5, 30);
  run->SetSource(RandomIds(30, 23));
  CHECK(run->progress().total == 30);
  CHECK(run->ComputeTrace("encoder.embedding", -1, 0, 0).data.empty());
  CHECK(CodeOf([&] { run->ComputeTrace("encoder.embedding", -1, 0, 1); }) == ErrorCode::kOption);
  Finish(*run);
  CHECK(run->progress().done == 30);
  CHECK(run->length() == 0);
  CHECK(run->ComputeTrace("encoder.blocks.1.attn.pattern", 2, 0, 30).shape == std::vector<Index>{30, 30});
  CHECK(CodeOf([&] { run->ComputeTrace("decoder.blocks.0.cross.pattern", -1, 0, 1); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { run->Sample({}, 1); }) == ErrorCode::kOption);
}

TEST_CASE("recurrent: parts name their patterns, and a part without attention has no layers") {
  const std::unique_ptr<Run> classifier = Classified(MakeRecurrent(kClassifiers[2]), RandomIds(6, 23));
  const PatternInfo pooling = classifier->Patterns(Part::kEncoder, 0);
  CHECK(pooling.name == "blocks.2.attn.pattern");
  CHECK(pooling.queries == 1);
  CHECK(pooling.keys == 6);
  CHECK(CodeOf([&] { classifier->AttentionLayers(Part::kCross); }) == ErrorCode::kOption);
  const std::unique_ptr<Run> translator =
      Translated(MakeRecurrent(kTranslators[2]), RandomIds(6, 23), RandomIds(4, 23));
  CHECK(translator->AttentionLayers(Part::kDecoder) == 0);
  CHECK(translator->Patterns(Part::kEncoder, 0).name == "encoder.blocks.1.attn.pattern");
  CHECK(translator->Patterns(Part::kEncoder, 0).heads == 3);
  const PatternInfo cross = translator->Patterns(Part::kCross, 0);
  CHECK(cross.queries == 4);
  CHECK(cross.keys == 6);
  CHECK_FALSE(cross.causal);
  CHECK(CodeOf([&] { translator->Patterns(Part::kCross, 1); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { translator->Patterns(Part::kDecoder, 0); }) == ErrorCode::kOption);
}

}  // namespace attenscope
