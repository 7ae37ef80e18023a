// The names and shapes of the traced tensors of a Transformer. JavaScript uses the same names.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "trace/part.h"
#include "trace/trace_kind.h"
#include "transformer/config.h"

namespace attenscope {

/// The parts of a name.
struct TraceName {
  TraceKind kind;
  Index layer = 0;
  Part part = Part::kDecoder;  // also the part of a model with one stack

  /// Tells whether the tensor has one matrix for each head.
  bool PerHead() const { return kind <= TraceKind::kHeadOutput; }
  /// Tells whether the heads of the tensor are key/value heads and its rows are keys.
  bool OverKeys() const { return kind == TraceKind::kKey || kind == TraceKind::kValue; }
  /// Tells whether the columns of the tensor are keys.
  bool QueriesByKeys() const { return kind >= TraceKind::kScores && kind <= TraceKind::kWeightedNorms; }
};

/// Returns the stack whose blocks have the attention of this part.
inline const StackConfig& StackOf(const Config& config, Part part) {
  return part == Part::kEncoder && config.HasEncoder() ? config.encoder : config;
}

/// Parses a name. Returns nothing for a name that the model does not have.
std::optional<TraceName> FindTraceName(const std::string& name, const Config& config);
/// Parses a name. Throws kOption for a name that the model does not have.
TraceName ParseTraceName(const std::string& name, const Config& config);

/// Returns all names, in the order in which a run computes their tensors.
std::vector<std::string> TraceNames(const Config& config);

/// Returns the shape of a tensor for T queries and S keys.
std::vector<Index> TraceShape(const TraceName& name, const Config& config, Index T, Index S);

/// Returns the name of the pattern of a layer, such as 'blocks.0.attn.pattern'.
std::string PatternName(Part part, Index layer, const Config& config);

}  // namespace attenscope
