// All of Embind: the engine's classes under the names that JavaScript sees, and no arithmetic.
#include <emscripten/bind.h>
#include <emscripten/heap.h>
#include <emscripten/val.h>

#include <memory>
#include <new>
#include <optional>

#include "model/run.h"
#include "model/weights.h"
#include "trace/compute.h"
#include "trace/names.h"
#include "trace/summary.h"

using emscripten::val;

// JavaScript types that the generated declarations name.
EMSCRIPTEN_DECLARE_VAL_TYPE(Strings);
EMSCRIPTEN_DECLARE_VAL_TYPE(Numbers);
EMSCRIPTEN_DECLARE_VAL_TYPE(Bytes);
EMSCRIPTEN_DECLARE_VAL_TYPE(Floats);
EMSCRIPTEN_DECLARE_VAL_TYPE(Ids);
EMSCRIPTEN_DECLARE_VAL_TYPE(Edits);
EMSCRIPTEN_DECLARE_VAL_TYPE(TensorValue);
EMSCRIPTEN_DECLARE_VAL_TYPE(HeadSummaries);
EMSCRIPTEN_DECLARE_VAL_TYPE(Progress);
EMSCRIPTEN_DECLARE_VAL_TYPE(Sampling);

namespace attenscope {
namespace {

[[noreturn]] void ThrowInJavaScript(const char* code, const char* message) {
  val error = val::global("Error").new_(std::string(message));
  error.set("name", std::string("AttenscopeError"));
  error.set("code", std::string(code));
  error.throw_();
  __builtin_unreachable();
}

/// Runs `body`; what it throws arrives in JavaScript with its code and message.
template <class Body>
auto Guard(Body body) {
  try {
    return body();
  } catch (const Error& error) {
    ThrowInJavaScript(ErrorCodeName(error.code()), error.what());
  } catch (const std::bad_alloc&) {
    ThrowInJavaScript(ErrorCodeName(ErrorCode::kMemory), "the engine has no memory left");
  } catch (const std::exception& error) {
    ThrowInJavaScript("worker", error.what());
  }
}

template <class JsType, class T>
JsType ToArray(const std::vector<T>& items) {
  return JsType(val::array(items));
}

/// A view into the heap: the caller copies it at once.
Floats ToView(const float* data, std::size_t size) { return Floats(val(emscripten::typed_memory_view(size, data))); }

TensorValue ToTensor(const TraceTensor& tensor) {
  val object = val::object();
  object.set("data", ToView(tensor.data.data(), tensor.data.size()));
  object.set("shape", val::array(tensor.shape));
  return TensorValue(object);
}

LogitsWanted ToLogitsWanted(const std::string& name) {
  if (name == "all") return LogitsWanted::kAll;
  if (name == "last") return LogitsWanted::kLast;
  if (name == "none") return LogitsWanted::kNone;
  throw Error(ErrorCode::kOption, "logits is '" + name + "', expected 'all', 'last' or 'none'");
}

/// A run, and the last answer that JavaScript may still be reading.
class BoundRun {
 public:
  BoundRun(std::shared_ptr<const Model> model, Index capacity) : run_(std::move(model), capacity) {}

  void SetEdits(const Edits& edits) {
    Guard([&] {
      std::vector<Edit> list;
      for (const val& edit : edits) {
        list.push_back({edit["at"].as<std::string>(), edit["op"].as<std::string>(), edit["head"].as<Index>(),
                        edit["query"].as<Index>(), edit["key"].as<Index>(), edit["value"].as<double>()});
      }
      run_.SetEdits(list);
    });
  }

  void Append(const Ids& ids, const std::string& logits) {
    Guard([&] { run_.Append(emscripten::convertJSArrayToNumberVector<std::int32_t>(ids), ToLogitsWanted(logits)); });
  }

  bool Step() {
    return Guard([&] { return run_.Step(); });
  }

  Progress GetProgress() const {
    val progress = val::object();
    progress.set("done", run_.computed());
    progress.set("total", run_.appended());
    return Progress(progress);
  }

  Index Length() const { return run_.computed(); }

  Floats Logits() const { return ToView(run_.logits().data, static_cast<std::size_t>(run_.logits().size())); }

  Index Sample(const Sampling& options) {
    return Guard([&] {
      return run_.Sample({options["temperature"].as<float>(), options["topK"].as<Index>(), options["topP"].as<float>()},
                         options["seed"].as<std::uint32_t>());
    });
  }

  TensorValue Compute(const std::string& name, Index head, Index first_query, Index queries) {
    return Guard([&] {
      tensor_ = ComputeTrace(run_, name, head, first_query, queries);
      return ToTensor(tensor_);
    });
  }

  TensorValue ComputeRollout(Index first_query, Index queries) {
    return Guard([&] {
      tensor_ = Rollout(run_, first_query, queries);
      return ToTensor(tensor_);
    });
  }

  HeadSummaries Summarize(Index layer) {
    return Guard([&] {
      summaries_ = SummarizeHeads(run_, layer);
      val list = val::array();
      for (const HeadSummary& summary : summaries_) {
        val object = val::object();
        object.set("entropy", summary.entropy);
        object.set("distance", summary.distance);
        object.set("previousToken", summary.previous_token);
        object.set("firstToken", summary.first_token);
        object.set("picture", ToTensor(summary.picture));
        list.call<void>("push", object);
      }
      return HeadSummaries(list);
    });
  }

 private:
  Run run_;
  TraceTensor tensor_;
  std::vector<HeadSummary> summaries_;
};

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

  function("archName", &NameOfArch);
  function("heapBytes", &HeapBytes);
}

}  // namespace attenscope
