// The config of a recurrent model: a classifier or a translator, both LSTMs with additive attention.
//
// Dimension letters of the recurrent models: S source tokens, T target tokens, E embedding width, D width of one
// direction of the encoder, M width of the states of the encoder (D, or 2D with both directions), A attention width, G
// width of the decoder.
#pragma once

#include "tensor/tensor.h"

namespace attenscope {

/// The kind of a recurrent model.
enum class RecurrentKind {
  kClassifier,  // a classifier whose states are pooled by attention with a learned query (Yang et al. 2016, §2.2)
  kSeq2Seq,     // a decoder with attention to the source (Bahdanau et al. 2015)
};

/// The context that the decoder reads at each step.
enum class RecurrentContext {
  kAttention,  // Σ_j α_j h_j, where the state of the decoder is the query of α (Bahdanau et al. 2015)
  kPooled,     // Σ_j α_j h_j at all steps, where a learned vector is the query of α
};

/// The config of a recurrent model. `Validate` refuses a config that no run can compute.
struct RecurrentConfig {
  RecurrentKind kind = RecurrentKind::kClassifier;
  Index vocabulary = 0;       // V
  Index embedding_width = 0;  // E
  Index layers = 0;           // L of the encoder
  Index width = 0;            // D
  bool bidirectional = false;
  Index attention_width = 0;  // A
  Index context = 0;          // the largest number of tokens of a source or a target

  Index labels = 0;  // the number of labels of a classifier

  // These fields are for a seq2seq model only.
  Index decoder_width = 0;  // G
  RecurrentContext decoder_context = RecurrentContext::kAttention;
  Index encoder_heads = 0;  // N of the self-attention over the states of the encoder; 0: no self-attention

  /// Tells whether the model has a decoder.
  bool Decodes() const { return kind == RecurrentKind::kSeq2Seq; }
  /// Tells whether a learned query pools the states of the encoder.
  bool Pools() const { return !Decodes() || decoder_context == RecurrentContext::kPooled; }
  Index Directions() const { return bidirectional ? 2 : 1; }
  /// Returns M, the width of the states of the encoder.
  Index StateWidth() const { return width * Directions(); }
};

/// Throws kBadModel for a config that no run can compute. The message names the field, its value and the expected
/// value.
void Validate(const RecurrentConfig& config);

}  // namespace attenscope
