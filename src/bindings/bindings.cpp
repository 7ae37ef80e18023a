// Declares all names that the module of the models has in JavaScript. This file computes nothing.
#include <emscripten/bind.h>
#include <emscripten/heap.h>
#include <emscripten/val.h>

#include <memory>

#include "bindings/bound_run.h"
#include "bindings/bound_search.h"
#include "bindings/config_fields.h"
#include "bindings/guard.h"
#include "bindings/parameter_fields.h"
#include "bindings/recurrent_config_fields.h"
#include "parallel/threads.h"
#include "recurrent/recurrent.h"
#include "transformer/transformer.h"

EMSCRIPTEN_DECLARE_VAL_TYPE(Bytes);
EMSCRIPTEN_DECLARE_VAL_TYPE(LayoutValue);
EMSCRIPTEN_DECLARE_VAL_TYPE(EngineConfigValue);
EMSCRIPTEN_DECLARE_VAL_TYPE(RecurrentConfigValue);

// These types appear only in the generated declarations.
EMSCRIPTEN_DECLARE_VAL_TYPE(SquashName);
EMSCRIPTEN_DECLARE_VAL_TYPE(NormalizerName);
EMSCRIPTEN_DECLARE_VAL_TYPE(PositionName);

namespace attenscope {
namespace {

std::shared_ptr<Model> MakeTransformer(const EngineConfigValue& config) {
  return Guard([&]() -> std::shared_ptr<Model> {
    return std::make_shared<Transformer>(ReadObject<Config>(config, kConfigObject));
  });
}

std::shared_ptr<Model> MakeRecurrent(const RecurrentConfigValue& config) {
  return Guard([&]() -> std::shared_ptr<Model> {
    return std::make_shared<Recurrent>(ReadObject<RecurrentConfig>(config, kConfigObject));
  });
}

std::shared_ptr<BoundRun> CreateRun(const Model& model, Index capacity, Index source_capacity) {
  return Guard([&] { return std::make_shared<BoundRun>(model.CreateRun(capacity, source_capacity)); });
}

std::shared_ptr<BoundSearch> CreateBeamSearch(const Model& model, const TokensValue& source,
                                              const BeamOptionsValue& options, const Edits& edits) {
  return Guard([&] {
    const TokensObject given = ReadTokens(source);
    const BeamOptions read = ReadObject<BeamOptions>(options, kOptionsObject);
    return std::make_shared<BoundSearch>(model.CreateBeamSearch(given.tokens(), read, ReadEdits(edits)));
  });
}

Strings ParameterNames(const Model& model) { return ToArray<Strings>(model.parameters().names()); }

Numbers ParameterShape(const Model& model, const std::string& name) {
  return Guard([&] { return ToArray<Numbers>(model.parameters().Shape(name)); });
}

void HoldAs(Model& model, const std::string& form) {
  Guard([&] {
    model.parameters().HoldAs(
        FindChoice<WeightForm>(Choices<WeightForm>::kNames, "the form of the weights", form, ErrorCode::kOption));
  });
}

Bytes StageBytes(Model& model, double bytes) {
  return Guard([&] {
    const std::span<std::byte> stage = model.parameters().Stage(static_cast<std::uint64_t>(bytes));
    return Bytes(val(emscripten::typed_memory_view(stage.size(), reinterpret_cast<std::uint8_t*>(stage.data()))));
  });
}

void SetRows(Model& model, const std::string& name, const std::string& dtype, Index first, Index count) {
  Guard([&] { model.parameters().SetRows(name, dtype, first, count); });
}

void SetLaidOut(Model& model, const std::string& name, const std::string& dtype, const LayoutValue& layout) {
  Guard([&] { model.parameters().SetLaidOut(name, dtype, ReadObject<TensorLayout>(layout, kLayoutObject)); });
}

void Finish(Model& model) {
  Guard([&] { model.parameters().Finish(); });
}

double CountParameters(const Model& model) { return static_cast<double>(model.parameters().count()); }
std::string HeldAs(const Model& model) {
  return model.parameters().has_int8() ? "int8" : model.parameters().has_half() ? "f16" : "f32";
}
double BytesOf(const Model& model) { return static_cast<double>(model.parameters().bytes()); }

Strings NamesOfTrace(const Model& model) { return ToArray<Strings>(model.TraceNames()); }

Numbers ShapeOfTrace(const Model& model, const std::string& name, Index queries, Index keys) {
  return Guard([&] { return ToArray<Numbers>(model.TraceShape(name, queries, keys)); });
}

std::string NameOfArch() { return simd::ArchName<simd::DefaultArch>(); }

/// Starts `count` threads if the build has threads. Returns the number of threads.
int StartThreads(int count) {
  return Guard([&] {
    SetThreadCount(count);
    return ThreadCount();
  });
}

double HeapBytes() { return static_cast<double>(emscripten_get_heap_size()); }

}  // namespace

EMSCRIPTEN_BINDINGS(attenscope) {
  using namespace emscripten;

  register_type<Strings>("string[]");
  register_type<Numbers>("number[]");
  register_type<Bytes>("Uint8Array<ArrayBuffer>");
  register_type<Floats>("Float32Array<ArrayBuffer>");
  register_type<TokensValue>(ObjectType<TokensObject>());
  register_type<LayoutValue>(ObjectType<TensorLayout>());
  register_type<SquashName>("Squash", ChoicesType<Squash>());
  register_type<NormalizerName>("Normalizer", ChoicesType<Normalizer>());
  register_type<PositionName>("EditedPosition", ChoicesType<PositionSetting::Kind>());
  register_type<Edits>("EngineEdit", ArrayType<EditObject>());
  register_type<TensorValue>("{ data: Float32Array<ArrayBuffer>; shape: number[] }");
  register_type<HeadSummaries>(
      "{ entropy: number; distance: number; previousToken: number; firstToken: number; duplicateToken: number; "
      "induction: number; picture: { data: Float32Array<ArrayBuffer>; shape: number[] } }[]");
  register_type<DirectLogitsValue>(
      "{ heads: { data: Float32Array<ArrayBuffer>; shape: number[] }; crossHeads: { data: Float32Array<ArrayBuffer>; "
      "shape: number[] }; feedForward: { data: Float32Array<ArrayBuffer>; shape: number[] }; embedding: number; bias: "
      "number; logit: number }");
  register_type<PlaneValue>(
      "{ queries: { data: Float32Array<ArrayBuffer>; shape: number[] }; keys: { data: Float32Array<ArrayBuffer>; "
      "shape: number[] }; explained: number }");
  register_type<Progress>("{ done: number; total: number }");
  register_type<Sampling>(ObjectType<SamplingObject>());
  register_type<EngineConfigValue>("EngineConfig", ObjectType<Config>());
  register_type<RecurrentConfigValue>("RecurrentConfig", ObjectType<RecurrentConfig>());
  register_type<BeamOptionsValue>("BeamOptions", ObjectType<BeamOptions>());
  register_type<Hypotheses>("{ ids: number[]; score: number }[]");

  class_<Model>("Model")
      .smart_ptr<std::shared_ptr<Model>>("Model")
      .class_function("transformer", &MakeTransformer)
      .class_function("recurrent", &MakeRecurrent)
      .function("parameterNames", &ParameterNames)
      .function("parameterShape", &ParameterShape)
      .function("holdAs", &HoldAs)
      .function("stage", &StageBytes)
      .function("setRows", &SetRows)
      .function("setLaidOut", &SetLaidOut)
      .function("finish", &Finish)
      .function("parameters", &CountParameters)
      .function("bytes", &BytesOf)
      .function("heldAs", &HeldAs)
      .function("traceNames", &NamesOfTrace)
      .function("traceShape", &ShapeOfTrace)
      .function("createRun", &CreateRun)
      .function("createBeamSearch", &CreateBeamSearch);

  class_<BoundRun>("Run")
      .smart_ptr<std::shared_ptr<BoundRun>>("Run")
      .function("setEdits", &BoundRun::SetEdits)
      .function("restart", &BoundRun::Restart)
      .function("work", &BoundRun::Work)
      .function("keepPictures", &BoundRun::KeepPictures)
      .function("setSource", &BoundRun::SetSource)
      .function("append", &BoundRun::Append)
      .function("step", &BoundRun::Step)
      .function("progress", &BoundRun::GetProgress)
      .function("length", &BoundRun::Length)
      .function("logits", &BoundRun::Logits)
      .function("sample", &BoundRun::Sample)
      .function("compute", &BoundRun::Compute)
      .function("rollout", &BoundRun::ComputeRollout)
      .function("flow", &BoundRun::ComputeFlow)
      .function("directLogits", &BoundRun::ComputeDirectLogits)
      .function("plane", &BoundRun::ComputePlane)
      .function("headSummaries", &BoundRun::Summarize);

  class_<BoundSearch>("BeamSearch")
      .smart_ptr<std::shared_ptr<BoundSearch>>("BeamSearch")
      .function("step", &BoundSearch::Step)
      .function("progress", &BoundSearch::GetProgress)
      .function("hypotheses", &BoundSearch::GetHypotheses);

  function("archName", &NameOfArch);
  function("setThreads", &StartThreads);
  function("heapBytes", &HeapBytes);
}

}  // namespace attenscope
