// Lists the fields that the config of a Transformer has in JavaScript. transformer/config.h explains the fields.
#pragma once

#include "bindings/fields.h"
#include "bindings/rotary_choices.h"
#include "transformer/config.h"

namespace attenscope {

template <>
struct Choices<Nonlinearity> {
  static constexpr Choice<Nonlinearity> kNames[] = {{"silu", Nonlinearity::kSilu},
                                                    {"relu", Nonlinearity::kRelu},
                                                    {"gelu", Nonlinearity::kGelu},
                                                    {"gelu-tanh", Nonlinearity::kGeluTanh},
                                                    {"tanh", Nonlinearity::kTanh}};
};

template <>
struct Choices<NormKind> {
  static constexpr Choice<NormKind> kNames[] = {{"rms", NormKind::kRms}, {"layer", NormKind::kLayer}};
};

template <>
struct Choices<NormPosition> {
  static constexpr Choice<NormPosition> kNames[] = {
      {"before", NormPosition::kBefore}, {"after", NormPosition::kAfter}, {"both", NormPosition::kBoth}};
};

template <>
struct Choices<PositionKind> {
  static constexpr Choice<PositionKind> kNames[] = {{"none", PositionKind::kNone},
                                                    {"rotary", PositionKind::kRotary},
                                                    {"sinusoidal", PositionKind::kSinusoidal},
                                                    {"learned", PositionKind::kLearned}};
};

template <>
struct Choices<DistanceBias> {
  static constexpr Choice<DistanceBias> kNames[] = {
      {"none", DistanceBias::kNone}, {"buckets", DistanceBias::kBuckets}, {"alibi", DistanceBias::kAlibi}};
};

template <>
struct FieldsOf<RotaryScaling> {
  using R = RotaryScaling;
  static constexpr std::tuple kFields{
      RequiredOf("kind", &R::kind, std::span<const Choice<RotaryScalingKind>>(kModelScalings)),
      Required("factor", &R::factor),
      Optional("originalLength", &R::original_length),
      Optional("lowFrequencyFactor", &R::low_frequency_factor),
      Optional("highFrequencyFactor", &R::high_frequency_factor),
      Optional("betaFast", &R::beta_fast),
      Optional("betaSlow", &R::beta_slow),
      Optional("truncate", &R::truncate),
      Optional("attentionFactor", &R::attention_factor),
      Optional("mscale", &R::mscale),
      Optional("mscaleAllDimensions", &R::mscale_all_dimensions)};
};

template <>
struct FieldsOf<StackConfig> {
  using S = StackConfig;
  static constexpr std::tuple kFields{Required("layers", &S::layers),
                                      Required("heads", &S::heads),
                                      Required("keyValueHeads", &S::key_value_heads),
                                      Required("headWidth", &S::head_width),
                                      Required("feedForwardWidth", &S::feed_forward_width),
                                      Optional("causal", &S::causal),
                                      Optional("windows", &S::windows)};
};

template <>
struct FieldsOf<HeadConfig> {
  using H = HeadConfig;
  static constexpr std::tuple kFields{Optional("outputs", &H::outputs), Optional("width", &H::width),
                                      Optional("activation", &H::activation), Optional("norm", &H::norm),
                                      Optional("bias", &H::bias)};
};

/// The required fields suffice for a model of the Llama form.
template <>
struct FieldsOf<Config> {
  using C = Config;
  static constexpr auto kFields = std::tuple_cat(
      FieldsOf<StackConfig>::kFields, std::tuple{Required("width", &C::width),
                                                 Required("vocabulary", &C::vocabulary),
                                                 Required("context", &C::context),
                                                 Optional("encoder", &C::encoder),
                                                 Optional("encoderVocabulary", &C::encoder_vocabulary),
                                                 Optional("norm", &C::norm),
                                                 Optional("normPlace", &C::norm_position),
                                                 Required("normEpsilon", &C::norm_epsilon),
                                                 Optional("normBias", &C::norm_bias),
                                                 Optional("finalNorm", &C::final_norm),
                                                 Optional("embeddingNorm", &C::embedding_norm),
                                                 Optional("embeddingScale", &C::embedding_scale),
                                                 Optional("embeddingWidth", &C::embedding_width),
                                                 Optional("embeddingProjectionBias", &C::embedding_projection_bias),
                                                 Optional("types", &C::types),
                                                 Optional("position", &C::position),
                                                 Optional("positionOffset", &C::position_offset),
                                                 Optional("sinusoidalEnds", &C::sinusoidal_ends),
                                                 Optional("rotaryBase", &C::rotary_base),
                                                 Optional("rotaryWidth", &C::rotary_width),
                                                 Optional("rotaryScaling", &C::rotary_scaling),
                                                 Optional("distanceBias", &C::distance_bias),
                                                 Optional("buckets", &C::buckets),
                                                 Optional("bucketDistance", &C::bucket_distance),
                                                 Optional("attentionScale", &C::attention_scale),
                                                 Optional("attentionSoftcap", &C::attention_softcap),
                                                 Optional("headNorm", &C::head_norm),
                                                 Optional("parallel", &C::parallel),
                                                 Optional("activation", &C::activation),
                                                 Optional("gated", &C::gated),
                                                 Optional("attentionBias", &C::attention_bias),
                                                 Optional("outputBias", &C::output_bias),
                                                 Optional("feedForwardBias", &C::feed_forward_bias),
                                                 Optional("tiedEmbedding", &C::tied_embedding),
                                                 Optional("logitsBias", &C::logits_bias),
                                                 Optional("logitsScale", &C::logits_scale),
                                                 Optional("logitsSoftcap", &C::logits_softcap),
                                                 Optional("head", &C::head)});
};

}  // namespace attenscope
