// Edits of single tensors while a model runs: of rows of scores or of a pattern, or of vectors.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "tensor/tensor.h"

namespace attenscope {

/// The stages of a row of scores, in order.
enum class Stage { kScores, kScaled, kSquashed, kMasked, kPattern };

/// The operation of an edit.
enum class EditOp {
  kZero,
  kScale,
  kAdd,
  kSet,
  kMean,         // for scores and patterns: replaces each number by the mean of the row over the visible keys
  kRenormalize,  // for patterns: divides the row by its sum; with a column, the weight w of this column stays and the
                 // other weights sum to 1 − w
  kHide,         // for masked scores: writes −∞
  kDistance,     // for scores: subtracts `value` times the distance in tokens (ALiBi)
};

/// One edit of a tensor. Rows are tokens, counted from the start of the text. Columns are keys, or the numbers of a
/// vector.
struct TensorEdit {
  EditOp op = EditOp::kScale;
  Index head = -1;  // −1: all
  Index first_row = 0;
  Index last_row = std::numeric_limits<Index>::max();
  Index column = -1;  // −1: all
  float value = 0.0f;
  /// For kAdd and kSet: numbers of shape (heads or 1, rows or 1, columns) that replace `value`. Their first row is for
  /// the token `first_row`.
  std::vector<float> numbers = {};
  std::array<Index, 3> shape = {};

  /// Tells whether the edit changes this row of this head.
  bool Reaches(Index of_head, Index row) const {
    return (head < 0 || head == of_head) && row >= first_row && row < last_row;
  }
  /// Returns the numbers for a row that the edit changes, or null when the edit has one `value` for all.
  const float* NumbersOf(Index of_head, Index row) const {
    if (numbers.empty()) return nullptr;
    const Index n = shape[0] > 1 ? of_head : 0;
    const Index t = shape[1] > 1 ? row - first_row : 0;
    return numbers.data() + (n * shape[1] + t) * shape[2];
  }
};

/// An edit of the scores or the pattern. The edit applies right after its stage is computed.
struct StageEdit {
  Stage stage = Stage::kPattern;
  TensorEdit edit;
};

/// Applies an edit to one row x (count), in place. `hidden` (count) marks the hidden keys with 1, and the edit does not
/// change them; null: no key is hidden.
void ApplyEdit(const TensorEdit& edit, Index head, Index row, const std::uint8_t* hidden, Index count, float* x);

/// Applies the edits of one stage to one row x (count), in the order of the list.
void ApplyEdits(std::span<const StageEdit> edits, Stage stage, Index head, Index row, const std::uint8_t* hidden,
                Index count, float* x);

/// Applies edits to the vectors x (T, columns) of one head, for the tokens first, first + step, …
void ApplyEdits(std::span<const TensorEdit> edits, Index head, Index first, Index step, Matrix x);

/// Applies edits to the vectors of all heads side by side, x (T, heads · columns), for the tokens first, first + step,
/// …
void ApplyHeadEdits(std::span<const TensorEdit> edits, Index heads, Index first, Index step, Matrix x);

}  // namespace attenscope
