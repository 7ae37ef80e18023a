// Changes to single tensors while a model runs: to rows of scores or of a pattern, or to vectors.
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

/// The stages that a row of scores goes through, in order.
enum class Stage { kScores, kScaled, kSquashed, kMasked, kPattern };

enum class EditOp {
  kZero,
  kScale,
  kAdd,
  kSet,
  kMean,         // of a row of scores or weights: the mean over the visible keys replaces each
  kRenormalize,  // of a row of weights: divides by their sum; with a column, it stays and the others sum up to 1 − it
  kHide,         // of masked scores: −∞
  kDistance,     // of scores: subtracts `value` for each token of distance (ALiBi)
};

/// One change. Rows are tokens, counted from the start of the text; columns are keys.
struct TensorEdit {
  EditOp op = EditOp::kScale;
  Index head = -1;  // −1: all
  Index first_row = 0;
  Index last_row = std::numeric_limits<Index>::max();
  Index column = -1;  // −1: all
  float value = 0.0f;
  /// Of kAdd and kSet, in place of the value: (heads or 1, rows or 1, columns), the first row being `first_row`.
  std::vector<float> numbers = {};
  std::array<Index, 3> shape = {};

  bool Reaches(Index of_head, Index row) const {
    return (head < 0 || head == of_head) && row >= first_row && row < last_row;
  }
  /// The numbers for a row that the edit reaches; null where `value` serves all.
  const float* NumbersOf(Index of_head, Index row) const {
    if (numbers.empty()) return nullptr;
    const Index n = shape[0] > 1 ? of_head : 0;
    const Index t = shape[1] > 1 ? row - first_row : 0;
    return numbers.data() + (n * shape[1] + t) * shape[2];
  }
};

/// An edit of a stage between the scores and the pattern, which applies once the stage is computed.
struct StageEdit {
  Stage stage = Stage::kPattern;
  TensorEdit edit;
};

/// Applies an edit to one row x (count), in place. Keys that `hidden` marks stay as they are; null: no key is hidden.
void ApplyEdit(const TensorEdit& edit, Index head, Index row, const std::uint8_t* hidden, Index count, float* x);

/// Applies the edits of a stage to one row, in their order.
void ApplyEdits(std::span<const StageEdit> edits, Stage stage, Index head, Index row, const std::uint8_t* hidden,
                Index count, float* x);

/// Applies edits to the vectors x (T, columns) of one head, for the tokens first, first + step, ….
void ApplyEdits(std::span<const TensorEdit> edits, Index head, Index first, Index step, Matrix x);

/// Applies edits to the vectors of all heads side by side, x (T, heads · columns).
void ApplyHeadEdits(std::span<const TensorEdit> edits, Index heads, Index first, Index step, Matrix x);

}  // namespace attenscope
