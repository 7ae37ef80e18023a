// A beam search as JavaScript has it.
#pragma once

#include <memory>
#include <utility>

#include "bindings/bound_run.h"
#include "model/beam_search.h"

EMSCRIPTEN_DECLARE_VAL_TYPE(BeamOptionsValue);
EMSCRIPTEN_DECLARE_VAL_TYPE(Hypotheses);

namespace attenscope {

/// What JavaScript does not give is as BeamOptions has it.
inline BeamOptions ReadBeamOptions(const BeamOptionsValue& given) {
  BeamOptions options;
  const auto read = [&](const char* name, auto& to) {
    if (!given[name].isUndefined()) to = given[name].as<std::remove_cvref_t<decltype(to)>>();
  };
  const auto read_ids = [&](const char* name, std::vector<std::int32_t>& to) {
    if (!given[name].isUndefined()) to = ToIds(given[name]);
  };
  read("numBeams", options.beams);
  read("lengthPenalty", options.length_penalty);
  read("maxLength", options.max_length);
  read("minLength", options.min_length);
  read("noRepeatNgramSize", options.no_repeat_ngram_size);
  read_ids("badTokens", options.bad_tokens);
  read("startToken", options.start_token);
  read_ids("endTokens", options.end_tokens);
  read("forcedStartToken", options.forced_start_token);
  read("forcedEndToken", options.forced_end_token);
  read("renormalize", options.renormalize);
  read("earlyStopping", options.early_stopping);
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
