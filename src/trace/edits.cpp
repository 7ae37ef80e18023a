// Checks of edits: they come from links, written by strangers.
#include "trace/edits.h"

#include <cmath>

#include "tensor/error.h"
#include "trace/names.h"

namespace attenscope {

namespace {

float Factor(const Edit& edit) {
  if (edit.op == "zero") return 0.0f;
  if (edit.op != "scale") {
    throw Error(ErrorCode::kUnsupported,
                "edit op '" + edit.op + "' is not known at '" + edit.at + "'; 'zero' and 'scale' are");
  }
  if (!std::isfinite(edit.value)) throw Error(ErrorCode::kOption, "an edit that scales needs a finite value");
  return static_cast<float>(edit.value);
}

}  // namespace

PatternEdits PlacePatternEdits(const std::vector<Edit>& edits, Index layers, Index heads) {
  PatternEdits placed(static_cast<std::size_t>(layers));
  for (const Edit& edit : edits) {
    const Index layer = PatternLayer(edit.at, layers);
    if (layer < 0) {
      throw Error(ErrorCode::kOption, "edits apply at 'blocks.0.attn.pattern' to 'blocks." +
                                          std::to_string(layers - 1) + ".attn.pattern', not at '" + edit.at + "'");
    }
    if (edit.head < -1 || edit.head >= heads) {
      throw Error(ErrorCode::kOption, "edit at '" + edit.at + "': head is " + std::to_string(edit.head) +
                                          ", expected 0 to " + std::to_string(heads - 1));
    }
    if (edit.query < -1 || edit.key < -1) {
      throw Error(ErrorCode::kOption, "edit at '" + edit.at + "': query and key count from 0");
    }
    placed[static_cast<std::size_t>(layer)].push_back({edit.head, edit.query, edit.key, Factor(edit)});
  }
  return placed;
}

}  // namespace attenscope
