// The edits that apply to one row of scores after another, stage by stage.
#pragma once

#include <vector>

#include "attention/mask.h"

namespace attenscope {

/// The edits of a head's rows of scores (S), and which keys of the row in hand are hidden, for edits leave those alone.
class RowEdits {
 public:
  RowEdits(const AttentionOptions& options, Index head, Index S)
      : options_(options), head_(head), hidden_(options.edits.empty() ? 0 : static_cast<std::size_t>(S)) {}

  /// Begins the row of query t: marks the keys that its position hides.
  void BeginRow(Index t, Index S) {
    if (hidden_.empty()) return;
    const KeyRange range = VisibleRange(options_.visible, t, S);
    for (Index s = 0; s < S; ++s) {
      hidden_[static_cast<std::size_t>(s)] = s >= range.last || (s >= range.globals && s < range.first);
    }
  }

  /// Marks the keys whose masked score is −∞, and no others.
  void MarkHidden(const float* row) {
    for (std::size_t s = 0; s < hidden_.size(); ++s) hidden_[s] = row[s] == kHidden;
  }

  /// Applies the edits of a stage to the row of query t.
  void Apply(Stage stage, Index t, float* row) const {
    if (hidden_.empty()) return;
    ApplyEdits(options_.edits, stage, head_, options_.visible.past + t, hidden_.data(),
               static_cast<Index>(hidden_.size()), row);
  }

 private:
  const AttentionOptions& options_;
  Index head_;
  std::vector<std::uint8_t> hidden_;  // of the row in hand; empty where there are no edits
};

}  // namespace attenscope
