// Compares Marian and BART with transformers: logits, patterns and the hypotheses of beam search.
#include "golden.h"
#include "model_helpers.h"
#include "transformer/transformer_run.h"

namespace attenscope {

using testing::Finish;
using testing::GoldenTensor;
using testing::ReadGolden;

namespace {

using Golden = std::map<std::string, GoldenTensor>;

/// Returns the fields that both configs share.
Config BaseConfig() {
  Config config;
  config.norm = NormKind::kLayer;
  config.norm_position = NormPosition::kAfter;
  config.norm_epsilon = 1e-5f;
  config.final_norm = config.gated = false;
  config.attention_bias = config.output_bias = config.feed_forward_bias = true;
  config.tied_embedding = config.logits_bias = true;
  return config;
}

Config MarianConfig() {
  Config config = BaseConfig();
  config.layers = 2;
  config.heads = config.key_value_heads = 5;
  config.head_width = 7;
  config.feed_forward_width = 53;
  config.encoder = {
      .layers = 3, .heads = 7, .key_value_heads = 7, .head_width = 5, .feed_forward_width = 41, .causal = false};
  config.width = 35;
  config.vocabulary = 61;
  config.context = 48;
  config.embedding_scale = std::sqrt(35.0f);
  config.position = PositionKind::kSinusoidal;
  return config;
}

Config BartConfig() {
  Config config = BaseConfig();
  config.layers = 3;
  config.heads = config.key_value_heads = 3;
  config.head_width = 8;
  config.feed_forward_width = 31;
  config.encoder = {
      .layers = 2, .heads = 4, .key_value_heads = 4, .head_width = 6, .feed_forward_width = 40, .causal = false};
  config.width = 24;
  config.vocabulary = 53;
  config.context = 40;
  config.embedding_norm = true;
  config.position = PositionKind::kLearned;
  config.position_offset = 2;
  config.activation = Nonlinearity::kGelu;
  return config;
}

std::shared_ptr<Transformer> Load(const Config& config, const Golden& golden) {
  auto model = std::make_shared<Transformer>(config);
  Parameters& parameters = model->parameters();
  for (const std::string& name : parameters.names()) {
    CAPTURE(name);
    const GoldenTensor& tensor = golden.at("weights." + name);
    REQUIRE(tensor.shape == parameters.Shape(name));
    const std::span<std::byte> stage = parameters.Stage(tensor.data.size() * sizeof(float));
    std::memcpy(stage.data(), tensor.data.data(), stage.size());
    parameters.Set(name, "F32");
  }
  parameters.Finish();
  return model;
}

void CheckRun(const std::shared_ptr<Transformer>& model, const Golden& golden) {
  const std::vector<std::int32_t> source = golden.at("source").Ids(), target = golden.at("target").Ids();
  TransformerRun run(model, static_cast<Index>(target.size()), static_cast<Index>(source.size()));
  run.SetSource(source);
  run.Append(target, LogitsWanted::kAll);
  Finish(run);
  const auto compare = [](const float* found, const std::vector<float>& expected) {
    double worst = 0.0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const double difference = std::abs(double{found[i]} - double{expected[i]});
      worst = difference <= worst ? worst : difference;
    }
    CHECK(worst < 1e-4);
  };
  compare(run.logits().data, golden.at("logits").data);
  std::size_t compared = 0;
  for (const auto& [name, expected] : golden) {
    if (!name.starts_with("encoder.") && !name.starts_with("decoder.")) continue;
    CAPTURE(name);
    const Index queries = static_cast<Index>(name[0] == 'e' ? source.size() : target.size());
    const TraceTensor found = run.ComputeTrace(name, -1, 0, queries);
    REQUIRE(found.shape == expected.shape);
    compare(found.data.data(), expected.data);
    ++compared;
  }
  const Config& config = model->config();
  CHECK(static_cast<Index>(compared) == 2 + 2 * config.encoder.layers + 3 * config.layers);
}

void CheckSearches(const Transformer& model, const Golden& golden, BeamOptions options, std::int32_t pad) {
  const std::vector<std::int32_t> source = golden.at("source").Ids();
  Index searches = 0;
  for (; golden.contains("search." + std::to_string(searches) + ".ids"); ++searches) {
    const std::string at = "search." + std::to_string(searches) + ".";
    CAPTURE(at);
    const std::vector<std::int32_t> numbers = golden.at(at + "options").Ids();
    options.beams = numbers[0];
    options.max_length = numbers[1];
    options.min_length = numbers[2];
    options.no_repeat_ngram_size = numbers[3];
    options.early_stopping = numbers[4] != 0;
    options.forced_start_token = numbers[5];
    options.forced_end_token = numbers[6];
    options.length_penalty = double{golden.at(at + "penalty").data[0]};
    const std::unique_ptr<BeamSearch> search = model.CreateBeamSearch(source, options);
    Finish(*search);
    const GoldenTensor& ids = golden.at(at + "ids");
    const std::vector<Hypothesis>& found = search->hypotheses();
    REQUIRE(static_cast<Index>(found.size()) == ids.shape[0]);
    for (std::size_t i = 0; i < found.size(); ++i) {
      const auto row = ids.data.begin() + static_cast<std::ptrdiff_t>(i) * ids.shape[1];
      std::vector<std::int32_t> expected(row, row + ids.shape[1]);
      // The start token may equal the padding token, so at least one token stays.
      while (expected.size() > 1 && expected.back() == pad) expected.pop_back();
      CHECK(found[i].ids == expected);
      if (options.beams == 1) continue;
      CHECK(std::abs(found[i].score - double{golden.at(at + "scores").data[i]}) < 1e-4);
    }
  }
  CHECK(searches >= 4);
}

}  // namespace

TEST_CASE("golden: Marian's logits, patterns and residual streams equal those of transformers") {
  const Golden golden = ReadGolden("encoder-decoder/marian.safetensors");
  CheckRun(Load(MarianConfig(), golden), golden);
}

TEST_CASE("golden: BART's logits, patterns and residual streams equal those of transformers") {
  const Golden golden = ReadGolden("encoder-decoder/bart.safetensors");
  CheckRun(Load(BartConfig(), golden), golden);
}

TEST_CASE("golden: beam search finds the hypotheses of transformers, in the same order and with the same scores") {
  const Golden marian = ReadGolden("encoder-decoder/marian.safetensors");
  BeamOptions options;
  options.bad_tokens = {60};
  options.start_token = 60;
  options.end_tokens = {0};
  CheckSearches(*Load(MarianConfig(), marian), marian, options, 60);
  const Golden bart = ReadGolden("encoder-decoder/bart.safetensors");
  options.bad_tokens = {};
  options.start_token = 2;
  options.end_tokens = {2};
  CheckSearches(*Load(BartConfig(), bart), bart, options, 1);
}

}  // namespace attenscope
