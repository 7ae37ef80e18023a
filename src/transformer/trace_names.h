// The names and shapes of the tensors that a run of a Transformer can show. JavaScript uses the same names.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "trace/part.h"
#include "trace/trace_kind.h"
#include "transformer/config.h"

namespace attenscope {

/// A parsed name.
struct TraceName {
  TraceKind kind;
  Index layer = 0;
  Part part = Part::kDecoder;  // also for a model of one stack

  /// Whether the tensor has one matrix for each head.
  bool PerHead() const { return kind <= TraceKind::kHeadOutput; }
  /// Whether the heads of the tensor are the key/value heads, and its rows the keys.
  bool OverKeys() const { return kind == TraceKind::kKey || kind == TraceKind::kValue; }
  /// Whether the columns of the tensor are the keys.
  bool QueriesByKeys() const { return kind >= TraceKind::kScores && kind <= TraceKind::kWeightedNorms; }
};

/// The stack whose blocks have this attention.
inline const StackConfig& StackOf(const Config& config, Part part) {
  return part == Part::kEncoder && config.HasEncoder() ? config.encoder : config;
}

/// Parses a name; returns nothing for a name that the model does not have.
std::optional<TraceName> FindTraceName(const std::string& name, const Config& config);
/// Parses a name. Throws kOption for a name that the model does not have.
TraceName ParseTraceName(const std::string& name, const Config& config);

/// All names, in the order in which a run computes their tensors.
std::vector<std::string> TraceNames(const Config& config);

/// The shape of a tensor for T queries over S keys.
std::vector<Index> TraceShape(const TraceName& name, const Config& config, Index T, Index S);

/// The name of a layer's pattern, such as 'blocks.0.attn.pattern'.
std::string PatternName(Part part, Index layer, const Config& config);

}  // namespace attenscope
