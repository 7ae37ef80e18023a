// Offers a run to JavaScript.
#pragma once

#include <emscripten/bind.h>
#include <emscripten/val.h>

#include <memory>
#include <string>
#include <vector>

#include "bindings/edit_fields.h"
#include "bindings/guard.h"
#include "bindings/run_fields.h"
#include "insight/flow.h"
#include "insight/plane.h"
#include "insight/summary.h"
#include "model/run.h"

// JavaScript types, which appear in the generated declarations.
EMSCRIPTEN_DECLARE_VAL_TYPE(Strings);
EMSCRIPTEN_DECLARE_VAL_TYPE(Numbers);
EMSCRIPTEN_DECLARE_VAL_TYPE(Floats);
EMSCRIPTEN_DECLARE_VAL_TYPE(Edits);
EMSCRIPTEN_DECLARE_VAL_TYPE(TokensValue);
EMSCRIPTEN_DECLARE_VAL_TYPE(TensorValue);
EMSCRIPTEN_DECLARE_VAL_TYPE(HeadSummaries);
EMSCRIPTEN_DECLARE_VAL_TYPE(DirectLogitsValue);
EMSCRIPTEN_DECLARE_VAL_TYPE(PlaneValue);
EMSCRIPTEN_DECLARE_VAL_TYPE(Progress);
EMSCRIPTEN_DECLARE_VAL_TYPE(Sampling);

namespace attenscope {

using emscripten::val;

/// Copies a list to a JavaScript array.
template <class JsType, class T>
JsType ToArray(const std::vector<T>& items) {
  return JsType(val::array(items));
}

/// Returns a view of the engine's memory. JavaScript must copy the numbers at once, because the view becomes invalid
/// when the memory grows.
inline Floats ToView(const float* data, std::size_t size) {
  return Floats(val(emscripten::typed_memory_view(size, data)));
}

/// Returns an object { data, shape } whose data are a view of the tensor.
inline TensorValue ToTensor(const TraceTensor& tensor) {
  val object = val::object();
  object.set("data", ToView(tensor.data.data(), tensor.data.size()));
  object.set("shape", val::array(tensor.shape));
  return TensorValue(object);
}

/// Returns an object { done, total }.
inline Progress ToProgress(Index done, Index total) {
  val progress = val::object();
  progress.set("done", done);
  progress.set("total", total);
  return Progress(progress);
}

/// A run, and the results of its last calls, which views in JavaScript may still read. Each function calls the function
/// of Run with the same name (model/run.h) and throws its errors in JavaScript.
class BoundRun {
 public:
  explicit BoundRun(std::unique_ptr<Run> run) : run_(std::move(run)) {}

  void SetEdits(const Edits& edits) {
    Guard([&] { run_->SetEdits(ReadEdits(edits)); });
  }

  void Restart(const Edits& edits, const std::string& logits) {
    Guard([&] { run_->Restart(ReadEdits(edits), ReadLogitsWanted(logits)); });
  }

  double Work() const { return static_cast<double>(run_->work()); }

  void KeepPictures() {
    Guard([&] { run_->KeepPictures(); });
  }

  void SetSource(const TokensValue& source) {
    Guard([&] { run_->SetSource(ReadTokens(source).tokens()); });
  }

  void Append(const TokensValue& tokens, const std::string& logits) {
    Guard([&] { run_->Append(ReadTokens(tokens).tokens(), ReadLogitsWanted(logits)); });
  }

  bool Step() {
    return Guard([&] { return run_->Step(); });
  }

  Progress GetProgress() const { return ToProgress(run_->progress().done, run_->progress().total); }

  Index Length() const { return run_->length(); }

  TensorValue Logits() const {
    const ConstMatrix logits = run_->logits();
    val object = val::object();
    object.set("data", ToView(logits.data, static_cast<std::size_t>(logits.size())));
    object.set("shape", val::array(std::vector<Index>(logits.shape.begin(), logits.shape.end())));
    return TensorValue(object);
  }

  Index Sample(const Sampling& options) {
    return Guard([&] {
      const SamplingObject given = ReadObject<SamplingObject>(options, kOptionsObject);
      return run_->Sample(given, given.seed);
    });
  }

  TensorValue Compute(const std::string& name, Index head, Index first_query, Index queries) {
    return Guard([&] {
      tensor_ = run_->ComputeTrace(name, head, first_query, queries);
      return ToTensor(tensor_);
    });
  }

  TensorValue ComputeRollout(const std::string& part, Index first_query, Index queries) {
    return Guard([&] {
      tensor_ = Rollout(*run_, ParsePart(part), first_query, queries);
      return ToTensor(tensor_);
    });
  }

  TensorValue ComputeFlow(const std::string& part, Index query, Index first_key, Index keys) {
    return Guard([&] {
      tensor_ = Flow(*run_, ParsePart(part), query, first_key, keys);
      return ToTensor(tensor_);
    });
  }

  DirectLogitsValue ComputeDirectLogits(Index query, Index token) {
    return Guard([&] {
      direct_ = run_->ComputeDirectLogits(query, token);
      val object = val::object();
      object.set("heads", ToTensor(direct_.heads));
      object.set("crossHeads", ToTensor(direct_.cross_heads));
      object.set("feedForward", ToTensor(direct_.feed_forward));
      object.set("embedding", direct_.embedding);
      object.set("bias", direct_.bias);
      object.set("logit", direct_.logit);
      return DirectLogitsValue(object);
    });
  }

  PlaneValue ComputePlane(const std::string& queries_name, const std::string& keys_name, Index query_head,
                          Index key_head, Index first_query, Index queries) {
    return Guard([&] {
      const TraceTensor q = run_->ComputeTrace(queries_name, query_head, first_query, queries);
      const TraceTensor k = run_->ComputeTrace(keys_name, key_head, first_query, queries);
      plane_ = ProjectToPlane({q.data.data(), {q.shape[0], q.shape[1]}}, {k.data.data(), {k.shape[0], k.shape[1]}});
      val object = val::object();
      object.set("queries", ToTensor(plane_.queries));
      object.set("keys", ToTensor(plane_.keys));
      object.set("explained", plane_.explained);
      return PlaneValue(object);
    });
  }

  HeadSummaries Summarize(const std::string& part, Index layer) {
    return Guard([&] {
      summaries_ = SummarizeHeads(*run_, ParsePart(part), layer);
      val list = val::array();
      for (const HeadSummary& summary : summaries_) {
        val object = val::object();
        object.set("entropy", summary.entropy);
        object.set("distance", summary.distance);
        object.set("previousToken", summary.previous_token);
        object.set("firstToken", summary.first_token);
        object.set("duplicateToken", summary.duplicate_token);
        object.set("induction", summary.induction);
        object.set("picture", ToTensor(summary.picture));
        list.call<void>("push", object);
      }
      return HeadSummaries(list);
    });
  }

 private:
  std::unique_ptr<Run> run_;
  TraceTensor tensor_;
  DirectLogits direct_;
  Plane plane_;
  std::vector<HeadSummary> summaries_;
};

}  // namespace attenscope
