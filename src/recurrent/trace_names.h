// The names and shapes of everything that a run of a recurrent model can show: those of docs/checkpoint-forms.md.
#pragma once

#include <string>
#include <vector>

#include "recurrent/config.h"
#include "trace/trace_kind.h"

namespace attenscope {

/// Which part of a model a traced tensor belongs to.
enum class RecurrentPart {
  kEncoder,  // 'embedding' (S, E) and 'blocks.k.hidden' (S, M); of a seq2seq model with 'encoder.' before them
  kSelf,     // 'encoder.blocks.n.attn.…', over the states of the last layer n
  kPooling,  // the learned query: 'blocks.n.attn.…' of a classifier, 'decoder.blocks.0.cross.…' of a seq2seq model
  kCross,    // 'decoder.blocks.0.cross.…'
  kDecoder,  // 'decoder.embedding' (T, E) and 'decoder.blocks.0.hidden' (T, G)
};

/// A name taken apart. Of what attends, the kind is kQuery to kAttnOutput; otherwise kEmbedding, or kResidual for
/// 'hidden'.
struct RecurrentName {
  std::string name;
  RecurrentPart part;
  TraceKind kind;
  Index layer = 0;

  bool PerHead() const { return kind <= TraceKind::kHeadOutput; }
  bool OverKeys() const { return kind == TraceKind::kKey || kind == TraceKind::kValue; }
  bool QueriesByKeys() const { return kind >= TraceKind::kScores && kind <= TraceKind::kPattern; }
  /// Whether its rows are target tokens.
  bool OfTarget() const { return part == RecurrentPart::kCross || part == RecurrentPart::kDecoder; }
};

/// Throws kOption for a name that the model does not have.
RecurrentName ParseRecurrentName(const std::string& name, const RecurrentConfig& config);

/// Every name, in the order in which a run computes them.
std::vector<std::string> RecurrentTraceNames(const RecurrentConfig& config);

/// The shape for so many queries over so many keys. A learned query is one, however many are asked for.
std::vector<Index> RecurrentTraceShape(const RecurrentName& name, const RecurrentConfig& config, Index queries,
                                       Index keys);

/// 'blocks.n.attn', 'encoder.blocks.n.attn' or 'decoder.blocks.0.cross'.
std::string AttentionName(const RecurrentConfig& config, RecurrentPart part);

}  // namespace attenscope
