// Declares all names that the module of the attention library has in JavaScript. This file computes nothing.
#include <emscripten/bind.h>

#include "bindings/fields.h"
#include "bindings/ops.h"
#include "bindings/ops_choices.h"

// These types appear only in the generated declarations.
EMSCRIPTEN_DECLARE_VAL_TYPE(ScoreName);
EMSCRIPTEN_DECLARE_VAL_TYPE(SquashName);
EMSCRIPTEN_DECLARE_VAL_TYPE(NormalizerName);
EMSCRIPTEN_DECLARE_VAL_TYPE(OverName);
EMSCRIPTEN_DECLARE_VAL_TYPE(WeightingName);
EMSCRIPTEN_DECLARE_VAL_TYPE(SharingName);
EMSCRIPTEN_DECLARE_VAL_TYPE(CombinationName);
EMSCRIPTEN_DECLARE_VAL_TYPE(ActivationName);
EMSCRIPTEN_DECLARE_VAL_TYPE(RuleName);
EMSCRIPTEN_DECLARE_VAL_TYPE(ScalingName);
EMSCRIPTEN_DECLARE_VAL_TYPE(EncodingName);
EMSCRIPTEN_DECLARE_VAL_TYPE(MaskName);

namespace attenscope {
namespace {

/// The class of the static functions, which gives them a type in the generated declarations.
struct Ops {};

}  // namespace

EMSCRIPTEN_BINDINGS(attenscope_ops) {
  using namespace emscripten;

  register_type<NamedTensors>(
      "{ [name: string]: { data: Float32Array | Uint8Array | Int32Array; shape: readonly number[] } | undefined }");
  register_type<Settings>("{ [name: string]: string | number | boolean }");
  register_type<OwnedTensors>("{ [name: string]: { data: Float32Array<ArrayBuffer>; shape: number[] } }");

  register_type<ScoreName>("Score", ChoicesType<ScoreKind>());
  register_type<SquashName>("Squash", ChoicesType<Squash>());
  register_type<NormalizerName>("Normalizer", ChoicesType<Normalizer>());
  register_type<OverName>("Over", ChoicesType<Over>());
  register_type<WeightingName>("Weighting", ChoicesType<Weighting>());
  register_type<SharingName>("HeadSharing", ChoicesType<HeadSharing>());
  register_type<CombinationName>("Combination", ChoicesType<Combination>());
  register_type<ActivationName>("ProjectionActivation", ChoicesType<Activation>());
  register_type<RuleName>("LinearRule", ChoicesType<LinearRule>());
  register_type<ScalingName>("RotaryScalingKind", ChoicesType<RotaryScalingKind>());
  register_type<EncodingName>("PositionEncoding", ChoicesType<PositionEncoding>());
  register_type<MaskName>("SparseMask", ChoicesType<SparseMask>());

  class_<Ops>("Ops")
      .class_function("attention", &OpAttention)
      .class_function("attentionPattern", &OpAttentionPattern)
      .class_function("attentionGradient", &OpAttentionGradient)
      .class_function("multiHead", &OpMultiHead)
      .class_function("multiHeadGradient", &OpMultiHeadGradient)
      .class_function("pool", &OpPool)
      .class_function("poolGradient", &OpPoolGradient)
      .class_function("combine", &OpCombine)
      .class_function("combineGradient", &OpCombineGradient)
      .class_function("linearAttention", &OpLinearAttention)
      .class_function("linearAttentionGradient", &OpLinearAttentionGradient)
      .class_function("softmax", &OpSoftmax)
      .class_function("softmaxGradient", &OpSoftmaxGradient)
      .class_function("norm", &OpNorm)
      .class_function("normGradient", &OpNormGradient)
      .class_function("rotary", &OpRotary)
      .class_function("position", &OpPosition)
      .class_function("positionGradient", &OpPositionGradient)
      .class_function("sparseMask", &OpSparseMask);
}

}  // namespace attenscope
