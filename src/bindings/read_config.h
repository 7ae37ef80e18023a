// A Transformer's config from JavaScript's object.
#pragma once

#include <emscripten/bind.h>
#include <emscripten/val.h>

#include "bindings/object_reader.h"
#include "model/config.h"

EMSCRIPTEN_DECLARE_VAL_TYPE(EngineConfigValue);

namespace attenscope {

inline void ReadStack(const ObjectReader& reader, StackConfig& stack) {
  reader.Read("layers", stack.layers);
  reader.Read("heads", stack.heads);
  reader.Read("keyValueHeads", stack.key_value_heads);
  reader.Read("headWidth", stack.head_width);
  reader.Read("feedForwardWidth", stack.feed_forward_width);
  reader.Read("causal", stack.causal);
}

inline Config ReadConfig(const EngineConfigValue& object) {
  const ObjectReader reader(object);
  Config config;
  ReadStack(reader, config);
  if (reader.Has("encoder")) {
    config.encoder.causal = false;
    ReadStack(reader.Inside("encoder"), config.encoder);
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
