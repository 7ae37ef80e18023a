// Applies edits to rows, in plain loops, because edits change few rows of a run.
#include "attention/edits.h"

namespace attenscope {

namespace {

/// The columns that an edit changes in a row of `count` columns.
struct Columns {
  Index first;
  Index last;
};

Columns ColumnsOf(const TensorEdit& edit, Index count) {
  if (edit.column < 0) return {0, count};
  return {std::min(edit.column, count), std::min(edit.column + 1, count)};
}

void FillWithMean(const TensorEdit& edit, const std::uint8_t* hidden, Index count, float* x) {
  double sum = 0.0;
  Index seen = 0;
  for (Index i = 0; i < count; ++i) {
    if (hidden && hidden[i]) continue;
    sum += x[i];
    ++seen;
  }
  const auto [first, last] = ColumnsOf(edit, count);
  for (Index i = first; i < last; ++i) {
    if (!(hidden && hidden[i])) x[i] = static_cast<float>(sum / static_cast<double>(seen));
  }
}

/// Renormalises a row. A row of zeros does not change.
void Renormalize(const TensorEdit& edit, Index count, float* x) {
  const Index kept = edit.column < count ? edit.column : -1;
  double sum = 0.0;
  for (Index i = 0; i < count; ++i) sum += i == kept ? 0.0 : x[i];
  const double total = kept < 0 ? 1.0 : 1.0 - x[kept];
  if (sum == 0.0) return;
  for (Index i = 0; i < count; ++i) {
    if (i != kept) x[i] = static_cast<float>(x[i] * (total / sum));
  }
}

}  // namespace

void ApplyEdit(const TensorEdit& edit, Index head, Index row, const std::uint8_t* hidden, Index count, float* x) {
  if (!edit.Reaches(head, row)) return;
  if (edit.op == EditOp::kMean) return FillWithMean(edit, hidden, count, x);
  if (edit.op == EditOp::kRenormalize) return Renormalize(edit, count, x);
  const float* numbers = edit.NumbersOf(head, row);
  const auto [first, end] = ColumnsOf(edit, count);
  // An edit of one column takes one number. An edit of a row may have fewer numbers than the row has columns.
  const Index last = numbers && edit.column < 0 ? std::min(end, edit.shape[2]) : end;
  for (Index i = first; i < last; ++i) {
    if (hidden && hidden[i]) continue;
    const float value = numbers ? numbers[edit.column < 0 ? i : 0] : edit.value;
    switch (edit.op) {
      case EditOp::kZero:
        x[i] = 0.0f;
        break;
      case EditOp::kScale:
        x[i] *= value;
        break;
      case EditOp::kAdd:
        x[i] += value;
        break;
      case EditOp::kSet:
        x[i] = value;
        break;
      case EditOp::kHide:
        x[i] = -std::numeric_limits<float>::infinity();
        break;
      case EditOp::kDistance:
        x[i] -= value * static_cast<float>(std::abs(row - i));
        break;
      default:
        break;
    }
  }
}

void ApplyEdits(std::span<const StageEdit> edits, Stage stage, Index head, Index row, const std::uint8_t* hidden,
                Index count, float* x) {
  for (const StageEdit& each : edits) {
    if (each.stage == stage) ApplyEdit(each.edit, head, row, hidden, count, x);
  }
}

void ApplyEdits(std::span<const TensorEdit> edits, Index head, Index first, Index step, Matrix x) {
  for (const TensorEdit& edit : edits) {
    for (Index t = 0; t < x.shape[0]; ++t) ApplyEdit(edit, head, first + t * step, nullptr, x.shape[1], &x(t, 0));
  }
}

void ApplyHeadEdits(std::span<const TensorEdit> edits, Index heads, Index first, Index step, Matrix x) {
  if (edits.empty()) return;
  const Index width = x.shape[1] / heads;
  for (Index head = 0; head < heads; ++head) ApplyEdits(edits, head, first, step, x.Columns(head * width, width));
}

}  // namespace attenscope
