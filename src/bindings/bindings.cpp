// All names that JavaScript sees of the models' module: the engine's classes, and no arithmetic.
#include <emscripten/bind.h>
#include <emscripten/heap.h>
#include <emscripten/val.h>

#include <memory>

#include "bindings/bound_run.h"
#include "bindings/bound_search.h"
#include "bindings/guard.h"
#include "bindings/read_config.h"
#include "bindings/read_recurrent_config.h"
#include "parallel/threads.h"
#include "recurrent/recurrent.h"
#include "transformer/transformer.h"

EMSCRIPTEN_DECLARE_VAL_TYPE(Bytes);
EMSCRIPTEN_DECLARE_VAL_TYPE(LayoutValue);

namespace attenscope {
namespace {

std::shared_ptr<Model> MakeTransformer(const EngineConfigValue& config) {
  return Guard([&]() -> std::shared_ptr<Model> { return std::make_shared<Transformer>(ReadConfig(config)); });
}

std::shared_ptr<Model> MakeRecurrent(const RecurrentConfigValue& config) {
  return Guard([&]() -> std::shared_ptr<Model> { return std::make_shared<Recurrent>(ReadRecurrentConfig(config)); });
}

std::shared_ptr<BoundRun> CreateRun(const Model& model, Index capacity, Index source_capacity) {
  return Guard([&] { return std::make_shared<BoundRun>(model.CreateRun(capacity, source_capacity)); });
}

std::shared_ptr<BoundSearch> CreateBeamSearch(const Model& model, const TokensValue& source,
                                              const BeamOptionsValue& options, const Edits& edits) {
  return Guard([&] {
    const GivenTokens given(source);
    return std::make_shared<BoundSearch>(
        model.CreateBeamSearch(given.tokens(), ReadBeamOptions(options), ReadEdits(edits)));
  });
}

Strings ParameterNames(const Model& model) { return ToArray<Strings>(model.parameters().names()); }

Numbers ParameterShape(const Model& model, const std::string& name) {
  return Guard([&] { return ToArray<Numbers>(model.parameters().Shape(name)); });
}

void HoldAs(Model& model, const std::string& form) {
  Guard([&] {
    if (form == "auto") return model.parameters().HoldAs(WeightForm::kAsStored);
    if (form == "f32") return model.parameters().HoldAs(WeightForm::kFloat);
    if (form == "f16") return model.parameters().HoldAs(WeightForm::kHalf);
    if (form == "int8") return model.parameters().HoldAs(WeightForm::kInt8);
    throw Error(ErrorCode::kOption,
                "the weights are to be held as '" + form + "', expected 'auto', 'f32', 'f16' or 'int8'");
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
  Guard([&] {
    const ObjectReader reader(layout);
    TensorLayout place;
    reader.Read("first", place.first);
    reader.Read("rowStride", place.row_stride);
    reader.Read("columnStride", place.column_stride);
    reader.Read("group", place.group);
    reader.Read("groupStride", place.group_stride);
    reader.Read("add", place.add);
    model.parameters().SetLaidOut(name, dtype, place);
  });
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

/// As many as asked for, where the build has any; returns how many there are.
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
  register_type<TokensValue>(
      "{ ids: readonly number[]; typeIds?: readonly number[]; positions?: readonly number[]; "
      "attentionMask?: readonly number[] }");
  register_type<LayoutValue>(
      "{ readonly first: number; readonly rowStride: number; readonly columnStride?: number; readonly group?: number; "
      "readonly groupStride?: number; readonly add?: number }");
  // What an edit leaves out is as Edit of trace/edits.h has it.
  register_type<Edits>(
      "EngineEdit",
      "{ at: string; op: string; head?: number; query?: number; key?: number; value?: number; first?: number; "
      "numbers?: Float32Array | number[]; shape?: number[]; setting?: { squash?: string; normalizer?: string; seed?: "
      "number; temperature?: number; causal?: boolean; windowLeft?: number; windowRight?: number; globalTokens?: "
      "number; hiddenKeys?: number[] }; position?: { kind: string; base?: number; interleaved?: boolean } }[]");
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
  register_type<Sampling>("{ temperature: number; topK: number; topP: number; seed: number }");

  // What a model of the Llama form does not need may be left out.
  register_type<EngineConfigValue>(
      "EngineConfig",
      "{ layers: number; heads: number; keyValueHeads: number; headWidth: number; feedForwardWidth: number; "
      "causal?: boolean; windows?: number[]; width: number; vocabulary: number; context: number; encoder?: { layers: "
      "number; heads: number; keyValueHeads: number; headWidth: number; feedForwardWidth: number }; "
      "encoderVocabulary?: number; norm?: 'rms' | 'layer'; normPlace?: 'before' | 'after' | 'both'; "
      "normEpsilon: number; normBias?: boolean; finalNorm?: boolean; embeddingNorm?: boolean; embeddingScale?: number; "
      "embeddingWidth?: number; embeddingProjectionBias?: boolean; types?: number; "
      "position?: 'none' | 'rotary' | 'sinusoidal' | 'learned'; positionOffset?: number; sinusoidalEnds?: boolean; "
      "rotaryBase?: number; rotaryWidth?: number; rotaryScaling?: { kind: 'linear' | 'llama3' | 'yarn'; factor: "
      "number; originalLength?: number; lowFrequencyFactor?: number; highFrequencyFactor?: number; betaFast?: number; "
      "betaSlow?: number; truncate?: boolean; attentionFactor?: number; mscale?: number; mscaleAllDimensions?: "
      "number }; distanceBias?: 'none' | 'buckets' | 'alibi'; buckets?: number; bucketDistance?: number; "
      "attentionScale?: number; attentionSoftcap?: number; headNorm?: boolean; parallel?: boolean; "
      "activation?: 'silu' | 'relu' | 'gelu' | 'gelu-tanh' | 'tanh'; gated?: boolean; attentionBias?: boolean; "
      "outputBias?: boolean; feedForwardBias?: boolean; tiedEmbedding?: boolean; logitsBias?: boolean; "
      "logitsScale?: number; logitsSoftcap?: number; head?: { outputs?: number; width?: number; "
      "activation?: 'silu' | 'relu' | 'gelu' | 'gelu-tanh' | 'tanh'; norm?: boolean; bias?: boolean } }");
  register_type<RecurrentConfigValue>(
      "RecurrentConfig",
      "{ kind: 'classifier' | 'seq2seq'; vocabulary: number; embeddingWidth: number; layers: number; width: number; "
      "bidirectional: boolean; attentionWidth: number; context: number; labels?: number; decoderWidth?: number; "
      "decoderContext?: 'attention' | 'pooled'; encoderHeads?: number }");
  register_type<BeamOptionsValue>(
      "BeamOptions",
      "{ numBeams?: number; lengthPenalty?: number; maxLength: number; minLength?: number; noRepeatNgramSize?: number; "
      "badTokens?: number[]; startToken: number; endTokens: number[]; forcedStartToken?: number; "
      "forcedEndToken?: number; renormalize?: boolean; earlyStopping?: boolean }");
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
