// Offers a beam search to JavaScript.
#pragma once

#include <memory>
#include <utility>

#include "bindings/bound_run.h"
#include "model/beam_search.h"

EMSCRIPTEN_DECLARE_VAL_TYPE(BeamOptionsValue);
EMSCRIPTEN_DECLARE_VAL_TYPE(Hypotheses);

namespace attenscope {

/// A beam search. JavaScript gets copies of the hypotheses. See model/beam_search.h for the functions.
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
