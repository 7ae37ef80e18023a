// The names and shapes of the traced tensors of a recurrent model (see docs/checkpoint-forms.md).
#pragma once

#include <string>
#include <vector>

#include "recurrent/config.h"
#include "trace/trace_kind.h"

namespace attenscope {

/// The part of a model to which a traced tensor belongs.
enum class RecurrentPart {
  kEncoder,  // 'embedding' (S, E) and 'blocks.k.hidden' (S, M); names begin with 'encoder.' in a seq2seq model
  kSelf,     // 'encoder.blocks.n.attn.…', over the states of the last layer n
  kPooling,  // the learned query: 'blocks.n.attn.…' of a classifier, 'decoder.blocks.0.cross.…' of a seq2seq model
  kCross,    // 'decoder.blocks.0.cross.…'
  kDecoder,  // 'decoder.embedding' (T, E) and 'decoder.blocks.0.hidden' (T, G)
};

/// The parts of a name. An attention has tensors of the kinds kQuery to kAttnOutput. The other kinds are kEmbedding,
/// and kResidual for 'hidden'.
struct RecurrentName {
  std::string name;
  RecurrentPart part;
  TraceKind kind;
  Index layer = 0;

  /// Tells whether the tensor has one matrix for each head.
  bool PerHead() const { return kind <= TraceKind::kHeadOutput; }
  /// Tells whether the rows of the tensor are keys.
  bool OverKeys() const { return kind == TraceKind::kKey || kind == TraceKind::kValue; }
  /// Tells whether the columns of the tensor are keys.
  bool QueriesByKeys() const { return kind >= TraceKind::kScores && kind <= TraceKind::kPattern; }
  /// Tells whether the rows of the tensor are target tokens.
  bool OfTarget() const { return part == RecurrentPart::kCross || part == RecurrentPart::kDecoder; }
};

/// Parses a name. Throws kOption for a name that the model does not have.
RecurrentName ParseRecurrentName(const std::string& name, const RecurrentConfig& config);

/// Returns all names, in the order in which a run computes their tensors.
std::vector<std::string> RecurrentTraceNames(const RecurrentConfig& config);

/// Returns the shape of a tensor for `queries` queries and `keys` keys. A pooling has one query, whatever `queries` is.
std::vector<Index> RecurrentTraceShape(const RecurrentName& name, const RecurrentConfig& config, Index queries,
                                       Index keys);

/// Returns the name of an attention: 'blocks.n.attn', 'encoder.blocks.n.attn' or 'decoder.blocks.0.cross'.
std::string AttentionName(const RecurrentConfig& config, RecurrentPart part);

}  // namespace attenscope
