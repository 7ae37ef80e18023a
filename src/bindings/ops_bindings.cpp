// All names that JavaScript sees of the attention library's module, and no arithmetic.
#include <emscripten/bind.h>

#include "bindings/ops.h"

namespace attenscope {
namespace {

/// A class of static functions, so that they have a name of their own.
struct Ops {};

}  // namespace

EMSCRIPTEN_BINDINGS(attenscope_ops) {
  using namespace emscripten;

  register_type<NamedTensors>(
      "{ [name: string]: { data: Float32Array | Uint8Array | Int32Array; shape: readonly number[] } | undefined }");
  register_type<Settings>("{ [name: string]: string | number | boolean }");
  register_type<OwnedTensors>("{ [name: string]: { data: Float32Array<ArrayBuffer>; shape: number[] } }");

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
