// The names and shapes of everything that a run can show. JavaScript uses the same names, letter for letter.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "trace/part.h"
#include "trace/trace_kind.h"
#include "transformer/config.h"

namespace attenscope {

/// A name taken apart.
struct TraceName {
  TraceKind kind;
  Index layer = 0;
  Part part = Part::kDecoder;  // also of the only stack

  bool PerHead() const { return kind <= TraceKind::kHeadOutput; }
  /// Whether its heads are the key/value heads, and its rows the keys.
  bool OverKeys() const { return kind == TraceKind::kKey || kind == TraceKind::kValue; }
  /// Whether its columns are the keys.
  bool QueriesByKeys() const { return kind >= TraceKind::kScores && kind <= TraceKind::kWeightedNorms; }
};

/// The stack whose blocks have this attention.
inline const StackConfig& StackOf(const Config& config, Part part) {
  return part == Part::kEncoder && config.HasEncoder() ? config.encoder : config;
}

/// Nothing for a name that the model does not have.
std::optional<TraceName> FindTraceName(const std::string& name, const Config& config);
/// Throws kOption for it.
TraceName ParseTraceName(const std::string& name, const Config& config);

/// Every name, in the order in which a run computes them.
std::vector<std::string> TraceNames(const Config& config);

/// The shape for T queries over S keys.
std::vector<Index> TraceShape(const TraceName& name, const Config& config, Index T, Index S);

/// 'blocks.i.attn.pattern' and the like.
std::string PatternName(Part part, Index layer, const Config& config);

}  // namespace attenscope
