// Checks of edits: they come from links, written by strangers.
#include "trace/edits.h"

#include <cmath>
#include <optional>

#include "tensor/error.h"
#include "trace/names.h"

namespace attenscope {

float EditFactor(const Edit& edit) {
  if (edit.op == "zero") return 0.0f;
  if (edit.op != "scale") {
    throw Error(ErrorCode::kUnsupported,
                "edit op '" + edit.op + "' is not known at '" + edit.at + "'; 'zero' and 'scale' are");
  }
  if (!std::isfinite(edit.value)) throw Error(ErrorCode::kOption, "an edit that scales needs a finite value");
  return static_cast<float>(edit.value);
}

PatternEdit PlaceEdit(const Edit& edit, Index heads) {
  if (edit.head < -1 || edit.head >= heads) {
    throw Error(ErrorCode::kOption, "edit at '" + edit.at + "': head is " + std::to_string(edit.head) +
                                        ", expected 0 to " + std::to_string(heads - 1));
  }
  if (edit.query < -1 || edit.key < -1) {
    throw Error(ErrorCode::kOption, "edit at '" + edit.at + "': query and key count from 0");
  }
  return {edit.head, edit.query, edit.key, EditFactor(edit)};
}

PatternEdits PlacePatternEdits(const std::vector<Edit>& edits, const Config& config) {
  PatternEdits placed;
  placed.attn.resize(static_cast<std::size_t>(config.layers));
  placed.cross.resize(static_cast<std::size_t>(config.HasEncoder() ? config.layers : 0));
  placed.encoder.resize(static_cast<std::size_t>(config.encoder.layers));
  for (const Edit& edit : edits) {
    const std::optional<TraceName> place = FindTraceName(edit.at, config);
    if (!place || place->kind != TraceKind::kPattern) {
      throw Error(ErrorCode::kOption, "edits apply at patterns, such as '" + PatternName(Part::kDecoder, 0, config) +
                                          "', not at '" + edit.at + "'");
    }
    LayerEdits& layers = place->part == Part::kEncoder ? placed.encoder
                         : place->part == Part::kCross ? placed.cross
                                                       : placed.attn;
    layers[static_cast<std::size_t>(place->layer)].push_back(PlaceEdit(edit, StackOf(config, place->part).heads));
  }
  return placed;
}

}  // namespace attenscope
