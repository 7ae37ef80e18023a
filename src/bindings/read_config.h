// A Transformer's config from JavaScript's object.
#pragma once

#include <emscripten/bind.h>
#include <emscripten/val.h>

#include "bindings/object_reader.h"
#include "transformer/config.h"

EMSCRIPTEN_DECLARE_VAL_TYPE(EngineConfigValue);

namespace attenscope {

inline void ReadStack(const ObjectReader& reader, StackConfig& stack) {
  reader.Read("layers", stack.layers);
  reader.Read("heads", stack.heads);
  reader.Read("keyValueHeads", stack.key_value_heads);
  reader.Read("headWidth", stack.head_width);
  reader.Read("feedForwardWidth", stack.feed_forward_width);
  reader.Read("causal", stack.causal);
  reader.Read("windows", stack.windows);
}

inline void ReadActivation(const ObjectReader& reader, Nonlinearity& activation) {
  reader.Read("activation", activation,
              {{"silu", Nonlinearity::kSilu},
               {"relu", Nonlinearity::kRelu},
               {"gelu", Nonlinearity::kGelu},
               {"gelu-tanh", Nonlinearity::kGeluTanh},
               {"tanh", Nonlinearity::kTanh}});
}

inline void ReadScaling(const ObjectReader& reader, RotaryScaling& scaling) {
  reader.Read("kind", scaling.kind,
              {{"linear", RotaryScalingKind::kLinear},
               {"llama3", RotaryScalingKind::kLlama3},
               {"yarn", RotaryScalingKind::kYarn}});
  reader.Read("factor", scaling.factor);
  reader.Read("originalLength", scaling.original_length);
  reader.Read("lowFrequencyFactor", scaling.low_frequency_factor);
  reader.Read("highFrequencyFactor", scaling.high_frequency_factor);
  reader.Read("betaFast", scaling.beta_fast);
  reader.Read("betaSlow", scaling.beta_slow);
  reader.Read("truncate", scaling.truncate);
  reader.Read("attentionFactor", scaling.attention_factor);
  reader.Read("mscale", scaling.mscale);
  reader.Read("mscaleAllDimensions", scaling.mscale_all_dimensions);
}

inline void ReadHead(const ObjectReader& reader, HeadConfig& head) {
  reader.Read("outputs", head.outputs);
  reader.Read("width", head.width);
  ReadActivation(reader, head.activation);
  reader.Read("norm", head.norm);
  reader.Read("bias", head.bias);
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
  reader.Read("normPlace", config.norm_place,
              {{"before", NormPlace::kBefore}, {"after", NormPlace::kAfter}, {"both", NormPlace::kBoth}});
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
  reader.Read("rotaryWidth", config.rotary_width);
  if (reader.Has("rotaryScaling")) ReadScaling(reader.Inside("rotaryScaling"), config.rotary_scaling);
  reader.Read("sinusoidalEnds", config.sinusoidal_ends);
  reader.Read("distanceBias", config.distance_bias,
              {{"none", DistanceBias::kNone}, {"buckets", DistanceBias::kBuckets}, {"alibi", DistanceBias::kAlibi}});
  reader.Read("buckets", config.buckets);
  reader.Read("bucketDistance", config.bucket_distance);
  reader.Read("types", config.types);
  reader.Read("embeddingWidth", config.embedding_width);
  reader.Read("embeddingProjectionBias", config.embedding_projection_bias);
  reader.Read("attentionScale", config.attention_scale);
  reader.Read("attentionSoftcap", config.attention_softcap);
  reader.Read("headNorm", config.head_norm);
  reader.Read("parallel", config.parallel);
  ReadActivation(reader, config.activation);
  reader.Read("normBias", config.norm_bias);
  reader.Read("gated", config.gated);
  reader.Read("attentionBias", config.attention_bias);
  reader.Read("outputBias", config.output_bias);
  reader.Read("feedForwardBias", config.feed_forward_bias);
  reader.Read("tiedEmbedding", config.tied_embedding);
  reader.Read("logitsBias", config.logits_bias);
  reader.Read("logitsScale", config.logits_scale);
  reader.Read("logitsSoftcap", config.logits_softcap);
  if (reader.Has("head")) ReadHead(reader.Inside("head"), config.head);
  return config;
}

}  // namespace attenscope
