// Edits as users write them, addressed by the names of traced tensors, and their checks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "attention/changes.h"
#include "position/position_setting.h"
#include "trace/trace_tensor.h"

namespace attenscope {

/// An edit in the terms of the public API. −1 means every head, query or key.
///
/// At a traced tensor, `op` is 'zero', 'scale', 'add' or 'set'; at scores and patterns also 'mean', at patterns also
/// 'renormalise'. For 'add' and 'set', `numbers` of shape (heads or 1, rows or 1, columns) replaces `value`. At an
/// attention ('blocks.2.attn') and at 'positions', `op` is 'configure', and `setting` or `position` holds the new
/// setting.
struct Edit {
  std::string at;
  std::string op;
  Index head = -1;
  Index query = -1;
  Index key = -1;
  double value = 0.0;
  Index first = 0;  // the first query that the edit changes when `query` is −1
  TraceTensor numbers = {};
  std::optional<AttentionSetting> setting = {};
  std::optional<PositionSetting> position = {};
};

/// The properties of a tensor that decide which edits it accepts: its number of heads (0: no heads), the width of its
/// vectors (0: its rows run over the keys), and the stage of attention.
struct EditTarget {
  Index heads = 0;
  Index width = 0;
  bool rows_are_keys = false;
  std::optional<Stage> stage = {};  // set when rows run over the keys
};

/// Converts an edit at a traced tensor into a change that the engine applies. Throws kOption for a head, query or key
/// out of range, for a field that the tensor does not have and for invalid numbers; kShape for numbers of another
/// shape; kUnsupported for an unknown operation.
TensorEdit PlaceTensorEdit(const Edit& edit, const EditTarget& target);

/// Adds the setting of a whole attention to `changes`. Throws kOption for a head or a number out of range.
void PlaceSetting(const Edit& edit, Index heads, AttentionChanges& changes);

}  // namespace attenscope
