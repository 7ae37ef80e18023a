// Checks the config of a Transformer, because a config may come from any file.
#include "transformer/config.h"

#include <cmath>
#include <string>

#include "tensor/error.h"
#include "tensor/number_text.h"
#include "transformer/distance_table.h"

namespace attenscope {

namespace {

/// The largest allowed size. It is larger than in any model that fits into a page, and small enough that products of
/// two sizes are exact.
constexpr Index kMostSize = Index{1} << 24;
constexpr Index kMostLayers = 4096;

void Require(bool holds, const std::string& field, const std::string& found, const std::string& expected) {
  if (!holds) throw Error(ErrorCode::kBadModel, "config: " + field + " is " + found + ", " + expected);
}

void CheckSize(const std::string& field, Index value, Index most, Index least = 1) {
  Require(value >= least && value <= most, field, std::to_string(value),
          "expected a whole number from " + std::to_string(least) + " to " + std::to_string(most));
}

void ValidateStack(const std::string& at, const StackConfig& stack, const Config& config) {
  CheckSize(at + "layers", stack.layers, kMostLayers);
  CheckSize(at + "heads", stack.heads, kMostSize);
  CheckSize(at + "key_value_heads", stack.key_value_heads, kMostSize);
  CheckSize(at + "head_width", stack.head_width, kMostSize);
  CheckSize(at + "feed_forward_width", stack.feed_forward_width, kMostSize);
  Require(stack.heads % stack.key_value_heads == 0, at + "heads", std::to_string(stack.heads),
          "expected a multiple of key_value_heads, which is " + std::to_string(stack.key_value_heads));
  Require(stack.heads <= kMostSize / stack.head_width, at + "heads × head_width",
          std::to_string(static_cast<long long>(stack.heads) * stack.head_width),
          "expected at most " + std::to_string(kMostSize));
  const Index turned = config.RotaryWidth(stack);
  Require(turned % 2 == 0 && turned >= 0 && turned <= stack.head_width,
          at + (config.rotary_width > 0 ? "rotary_width" : "head_width"), std::to_string(turned),
          "rotary positions turn an even number, at most head_width, which is " + std::to_string(stack.head_width));
  if (turned > 0) {
    std::vector<double> frequencies(static_cast<std::size_t>(turned / 2));
    try {
      RotaryFrequencies(turned, config.rotary_base, config.rotary_scaling, frequencies.data());
    } catch (const Error& error) {
      throw Error(ErrorCode::kBadModel, std::string("config: rotary positions: ") + error.what());
    }
  }
  const Index windows = static_cast<Index>(stack.windows.size());
  Require(windows == 0 || (windows == stack.layers && stack.causal), at + "windows", std::to_string(windows),
          "expected one a layer, of a stack that sees no later tokens");
  for (Index window : stack.windows) CheckSize(at + "windows", window, kMostSize, 0);
}

void CheckFinite(const std::string& field, float value) {
  Require(std::isfinite(value), field, NumberText(value), "expected a finite number");
}

}  // namespace

void Validate(const Config& config) {
  ValidateStack("", config, config);
  CheckSize("encoder.layers", config.encoder.layers, kMostLayers, 0);
  if (config.HasEncoder()) {
    ValidateStack("encoder.", config.encoder, config);
    Require(config.causal, "causal", "false", "expected a decoder that sees no later tokens beside an encoder");
  }
  CheckSize("width", config.width, kMostSize);
  CheckSize("vocabulary", config.vocabulary, kMostSize);
  CheckSize("encoder_vocabulary", config.encoder_vocabulary, config.HasEncoder() ? kMostSize : 0, 0);
  CheckSize("context", config.context, kMostSize);
  CheckSize("position_offset", config.position_offset, kMostSize, 0);
  Require(config.norm_epsilon >= 0.0f && std::isfinite(config.norm_epsilon), "norm_epsilon",
          NumberText(config.norm_epsilon), "expected a number of at least 0");
  CheckFinite("embedding_scale", config.embedding_scale);
  CheckFinite("attention_scale", config.attention_scale);
  CheckFinite("attention_softcap", config.attention_softcap);
  CheckFinite("logits_scale", config.logits_scale);
  CheckFinite("logits_softcap", config.logits_softcap);
  CheckSize("types", config.types, kMostSize, 0);
  CheckSize("embedding_width", config.embedding_width, kMostSize, 0);
  CheckSize("head.width", config.head.width, kMostSize, 0);
  CheckSize("head.outputs", config.head.outputs, kMostSize, -1);
  const Index read = config.head.width > 0 ? config.head.width : config.width;
  Require(!config.tied_embedding || config.Outputs() == 0 ||
              (config.Outputs() == config.vocabulary && read == config.EmbeddingWidth()),
          "tied_embedding", "true", "expected logits of the vocabulary, from vectors as wide as the embedding's");
  if (config.distance_bias == DistanceBias::kBuckets) {
    CheckSize("buckets", config.buckets, kMostSize);
    for (const StackConfig* stack : {static_cast<const StackConfig*>(&config), &config.encoder}) {
      if (stack->layers > 0) CheckT5Buckets(BucketsOf(config, *stack));
    }
  }
}

}  // namespace attenscope
