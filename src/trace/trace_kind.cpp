// Maps each kind of traced tensor to its stage of attention.
#include "trace/trace_kind.h"

namespace attenscope {

Stage StageOf(TraceKind kind) {
  switch (kind) {
    case TraceKind::kScores:
      return Stage::kScores;
    case TraceKind::kScaled:
      return Stage::kScaled;
    case TraceKind::kMasked:
      return Stage::kMasked;
    default:
      return Stage::kPattern;
  }
}

}  // namespace attenscope
