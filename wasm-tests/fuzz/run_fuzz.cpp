// Fuzzes runs of valid models with everything that a page or its link can request: edits, tokens, traces, searches.
#include "asked.h"
#include "recurrent/recurrent.h"
#include "transformer/transformer.h"

namespace attenscope::fuzz {
namespace {

constexpr Index kVocabulary = 11;

Config Decoder() {
  Config config;
  config.layers = 2;
  config.heads = 4;
  config.key_value_heads = 2;
  config.head_width = 6;
  config.width = 10;
  config.feed_forward_width = 9;
  config.vocabulary = kVocabulary;
  config.context = 24;
  config.norm_epsilon = 1e-5f;
  config.rotary_base = 10000.0;
  return config;
}

Config Windowed() {
  Config config = Decoder();
  config.windows = {3, 0};
  config.position = PositionKind::kNone;
  config.distance_bias = DistanceBias::kAlibi;
  config.parallel = true;
  config.attention_softcap = 5.0f;
  return config;
}

Config Encoder() {
  Config config = Decoder();
  config.causal = false;
  config.types = 2;
  config.norm = NormKind::kLayer;
  config.norm_position = NormPosition::kAfter;
  config.final_norm = false;
  config.embedding_norm = true;
  config.position = PositionKind::kLearned;
  config.position_offset = 2;
  config.head = {.width = 7, .norm = true};
  return config;
}

Config Translator() {
  Config config = Decoder();
  config.encoder = {
      .layers = 1, .heads = 3, .key_value_heads = 3, .head_width = 5, .feed_forward_width = 8, .causal = false};
  config.position = PositionKind::kSinusoidal;
  config.tied_embedding = config.logits_bias = true;
  return config;
}

RecurrentConfig Classifier() {
  RecurrentConfig config;
  config.vocabulary = kVocabulary;
  config.embedding_width = 5;
  config.layers = 2;
  config.width = 6;
  config.bidirectional = true;
  config.attention_width = 7;
  config.context = 24;
  config.labels = 3;
  return config;
}

RecurrentConfig Rewriter(RecurrentContext context, Index heads) {
  RecurrentConfig config = Classifier();
  config.kind = RecurrentKind::kSeq2Seq;
  config.decoder_width = 9;
  config.decoder_context = context;
  config.encoder_heads = heads;
  return config;
}

template <class Kind, class Config>
std::shared_ptr<Model> Loaded(const Config& config) {
  const auto model = std::make_shared<Kind>(config);
  FillParameters(model->parameters());
  return model;
}

struct Asked {
  std::shared_ptr<Model> model;
  bool has_source;
};

const std::vector<Asked>& Models() {
  static const std::vector<Asked> models = {
      {Loaded<Transformer>(Decoder()), false},
      {Loaded<Transformer>(Windowed()), false},
      {Loaded<Transformer>(Encoder()), false},
      {Loaded<Transformer>(Translator()), true},
      {Loaded<Recurrent>(Classifier()), false},
      {Loaded<Recurrent>(Rewriter(RecurrentContext::kAttention, 0)), true},
      {Loaded<Recurrent>(Rewriter(RecurrentContext::kPooled, 2)), true},
  };
  return models;
}

}  // namespace
}  // namespace attenscope::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace attenscope::fuzz;
  Given given(data, size);
  const Asked& asked = given.OneOf(Models());
  Ask(given, *asked.model, asked.has_source, kVocabulary);
  return 0;
}
