// The names and shapes of the tensors that a run of a recurrent model can show (see docs/checkpoint-forms.md).
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

/// A parsed name. An attention has tensors of the kinds kQuery to kAttnOutput; the others are kEmbedding, and kResidual
/// for 'hidden'.
struct RecurrentName {
  std::string name;
  RecurrentPart part;
  TraceKind kind;
  Index layer = 0;

  /// Whether the tensor has one matrix for each head.
  bool PerHead() const { return kind <= TraceKind::kHeadOutput; }
  /// Whether the rows of the tensor are the keys.
  bool OverKeys() const { return kind == TraceKind::kKey || kind == TraceKind::kValue; }
  /// Whether the columns of the tensor are the keys.
  bool QueriesByKeys() const { return kind >= TraceKind::kScores && kind <= TraceKind::kPattern; }
  /// Whether the rows of the tensor are target tokens.
  bool OfTarget() const { return part == RecurrentPart::kCross || part == RecurrentPart::kDecoder; }
};

/// Parses a name. Throws kOption for a name that the model does not have.
RecurrentName ParseRecurrentName(const std::string& name, const RecurrentConfig& config);

/// All names, in the order in which a run computes their tensors.
std::vector<std::string> RecurrentTraceNames(const RecurrentConfig& config);

/// The shape of a tensor for `queries` queries over `keys` keys. A pooling has one query, whatever `queries` is.
std::vector<Index> RecurrentTraceShape(const RecurrentName& name, const RecurrentConfig& config, Index queries,
                                       Index keys);

/// The name of an attention: 'blocks.n.attn', 'encoder.blocks.n.attn' or 'decoder.blocks.0.cross'.
std::string AttentionName(const RecurrentConfig& config, RecurrentPart part);

}  // namespace attenscope
