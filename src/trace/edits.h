// Edits as users write them, at traced names, and their place in the layers.
#pragma once

#include <string>
#include <vector>

#include "attention/pattern_edit.h"

namespace attenscope {

/// An edit in the words of the API; −1 means any head, query or key. `value` is the factor of 'scale'.
struct Edit {
  std::string at;
  std::string op;
  Index head = -1;
  Index query = -1;
  Index key = -1;
  double value = 0.0;
};

/// The pattern edits of each layer (L).
using PatternEdits = std::vector<std::vector<PatternEdit>>;

/// Sorts edits into layers. Throws kOption for a place, head or value out of range, and kUnsupported for an operation
/// that exists at no place.
PatternEdits PlacePatternEdits(const std::vector<Edit>& edits, Index layers, Index heads);

}  // namespace attenscope
