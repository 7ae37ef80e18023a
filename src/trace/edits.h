// Edits as users write them, at traced names, and their place in the layers.
#pragma once

#include <string>
#include <vector>

#include "attention/pattern_edit.h"
#include "model/config.h"

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

/// The pattern edits of a stack's layers (L).
using LayerEdits = std::vector<std::vector<PatternEdit>>;

/// Those of a Transformer's attentions; `cross` and `encoder` are empty where there is no encoder.
struct PatternEdits {
  LayerEdits attn;
  LayerEdits cross;
  LayerEdits encoder;
};

/// The factor of an edit. Throws kUnsupported for an operation that exists at no place, kOption for a value that cannot
/// be.
float EditFactor(const Edit& edit);

/// An edit of one layer's pattern with so many heads. Throws kOption for a head, query or key out of range, and as
/// EditFactor does.
PatternEdit PlaceEdit(const Edit& edit, Index heads);

/// Sorts edits into layers. Throws kOption for a place out of range, and as PlaceEdit does.
PatternEdits PlacePatternEdits(const std::vector<Edit>& edits, const Config& config);

}  // namespace attenscope
