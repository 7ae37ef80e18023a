// Compares every option of a config with the Transformer in float64: logits and all traced tensors.
#include "model_helpers.h"
#include "transformer/trace_names.h"
#include "transformer/transformer_run.h"

namespace attenscope {

using testing::CodeOf;
using testing::Finish;
using testing::MakeRandomModel;
using testing::OddConfig;
using testing::OddTranslator;
using testing::RandomIds;
using testing::RandomModel;

namespace {

/// Runs all of `target`, after `source` if the model has an encoder.
std::unique_ptr<TransformerRun> RunAll(const RandomModel& made, const std::vector<std::int32_t>& source,
                                       const std::vector<std::int32_t>& target, const std::vector<Edit>& edits = {}) {
  const bool encoder = made.model->config().HasEncoder();
  auto run = std::make_unique<TransformerRun>(made.model, static_cast<Index>(target.size()),
                                              encoder ? static_cast<Index>(source.size()) : 0);
  run->SetEdits(edits);
  if (encoder) run->SetSource(source);
  run->Append(target, LogitsWanted::kAll);
  Finish(*run);
  return run;
}

/// Returns the largest difference. The difference is relative to the largest number if that number is above one,
/// because scores grow from layer to layer.
double Difference(const float* found, const reference::MatrixXd& expected) {
  const double scale = std::max(1.0, expected.size() > 0 ? expected.cwiseAbs().maxCoeff() : 0.0);
  double worst = 0.0;
  for (Index r = 0; r < expected.rows(); ++r) {
    for (Index c = 0; c < expected.cols(); ++c) {
      const double difference = std::abs(found[r * expected.cols() + c] - expected(r, c)) / scale;
      worst = difference <= worst ? worst : difference;
    }
  }
  return worst;
}

/// Compares the logits and every traced tensor except masked scores, which follow from the scaled scores, and pictures,
/// which follow from patterns.
void CheckAgainstReference(const Config& config, Index S = 13, Index T = 9) {
  const RandomModel made = MakeRandomModel(config, 3);
  const Index source_ids = config.encoder_vocabulary > 0 ? config.encoder_vocabulary : config.vocabulary;
  const std::vector<std::int32_t> source = RandomIds(S, source_ids, 5), target = RandomIds(T, config.vocabulary);
  const auto run = RunAll(made, source, target);
  const reference::Result expected =
      reference::Forward(config, made.parameters, {target.begin(), target.end()}, {}, {source.begin(), source.end()});
  REQUIRE(run->logits().shape == std::array<Index, 2>{T, config.vocabulary});
  CHECK(Difference(run->logits().data, expected.logits) < 1e-4);
  for (const std::string& name : TraceNames(config)) {
    CAPTURE(name);
    if (name.ends_with(".masked") || name.ends_with(".picture")) continue;
    const TraceTensor found = run->ComputeTrace(name, -1, 0, name.starts_with("encoder.") ? S : T);
    const auto stream = expected.streams.find(name);
    if (stream != expected.streams.end()) {
      REQUIRE(found.shape == std::vector<Index>{stream->second.rows(), stream->second.cols()});
      CHECK(Difference(found.data.data(), stream->second) < 1e-4);
      continue;
    }
    const std::vector<reference::MatrixXd>& heads = expected.heads.at(name);
    REQUIRE(found.shape == std::vector<Index>{static_cast<Index>(heads.size()), heads[0].rows(), heads[0].cols()});
    for (std::size_t head = 0; head < heads.size(); ++head) {
      CHECK(Difference(found.data.data() + head * static_cast<std::size_t>(heads[0].size()), heads[head]) < 1e-4);
    }
  }
}

}  // namespace

TEST_CASE("families: every option of a decoder-only model equals the reference") {
  const auto check = [](const std::string& what, auto change) {
    CAPTURE(what);
    Config config = OddConfig();
    change(config);
    CheckAgainstReference(config);
  };
  check("as it is", [](Config&) {});
  check("layer norm", [](Config& c) { c.norm = NormKind::kLayer; });
  check("norms after", [](Config& c) { c.norm_position = NormPosition::kAfter; });
  check("no final norm", [](Config& c) { c.final_norm = false; });
  check("embedding norm", [](Config& c) { c.embedding_norm = true; });
  check("embedding scale", [](Config& c) { c.embedding_scale = 6.0f; });
  check("no positions", [](Config& c) { c.position = PositionKind::kNone; });
  check("sinusoidal positions", [](Config& c) { c.position = PositionKind::kSinusoidal; });
  check("learned positions", [](Config& c) { c.position = PositionKind::kLearned; });
  check("learned positions from the third row", [](Config& c) {
    c.position = PositionKind::kLearned;
    c.position_offset = 2;
  });
  check("heads of odd width", [](Config& c) {
    c.position = PositionKind::kNone;
    c.head_width = 7;
  });
  for (const Nonlinearity f :
       {Nonlinearity::kSilu, Nonlinearity::kRelu, Nonlinearity::kGelu, Nonlinearity::kGeluTanh}) {
    CAPTURE(static_cast<int>(f));
    check("gated", [&](Config& c) { c.activation = f; });
    check("plain", [&](Config& c) {
      c.activation = f;
      c.gated = false;
      c.feed_forward_bias = true;
    });
  }
  check("a bias of the logits", [](Config& c) { c.logits_bias = true; });
  check("both directions", [](Config& c) { c.causal = false; });
  check("GPT-2's form", [](Config& c) {
    c.norm = NormKind::kLayer;
    c.position = PositionKind::kLearned;
    c.activation = Nonlinearity::kGeluTanh;
    c.gated = false;
    c.attention_bias = c.output_bias = c.feed_forward_bias = c.tied_embedding = true;
  });
  check("BERT's form", [](Config& c) {
    c.norm = NormKind::kLayer;
    c.norm_position = NormPosition::kAfter;
    c.final_norm = c.gated = c.causal = false;
    c.embedding_norm = c.attention_bias = c.output_bias = c.feed_forward_bias = true;
    c.position = PositionKind::kLearned;
    c.activation = Nonlinearity::kGelu;
  });
}

TEST_CASE("families: every option of an encoder-decoder model equals the reference") {
  const auto check = [](const std::string& what, auto change) {
    CAPTURE(what);
    Config config = OddTranslator();
    change(config);
    CheckAgainstReference(config);
  };
  check("as it is", [](Config&) {});
  check("norms before, and final ones", [](Config& c) {
    c.norm_position = NormPosition::kBefore;
    c.final_norm = true;
  });
  check("BART's form", [](Config& c) {
    c.embedding_norm = true;
    c.embedding_scale = 1.0f;
    c.position = PositionKind::kLearned;
    c.position_offset = 2;
    c.activation = Nonlinearity::kGelu;
  });
  check("rotary positions, RMS norms, gates", [](Config& c) {
    c.position = PositionKind::kRotary;
    c.encoder.head_width = 12;
    c.norm = NormKind::kRms;
    c.gated = true;
  });
  check("grouped heads", [](Config& c) {
    c.key_value_heads = 2;
    c.encoder.key_value_heads = 1;
  });
  check("vocabularies of their own", [](Config& c) { c.encoder_vocabulary = 50; });
  check("an unembedding of its own", [](Config& c) { c.tied_embedding = false; });
}

TEST_CASE("families: sources and targets of many lengths, tiles and chunks equal the reference") {
  for (const auto [S, T] : {std::pair<Index, Index>{1, 1}, {1, 7}, {6, 1}, {97, 2}, {3, 100}, {200, 98}}) {
    CAPTURE(S);
    CAPTURE(T);
    CheckAgainstReference(OddTranslator(), S, T);
  }
  Config bidirectional = OddConfig();
  bidirectional.causal = false;
  for (Index T : {1, 6, 96, 97, 193}) CheckAgainstReference(bidirectional, 1, T);
}

TEST_CASE("families: token by token gives the same bits as all tokens at once") {
  const RandomModel made = MakeRandomModel(OddTranslator());
  const std::vector<std::int32_t> source = RandomIds(17, 71, 5), target = RandomIds(20, 71);
  const auto whole = RunAll(made, source, target);
  TransformerRun stepwise(made.model, 300, 300);
  stepwise.SetSource(source);
  for (std::size_t t = 0; t < target.size(); ++t) {
    stepwise.Append(std::span(target).subspan(t, 1), LogitsWanted::kLast);
    Finish(stepwise);
    REQUIRE(std::memcmp(&whole->logits()(static_cast<Index>(t), 0), stepwise.logits().data, 71 * sizeof(float)) == 0);
  }
  for (const char* name : {"encoder.blocks.1.attn.pattern", "decoder.blocks.2.cross.pattern"}) {
    const bool encoder = name[0] == 'e';
    CHECK(whole->ComputeTrace(name, -1, 0, encoder ? 17 : 20).data ==
          stepwise.ComputeTrace(name, -1, 0, encoder ? 17 : 20).data);
  }
}

TEST_CASE("families: edits of encoder, decoder and cross patterns equal the reference") {
  const RandomModel made = MakeRandomModel(OddTranslator());
  const std::vector<std::int32_t> source = RandomIds(12, 71, 5), target = RandomIds(8, 71);
  const auto expected = [&](const reference::HeadFactors& factors) {
    return reference::Forward(made.model->config(), made.parameters, {target.begin(), target.end()}, factors,
                              {source.begin(), source.end()})
        .logits;
  };
  const reference::MatrixXd plain = expected({});
  for (const auto& [name, head] : {std::pair<std::string, Index>{"encoder.blocks.1.attn.pattern", 2},
                                   {"decoder.blocks.0.attn.pattern", 5},
                                   {"decoder.blocks.2.cross.pattern", 1}}) {
    CAPTURE(name);
    const auto run = RunAll(made, source, target, {{.at = name, .op = "scale", .head = head, .value = 0.25}});
    CHECK(Difference(run->logits().data, expected({{{name, head}, 0.25}})) < 1e-4);
    CHECK(Difference(run->logits().data, plain) > 1e-3);
    const TraceTensor pattern = run->ComputeTrace(name, head, 0, name[0] == 'e' ? 12 : 8);
    double sum = 0.0;
    for (Index s = 0; s < pattern.shape[1]; ++s) sum += pattern.data[static_cast<std::size_t>(s)];
    CHECK(sum == doctest::Approx(0.25));
  }
  // Edits one weight of the cross-attention.
  const auto run = RunAll(made, source, target,
                          {{.at = "decoder.blocks.1.cross.pattern", .op = "zero", .head = 0, .query = 3, .key = 11}});
  const auto untouched = RunAll(made, source, target);
  const TraceTensor found = run->ComputeTrace("decoder.blocks.1.cross.pattern", 0, 0, 8);
  const TraceTensor before = untouched->ComputeTrace("decoder.blocks.1.cross.pattern", 0, 0, 8);
  for (std::size_t i = 0; i < found.data.size(); ++i) {
    CHECK(found.data[i] == (i == 3 * 12 + 11 ? 0.0f : before.data[i]));
  }
  // A trace of some of the queries contains the same edit.
  CHECK(run->ComputeTrace("decoder.blocks.1.cross.pattern", 0, 3, 1).data[11] == 0.0f);
}

TEST_CASE("families: invalid sources throw, and the run stays usable") {
  const RandomModel made = MakeRandomModel(OddTranslator()), alone = MakeRandomModel(OddConfig());
  CHECK(CodeOf([&] { TransformerRun(alone.model, 4, 4); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { TransformerRun(made.model, 4, 0); }) == ErrorCode::kTooLong);
  CHECK(CodeOf([&] { TransformerRun(made.model, 4, 301); }) == ErrorCode::kTooLong);
  CHECK(CodeOf([&] { TransformerRun(made.model, 301, 4); }) == ErrorCode::kTooLong);
  TransformerRun decoder(alone.model, 4);
  CHECK(CodeOf([&] { decoder.SetSource(RandomIds(2, 71)); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { decoder.Patterns(Part::kCross, 0); }) == ErrorCode::kOption);
  CHECK(decoder.Patterns(Part::kEncoder, 1).name == "blocks.1.attn.pattern");

  TransformerRun run(made.model, 4, 5);
  CHECK(CodeOf([&] { run.Append(RandomIds(2, 71), LogitsWanted::kNone); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { run.SetSource({}); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { run.SetSource(RandomIds(6, 71)); }) == ErrorCode::kTooLong);
  CHECK(CodeOf([&] { run.SetSource(std::vector<std::int32_t>{71}); }) == ErrorCode::kOption);
  CHECK(run.progress().total == 0);
  run.SetSource(RandomIds(5, 71));
  CHECK(CodeOf([&] { run.SetSource(RandomIds(5, 71)); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { run.SetEdits({}); }) == ErrorCode::kOption);
  run.Append(RandomIds(2, 71), LogitsWanted::kLast);
  CHECK(CodeOf([&] { run.ComputeTrace("encoder.embedding", -1, 0, 5); }) == ErrorCode::kOption);
  Finish(run);
  CHECK(run.progress().done == 7);
  CHECK(run.length() == 2);
  CHECK(run.Patterns(Part::kCross, 2).keys == 5);
  CHECK(CodeOf([&] { run.Patterns(Part::kEncoder, 2); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { run.ComputeTrace("encoder.embedding", -1, 0, 6); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { run.ComputeTrace("decoder.blocks.0.cross.q", -1, 0, 3); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { run.ComputeTrace("blocks.0.attn.q", -1, 0, 2); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { run.ComputeTrace("encoder.blocks.0.cross.q", -1, 0, 2); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { run.ComputeTrace("decoder.final_norm", -1, 0, 2); }) == ErrorCode::kOption);

  Config both = OddConfig();
  both.causal = false;
  TransformerRun once(MakeRandomModel(both).model, 9);
  once.Append(RandomIds(4, 71), LogitsWanted::kAll);
  Finish(once);
  CHECK(CodeOf([&] { once.Append(RandomIds(1, 71), LogitsWanted::kNone); }) == ErrorCode::kOption);
}

TEST_CASE("families: invalid configs throw an error with the field's name") {
  const auto refused = [](const std::string& field, auto change) {
    CAPTURE(field);
    Config config = OddTranslator();
    change(config);
    try {
      Transformer model(config);
      FAIL("the config was accepted");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::kBadModel);
      CHECK(std::string(error.what()).find(field) != std::string::npos);
    }
  };
  refused("encoder.layers", [](Config& c) { c.encoder.layers = -1; });
  refused("encoder.heads", [](Config& c) { c.encoder.heads = 0; });
  refused("encoder.key_value_heads", [](Config& c) { c.encoder.key_value_heads = 0; });
  refused("encoder.heads", [](Config& c) { c.encoder.key_value_heads = 2; });
  refused("encoder.head_width", [](Config& c) { c.position = PositionKind::kRotary; });
  refused("encoder.feed_forward_width", [](Config& c) { c.encoder.feed_forward_width = 1 << 25; });
  refused("encoder_vocabulary", [](Config& c) { c.encoder_vocabulary = -1; });
  refused("encoder_vocabulary", [](Config& c) {
    c.encoder.layers = 0;
    c.encoder_vocabulary = 9;
  });
  refused("causal", [](Config& c) { c.causal = false; });
  refused("position_offset", [](Config& c) { c.position_offset = -2; });
  refused("embedding_scale", [](Config& c) { c.embedding_scale = std::nanf(""); });
}

}  // namespace attenscope
