// A beam search as JavaScript has it.
#pragma once

#include <memory>
#include <utility>

#include "bindings/bound_run.h"
#include "bindings/object_reader.h"
#include "model/beam_search.h"

EMSCRIPTEN_DECLARE_VAL_TYPE(BeamOptionsValue);
EMSCRIPTEN_DECLARE_VAL_TYPE(Hypotheses);

namespace attenscope {

/// What JavaScript does not give is as BeamOptions has it.
inline BeamOptions ReadBeamOptions(const BeamOptionsValue& given) {
  const ObjectReader reader(given);
  BeamOptions options;
  reader.Read("numBeams", options.beams);
  reader.Read("lengthPenalty", options.length_penalty);
  reader.Read("maxLength", options.max_length);
  reader.Read("minLength", options.min_length);
  reader.Read("noRepeatNgramSize", options.no_repeat_ngram_size);
  reader.Read("badTokens", options.bad_tokens);
  reader.Read("startToken", options.start_token);
  reader.Read("endTokens", options.end_tokens);
  reader.Read("forcedStartToken", options.forced_start_token);
  reader.Read("forcedEndToken", options.forced_end_token);
  reader.Read("renormalize", options.renormalize);
  reader.Read("earlyStopping", options.early_stopping);
  return options;
}

class BoundSearch {
 public:
  explicit BoundSearch(std::unique_ptr<BeamSearch> search) : search_(std::move(search)) {}

  bool Step() {
    return Guard([&] { return search_->Step(); });
  }

  Progress GetProgress() const { return ToProgress(search_->length(), search_->max_length()); }

  Hypotheses GetHypotheses() const {
    val list = val::array();
    for (const Hypothesis& hypothesis : search_->hypotheses()) {
      val object = val::object();
      object.set("ids", val::array(hypothesis.ids));
      object.set("score", hypothesis.score);
      list.call<void>("push", object);
    }
    return Hypotheses(list);
  }

 private:
  std::unique_ptr<BeamSearch> search_;
};

}  // namespace attenscope
