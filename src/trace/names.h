// The names and shapes of everything that a run can show. JavaScript uses the same names, letter for letter.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "attention/attention.h"
#include "model/config.h"
#include "trace/part.h"

namespace attenscope {

/// What a traced tensor is. Those up to kHeadOutput belong to one head each. Beside an encoder, names begin with
/// 'encoder.' or 'decoder.', and a decoder's blocks have 'cross.…' like 'attn.…', over the encoder's tokens.
enum class TraceKind {
  kQuery,          // 'blocks.i.attn.q' (N, T, H), after the rotary encoding where there is one
  kKey,            // 'blocks.i.attn.k' (K, S, H), likewise
  kValue,          // 'blocks.i.attn.v' (K, S, H)
  kScores,         // 'blocks.i.attn.scores' (N, T, S): q · k
  kScaled,         // 'blocks.i.attn.scaled' (N, T, S): scores / √H
  kMasked,         // 'blocks.i.attn.masked' (N, T, S): −∞ where a key is hidden
  kPattern,        // 'blocks.i.attn.pattern' (N, T, S): softmax, and the edits
  kWeightedNorms,  // 'blocks.i.attn.weighted_norms' (N, T, S): ‖α v W_O‖, the size of what a weight moves
  kPicture,        // 'blocks.i.attn.picture' (N, h, w): the pattern in small, at most 64 × 64, by block maxima
  kHeadOutput,     // 'blocks.i.attn.head_output' (N, T, H): pattern · v
  kAttnOutput,     // 'blocks.i.attn.output' (T, C): what attention adds to the residual stream
  kFeedForward,    // 'blocks.i.feed_forward.output' (T, C): what the feed-forward layer adds
  kResidual,       // 'blocks.i.residual' (T, C): the residual stream after the block
  kLens,       // 'blocks.i.lens' (T, outputs): the logits that the residual stream after the block would give; not in
               // encoders
  kEmbedding,  // 'embedding' (T, C): the residual stream before the first block
  kFinalNorm,  // 'final_norm' (T, C): what the unembedding or the decoder reads; models with such a norm only
};

/// The stage of attention that a kind from kScores to kPattern shows, or is made of.
Stage StageOf(TraceKind kind);

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
