// Fuzzes configs: any sizes and options, then a run of the model they describe.
#include "asked.h"
#include "recurrent/recurrent.h"
#include "transformer/transformer.h"

namespace attenscope::fuzz {
namespace {

void ReadStack(Given& given, StackConfig& stack) {
  stack.layers = given.Size(3);
  stack.heads = given.Size(6);
  stack.key_value_heads = given.Flip() ? stack.heads : given.Size(3);
  stack.head_width = given.Size(10);
  stack.feed_forward_width = given.Size(20);
  stack.causal = !given.Flip();
  if (!given.Flip()) return;
  stack.windows.resize(static_cast<std::size_t>(given.Flip() ? std::clamp<Index>(stack.layers, 0, 8) : given.Below(4)));
  for (std::int32_t& window : stack.windows) window = static_cast<std::int32_t>(given.Size(9));
}

RotaryScaling ScalingFrom(Given& given) {
  RotaryScaling scaling;
  // These are the kinds that a config can name.
  scaling.kind = given.OneOf(
      {RotaryScalingKind::kNone, RotaryScalingKind::kLinear, RotaryScalingKind::kLlama3, RotaryScalingKind::kYarn});
  scaling.factor = given.Real();
  scaling.original_length = given.Size(100);
  scaling.low_frequency_factor = given.Real();
  scaling.high_frequency_factor = given.Real();
  scaling.beta_fast = given.Real();
  scaling.beta_slow = given.Real();
  scaling.truncate = given.Flip();
  scaling.attention_factor = given.Real();
  scaling.mscale = given.Real();
  scaling.mscale_all_dimensions = given.Real();
  return scaling;
}

HeadConfig HeadFrom(Given& given) {
  HeadConfig head;
  head.outputs = given.Size(5) - 1;
  head.width = given.Size(9);
  head.activation = static_cast<Nonlinearity>(given.Below(5));
  head.norm = given.Flip();
  head.bias = given.Flip();
  return head;
}

Config ConfigFrom(Given& given) {
  const auto real = [&] { return static_cast<float>(given.Real()); };
  Config config;
  ReadStack(given, config);
  if (given.Flip()) ReadStack(given, config.encoder);
  config.width = given.Size(20);
  config.vocabulary = given.Size(20);
  config.encoder_vocabulary = given.Flip() ? given.Size(20) : 0;
  config.context = given.Size(40);
  config.norm = given.Flip() ? NormKind::kLayer : NormKind::kRms;
  config.norm_position = static_cast<NormPosition>(given.Below(3));
  config.norm_epsilon = real();
  config.final_norm = given.Flip();
  config.embedding_norm = given.Flip();
  config.embedding_scale = real();
  config.position = static_cast<PositionKind>(given.Below(4));
  config.rotary_base = given.Real();
  config.rotary_width = given.Size(8);
  config.rotary_scaling = ScalingFrom(given);
  config.position_offset = given.Size(3);
  config.sinusoidal_ends = given.Flip();
  config.distance_bias = static_cast<DistanceBias>(given.Below(3));
  config.buckets = given.Size(16);
  config.bucket_distance = given.Size(40);
  config.types = given.Size(3);
  config.embedding_width = given.Size(9);
  config.embedding_projection_bias = given.Flip();
  config.attention_scale = real();
  config.attention_softcap = real();
  config.head_norm = given.Flip();
  config.parallel = given.Flip();
  config.activation = static_cast<Nonlinearity>(given.Below(5));
  config.gated = given.Flip();
  config.norm_bias = given.Flip();
  config.attention_bias = given.Flip();
  config.output_bias = given.Flip();
  config.feed_forward_bias = given.Flip();
  config.tied_embedding = given.Flip();
  config.logits_bias = given.Flip();
  config.logits_scale = real();
  config.logits_softcap = real();
  config.head = HeadFrom(given);
  return config;
}

RecurrentConfig RecurrentFrom(Given& given) {
  RecurrentConfig config;
  config.kind = given.Flip() ? RecurrentKind::kSeq2Seq : RecurrentKind::kClassifier;
  config.vocabulary = given.Size(20);
  config.embedding_width = given.Size(9);
  config.layers = given.Size(3);
  config.width = given.Size(9);
  config.bidirectional = given.Flip();
  config.attention_width = given.Size(9);
  config.context = given.Size(40);
  config.labels = given.Size(4);
  config.decoder_width = given.Size(9);
  config.decoder_context = given.Flip() ? RecurrentContext::kPooled : RecurrentContext::kAttention;
  config.encoder_heads = given.Size(3);
  return config;
}

/// Large models pass the same checks as small ones, but only small ones are loaded and run here.
constexpr Index kMostSize = 64;

bool IsSmall(std::initializer_list<Index> sizes) {
  return std::all_of(sizes.begin(), sizes.end(), [](Index size) { return size <= kMostSize; });
}

bool IsSmall(const StackConfig& stack) {
  return IsSmall({stack.layers, stack.heads, stack.head_width, stack.feed_forward_width});
}

template <class Kind, class Config>
void LoadAndAsk(Given& given, const Config& config, bool has_source) {
  const auto model = std::make_shared<Kind>(config);
  model->parameters().HoldAs(static_cast<WeightForm>(given.Below(4)));
  FillParameters(model->parameters());
  Ask(given, *model, has_source, config.vocabulary);
}

}  // namespace
}  // namespace attenscope::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace attenscope;
  using namespace attenscope::fuzz;
  Given given(data, size);
  Answers([&] {
    if (given.Below(4) == 0) {
      const RecurrentConfig config = RecurrentFrom(given);
      Validate(config);
      if (!IsSmall({config.vocabulary, config.embedding_width, config.layers, config.width, config.attention_width,
                    config.labels, config.decoder_width})) {
        return;
      }
      return LoadAndAsk<Recurrent>(given, config, config.Decodes());
    }
    const Config config = ConfigFrom(given);
    Validate(config);
    if (!IsSmall(config) || !IsSmall(config.encoder) ||
        !IsSmall({config.width, config.vocabulary, config.encoder_vocabulary, config.types, config.buckets,
                  config.embedding_width, config.head.width, config.head.outputs, config.context,
                  config.position_offset})) {
      return;
    }
    LoadAndAsk<Transformer>(given, config, config.HasEncoder());
  });
  return 0;
}
