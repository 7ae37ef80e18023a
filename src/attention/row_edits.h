// Applies edits to one row of scores after another, stage by stage.
#pragma once

#include <vector>

#include "attention/mask.h"

namespace attenscope {

/// The edits of the rows of scores (S) of one head. The object also marks the hidden keys of the current row, which
/// edits do not change.
class RowEdits {
 public:
  /// Prepares the edits of `options` for the rows of head `head` with S keys.
  RowEdits(const AttentionOptions& options, Index head, Index S)
      : options_(options), head_(head), hidden_(options.edits.empty() ? 0 : static_cast<std::size_t>(S)) {}

  /// Begins the row of query t: marks the keys that the position of the query hides.
  void BeginRow(Index t, Index S) {
    if (hidden_.empty()) return;
    const KeyRange range = VisibleRange(options_.visible, t, S);
    for (Index s = 0; s < S; ++s) {
      hidden_[static_cast<std::size_t>(s)] = s >= range.last || (s >= range.globals && s < range.first);
    }
  }

  /// Marks exactly the keys whose masked score is −∞.
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
  std::vector<std::uint8_t> hidden_;  // (S): 1 for the hidden keys of the current row; empty if there are no edits
};

}  // namespace attenscope
