// A Transformer's config from JavaScript's object.
#pragma once

#include <emscripten/bind.h>
#include <emscripten/val.h>

#include <string>
#include <utility>

#include "model/config.h"
#include "tensor/error.h"

EMSCRIPTEN_DECLARE_VAL_TYPE(EngineConfigValue);

namespace attenscope {

/// Reads fields into C++ values; a field that is not given leaves its value as it is.
class ConfigReader {
 public:
  explicit ConfigReader(emscripten::val object) : object_(std::move(object)) {}

  template <class T>
  void Read(const char* name, T& value) const {
    const emscripten::val given = object_[name];
    if (!given.isUndefined()) value = given.as<T>();
  }

  /// The value that a text stands for. Throws kBadModel for a text that is not among the choices.
  template <class T, std::size_t Count>
  void Read(const char* name, T& value, const std::pair<const char*, T> (&choices)[Count]) const {
    const emscripten::val given = object_[name];
    if (given.isUndefined()) return;
    const std::string text = given.as<std::string>();
    for (const auto& [choice, meant] : choices) {
      if (text == choice) {
        value = meant;
        return;
      }
    }
    throw Error(ErrorCode::kBadModel, "config: " + std::string(name) + " is '" + text + "', none of the choices");
  }

  void Read(StackConfig& stack) const {
    Read("layers", stack.layers);
    Read("heads", stack.heads);
    Read("keyValueHeads", stack.key_value_heads);
    Read("headWidth", stack.head_width);
    Read("feedForwardWidth", stack.feed_forward_width);
    Read("causal", stack.causal);
  }

  /// An object inside this one, or none.
  bool Has(const char* name) const { return !object_[name].isUndefined(); }
  ConfigReader Inside(const char* name) const { return ConfigReader(object_[name]); }

 private:
  emscripten::val object_;
};

inline Config ReadConfig(const EngineConfigValue& object) {
  const ConfigReader reader(object);
  Config config;
  reader.Read(config);
  if (reader.Has("encoder")) {
    config.encoder.causal = false;
    reader.Inside("encoder").Read(config.encoder);
  }
  reader.Read("width", config.width);
  reader.Read("vocabulary", config.vocabulary);
  reader.Read("encoderVocabulary", config.encoder_vocabulary);
  reader.Read("context", config.context);
  reader.Read("norm", config.norm, {{"rms", NormKind::kRms}, {"layer", NormKind::kLayer}});
  reader.Read("normPlace", config.norm_place, {{"before", NormPlace::kBefore}, {"after", NormPlace::kAfter}});
  reader.Read("normEpsilon", config.norm_epsilon);
  reader.Read("finalNorm", config.final_norm);
  reader.Read("embeddingNorm", config.embedding_norm);
  reader.Read("embeddingScale", config.embedding_scale);
  reader.Read("position", config.position,
              {{"none", PositionKind::kNone},
               {"rotary", PositionKind::kRotary},
               {"sinusoidal", PositionKind::kSinusoidal},
               {"learned", PositionKind::kLearned}});
  reader.Read("rotaryBase", config.rotary_base);
  reader.Read("positionOffset", config.position_offset);
  reader.Read("activation", config.activation,
              {{"silu", Nonlinearity::kSilu},
               {"relu", Nonlinearity::kRelu},
               {"gelu", Nonlinearity::kGelu},
               {"gelu-tanh", Nonlinearity::kGeluTanh}});
  reader.Read("gated", config.gated);
  reader.Read("attentionBias", config.attention_bias);
  reader.Read("outputBias", config.output_bias);
  reader.Read("feedForwardBias", config.feed_forward_bias);
  reader.Read("tiedEmbedding", config.tied_embedding);
  reader.Read("logitsBias", config.logits_bias);
  return config;
}

}  // namespace attenscope
