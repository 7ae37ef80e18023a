// All names that JavaScript sees: the engine's classes and the attention library's functions, and no arithmetic.
#include <emscripten/bind.h>
#include <emscripten/heap.h>
#include <emscripten/val.h>

#include <memory>

#include "bindings/bound_run.h"
#include "bindings/guard.h"
#include "bindings/ops.h"
#include "model/weights.h"
#include "trace/names.h"

EMSCRIPTEN_DECLARE_VAL_TYPE(Bytes);

namespace attenscope {
namespace {

std::shared_ptr<Model> MakeModel(const Config& config) {
  return Guard([&] { return std::make_shared<Model>(config); });
}

std::shared_ptr<BoundRun> CreateRun(const std::shared_ptr<Model>& model, Index capacity) {
  return Guard([&] { return std::make_shared<BoundRun>(model, capacity); });
}

Strings ParameterNames(const Model& model) { return ToArray<Strings>(model.ParameterNames()); }

Numbers ParameterShape(const Model& model, const std::string& name) {
  return Guard([&] { return ToArray<Numbers>(model.ParameterShape(name)); });
}

Bytes StageBytes(Model& model, double bytes) {
  return Guard([&] {
    const std::span<std::byte> stage = model.Stage(static_cast<std::uint64_t>(bytes));
    return Bytes(val(emscripten::typed_memory_view(stage.size(), reinterpret_cast<std::uint8_t*>(stage.data()))));
  });
}

void SetParameter(Model& model, const std::string& name, const std::string& dtype) {
  Guard([&] { model.SetParameter(name, dtype); });
}

void Finish(Model& model) {
  Guard([&] { model.Finish(); });
}

double Parameters(const Model& model) { return static_cast<double>(model.parameters()); }
double BytesOf(const Model& model) { return static_cast<double>(model.bytes()); }

Strings NamesOfTrace(const Model& model) { return ToArray<Strings>(TraceNames(model.config())); }

Numbers ShapeOfTrace(const Model& model, const std::string& name, Index T, Index S) {
  return Guard(
      [&] { return ToArray<Numbers>(TraceShape(ParseTraceName(name, model.config()), model.config(), T, S)); });
}

std::string NameOfArch() { return simd::ArchName<simd::DefaultArch>(); }

/// The attention library; a class of static functions, so that they have a name of their own.
struct Ops {};

double HeapBytes() { return static_cast<double>(emscripten_get_heap_size()); }

}  // namespace

EMSCRIPTEN_BINDINGS(attenscope) {
  using namespace emscripten;

  register_type<Strings>("string[]");
  register_type<Numbers>("number[]");
  register_type<Bytes>("Uint8Array<ArrayBuffer>");
  register_type<Floats>("Float32Array<ArrayBuffer>");
  register_type<Ids>("Int32Array | number[]");
  register_type<Edits>("{ at: string; op: string; head: number; query: number; key: number; value: number }[]");
  register_type<TensorValue>("{ data: Float32Array<ArrayBuffer>; shape: number[] }");
  register_type<HeadSummaries>(
      "{ entropy: number; distance: number; previousToken: number; firstToken: number; picture: { data: "
      "Float32Array<ArrayBuffer>; shape: number[] } }[]");
  register_type<Progress>("{ done: number; total: number }");
  register_type<Sampling>("{ temperature: number; topK: number; topP: number; seed: number }");

  register_type<NamedTensors>(
      "{ [name: string]: { data: Float32Array | Uint8Array | Int32Array; shape: readonly number[] } | undefined }");
  register_type<Settings>("{ [name: string]: string | number | boolean }");
  register_type<OwnedTensors>("{ [name: string]: { data: Float32Array<ArrayBuffer>; shape: number[] } }");

  value_object<Config>("EngineConfig")
      .field("layers", &Config::layers)
      .field("heads", &Config::heads)
      .field("keyValueHeads", &Config::key_value_heads)
      .field("headWidth", &Config::head_width)
      .field("width", &Config::width)
      .field("feedForwardWidth", &Config::feed_forward_width)
      .field("vocabulary", &Config::vocabulary)
      .field("context", &Config::context)
      .field("normEpsilon", &Config::norm_epsilon)
      .field("rotaryBase", &Config::rotary_base)
      .field("attentionBias", &Config::attention_bias)
      .field("outputBias", &Config::output_bias)
      .field("feedForwardBias", &Config::feed_forward_bias)
      .field("tiedEmbedding", &Config::tied_embedding);

  class_<Model>("Model")
      .smart_ptr_constructor("Model", &MakeModel)
      .function("parameterNames", &ParameterNames)
      .function("parameterShape", &ParameterShape)
      .function("stage", &StageBytes)
      .function("setParameter", &SetParameter)
      .function("finish", &Finish)
      .function("parameters", &Parameters)
      .function("bytes", &BytesOf)
      .function("traceNames", &NamesOfTrace)
      .function("traceShape", &ShapeOfTrace)
      .function("createRun", &CreateRun);

  class_<BoundRun>("Run")
      .smart_ptr<std::shared_ptr<BoundRun>>("Run")
      .function("setEdits", &BoundRun::SetEdits)
      .function("append", &BoundRun::Append)
      .function("step", &BoundRun::Step)
      .function("progress", &BoundRun::GetProgress)
      .function("length", &BoundRun::Length)
      .function("logits", &BoundRun::Logits)
      .function("sample", &BoundRun::Sample)
      .function("compute", &BoundRun::Compute)
      .function("rollout", &BoundRun::ComputeRollout)
      .function("headSummaries", &BoundRun::Summarize);

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

  function("archName", &NameOfArch);
  function("heapBytes", &HeapBytes);
}

}  // namespace attenscope
