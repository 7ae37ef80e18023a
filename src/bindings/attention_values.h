// Reads the options and the tensors of attention from JavaScript.
#pragma once

#include "attention/attention_op.h"
#include "bindings/attention_choices.h"
#include "bindings/values.h"

namespace attenscope {

/// Reads the options of attention from the settings score, scale, squash, softcap, causal, windowLeft, windowRight,
/// globalTokens, maskFill, normalizer, over, weighting and seed. Throws kOption for an unknown name.
inline AttentionOptions ReadAttentionOptions(const OpInputs& in) {
  AttentionOptions options;
  options.score = in.Choose<ScoreKind>("score");
  options.scale = in.Setting<float>("scale");
  options.squash = in.Choose<Squash>("squash");
  options.softcap = in.Setting<float>("softcap");
  options.visible.causal = in.Flag("causal");
  options.visible.window_left = in.Setting<Index>("windowLeft");
  options.visible.window_right = in.Setting<Index>("windowRight");
  options.visible.global_tokens = in.Setting<Index>("globalTokens");
  options.mask_fill = in.Setting<float>("maskFill");
  options.normalizer = in.Choose<Normalizer>("normalizer");
  options.over = in.Choose<Over>("over");
  options.weighting = in.Choose<Weighting>("weighting");
  options.seed = in.Setting<std::uint32_t>("seed");
  return options;
}

/// Reads the tensors of a call of attention; `in` keeps their memory. A mask is broadcast to (B, N, T, S). Throws
/// kShape for a tensor of another rank.
inline AttentionInputs ReadAttentionInputs(OpInputs& in, const AttentionOptions& options) {
  AttentionInputs inputs;
  inputs.q = in.Tensor<4>("q");
  inputs.k = in.Tensor<4>("k");
  inputs.v = in.Tensor<4>("v");
  inputs.past_key = in.Tensor<4>("pastKey");
  inputs.past_value = in.Tensor<4>("pastValue");
  const ConstMatrix weight = in.Tensor<2>("parameters.weight");
  ScoreParameters& parameters = inputs.parameters;
  if (options.score == ScoreKind::kGeneral) parameters.general = weight;
  if (options.score == ScoreKind::kAdditive) {
    const Index H = inputs.q.shape[3];
    const Index Hk = inputs.k.shape[3];
    // A weight over [q; k] consists of the query projection and the key projection, side by side.
    if (weight.data) CheckShape("parameters.weight", weight, {weight.shape[0], H + Hk});
    parameters.query_projection = weight.data ? weight.Columns(0, H) : in.Tensor<2>("parameters.query");
    parameters.key_projection = weight.data ? weight.Columns(H, Hk) : in.Tensor<2>("parameters.key");
    parameters.hidden = in.Vector<float>("parameters.hidden");
    parameters.bias = in.Vector<float>("parameters.bias");
  }
  const std::array<Index, 4> whole{inputs.q.shape[0], inputs.q.shape[1], inputs.q.shape[2],
                                   inputs.past_key.shape[2] + inputs.k.shape[2]};
  inputs.allowed = in.Repeated<std::uint8_t>("allowed", "mask", whole);
  inputs.bias = in.Repeated<float>("bias", "mask", whole);
  inputs.key_lengths = in.Vector<std::int32_t>("keyLengths");
  return inputs;
}

/// Adds a result (B, N, T, S) for each stage whose setting is true, and points `outputs` at the memory of these
/// results.
inline void AddStages(const OpInputs& in, OpResults& results, const std::array<Index, 4>& shape,
                      AttentionOutputs& outputs) {
  const std::pair<const char*, TensorView<float, 4>*> stages[] = {{"scores", &outputs.scores},
                                                                  {"scaled", &outputs.scaled},
                                                                  {"squashed", &outputs.squashed},
                                                                  {"masked", &outputs.masked},
                                                                  {"pattern", &outputs.pattern}};
  for (const auto& [name, stage] : stages) {
    if (in.Flag(name)) *stage = results.Add(name, shape);
  }
}

/// Adds the result gradMask, which has the shape of the given mask, and returns a view of its memory in the shape and
/// the strides of `bias`. Returns a null view if there is no additive mask.
inline TensorView<float, 4> AddMaskGradient(OpInputs& in, OpResults& results, const ConstTensor<4>& bias) {
  if (!bias.data) return {};
  const std::vector<Index> shape = in.Any<float>("bias").shape;
  return {results.Add("gradMask", shape), bias.shape, bias.stride};
}

}  // namespace attenscope
