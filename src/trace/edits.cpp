// Checks edits. Edits may come from links that strangers wrote, so that every field is checked.
#include "trace/edits.h"

#include <cmath>
#include <limits>

#include "tensor/error.h"
#include "tensor/number_text.h"

namespace attenscope {

namespace {

[[noreturn]] void Refuse(const Edit& edit, const std::string& why) {
  throw Error(ErrorCode::kOption, "edit at '" + edit.at + "': " + why);
}

EditOp OpOf(const Edit& edit, const EditTarget& target) {
  if (edit.op == "zero") return EditOp::kZero;
  if (edit.op == "scale") return EditOp::kScale;
  if (edit.op == "add") return EditOp::kAdd;
  if (edit.op == "set") return EditOp::kSet;
  if (edit.op == "mean" && target.stage) return EditOp::kMean;
  if (edit.op == "renormalise" && target.stage == Stage::kPattern) return EditOp::kRenormalize;
  throw Error(ErrorCode::kUnsupported, "edit op '" + edit.op + "' is not known at '" + edit.at +
                                           "'; 'zero', 'scale', 'add' and 'set' are, at scores and patterns 'mean', at "
                                           "patterns 'renormalise'");
}

void CheckHead(const Edit& edit, Index heads) {
  if (heads == 0 && edit.head != -1) Refuse(edit, "head is set, but this tensor has no heads");
  if (edit.head >= -1 && edit.head < std::max<Index>(heads, 1)) return;
  Refuse(edit, "head is " + std::to_string(edit.head) + ", expected 0 to " + std::to_string(heads - 1));
}

/// A value must be finite. Only masked scores may also be −∞.
void CheckNumbers(const Edit& edit, const EditTarget& target) {
  const auto is_good = [&](double value) {
    return std::isfinite(value) || (target.stage == Stage::kMasked && std::isinf(value) && value < 0.0);
  };
  if (!std::isfinite(static_cast<float>(edit.value))) Refuse(edit, "value is not finite, expected a finite number");
  for (float value : edit.numbers.data) {
    if (!is_good(value)) Refuse(edit, "numbers are not all finite, expected finite numbers");
  }
}

/// Tells whether a shape has three extents whose product is `numbers`. The check divides, because the product could
/// overflow.
bool Holds(const std::vector<Index>& shape, std::size_t numbers) {
  auto left = static_cast<Index>(numbers);
  for (Index extent : shape) {
    if (extent < 1 || left % extent != 0) return false;
    left /= extent;
  }
  return shape.size() == 3 && left == 1;
}

TensorEdit WithNumbers(TensorEdit placed, const Edit& edit, const EditTarget& target) {
  const std::vector<Index>& shape = edit.numbers.shape;
  const Index heads = std::max<Index>(target.heads, 1);
  const Index columns = target.width > 0 ? target.width : placed.column >= 0 ? 1 : -1;
  if (!Holds(shape, edit.numbers.data.size()) || (shape[0] != 1 && shape[0] != heads) ||
      (columns >= 0 && shape[2] != columns) || (edit.op != "set" && edit.op != "add")) {
    std::string found;
    for (Index extent : shape) found += (found.empty() ? "" : ", ") + std::to_string(extent);
    throw Error(ErrorCode::kShape, "edit at '" + edit.at + "': numbers of shape [" + found +
                                       "] do not fit, expected [" + std::to_string(heads) + " or 1, rows or 1, " +
                                       (columns < 0 ? "keys" : std::to_string(columns)) + "]");
  }
  placed.numbers = edit.numbers.data;
  placed.shape = {shape[0], shape[1], shape[2]};
  if (shape[1] > 1 && shape[1] < placed.last_row - placed.first_row) placed.last_row = placed.first_row + shape[1];
  return placed;
}

}  // namespace

TensorEdit PlaceTensorEdit(const Edit& edit, const EditTarget& target) {
  const Index row = target.rows_are_keys ? edit.key : edit.query;
  TensorEdit placed{.op = OpOf(edit, target), .head = edit.head, .value = static_cast<float>(edit.value)};
  CheckHead(edit, target.heads);
  if (edit.query < -1 || edit.key < -1 || edit.first < 0) Refuse(edit, "query, key and first count from 0");
  // No text has so many tokens, and the index of the next row could not be represented.
  if (row == std::numeric_limits<Index>::max()) Refuse(edit, "there is no token " + std::to_string(row));
  if (target.rows_are_keys && edit.query != -1) Refuse(edit, "query is set, but the rows of this tensor are keys");
  if (!target.stage && !target.rows_are_keys && edit.key != -1) Refuse(edit, "key is set, but this tensor has no keys");
  CheckNumbers(edit, target);
  placed.first_row = row >= 0 ? row : edit.first;
  if (row >= 0) placed.last_row = row + 1;
  if (target.stage) placed.column = edit.key;
  return edit.numbers.data.empty() && edit.numbers.shape.empty() ? placed
                                                                 : WithNumbers(std::move(placed), edit, target);
}

void PlaceSetting(const Edit& edit, Index heads, AttentionChanges& changes) {
  AttentionSetting setting = *edit.setting;
  CheckHead(edit, heads);
  setting.head = edit.head;
  setting.first_query = edit.first;
  if (setting.temperature && !(*setting.temperature > 0.0f && std::isfinite(*setting.temperature))) {
    Refuse(edit, "temperature is " + NumberText(*setting.temperature) + ", expected a finite number above 0");
  }
  for (Index key : setting.hidden_keys) {
    if (key < 0) Refuse(edit, "keys count from 0");
    changes.stages.push_back(
        {Stage::kMasked, {.op = EditOp::kHide, .head = edit.head, .first_row = edit.first, .column = key}});
  }
  changes.settings.push_back(std::move(setting));
}

}  // namespace attenscope
