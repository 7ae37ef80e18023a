// Edits as users write them, at traced names, and their checks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "attention/changes.h"
#include "position/position_setting.h"
#include "trace/trace_tensor.h"

namespace attenscope {

/// An edit in the words of the API. −1 means any head, query or key.
///
/// At a traced tensor: `op` is 'zero', 'scale', 'add', 'set', at scores and patterns 'mean', at patterns 'renormalise';
/// `numbers` of 'add' and 'set' are (heads or 1, rows or 1, columns), in place of the value. At an attention
/// ('blocks.2.attn') and at 'positions' `op` is 'configure', with what is set.
struct Edit {
  std::string at;
  std::string op;
  Index head = -1;
  Index query = -1;
  Index key = -1;
  double value = 0.0;
  Index first = 0;  // of the queries that it reaches where `query` is −1
  TraceTensor numbers = {};
  std::optional<AttentionSetting> setting = {};
  std::optional<PositionSetting> position = {};
};

/// What an edit may reach: so many heads (0: there are none to choose from), and vectors of this width (0: rows over
/// the keys).
struct EditTarget {
  Index heads = 0;
  Index width = 0;
  bool rows_are_keys = false;
  std::optional<Stage> stage = {};  // of a row over the keys
};

/// The change that an edit at a traced tensor makes. Throws kOption for a head, query or key out of range, for what the
/// tensor does not have and for numbers that cannot be, kShape for numbers of another shape, and kUnsupported for an
/// operation that exists at no place.
TensorEdit PlaceTensorEdit(const Edit& edit, const EditTarget& target);

/// Takes a setting of a whole attention into its changes. Throws kOption for a head or a number out of range.
void PlaceSetting(const Edit& edit, Index heads, AttentionChanges& changes);

}  // namespace attenscope
