// The config of a recurrent model: a classifier or a translator, both LSTMs with additive attention.
//
// Dimension letters of the recurrent models: S source tokens, T target tokens, E embedding width, D the encoder's width
// in one direction, M that of its states (D, or 2D with both directions), A attention width, G the decoder's width.
#pragma once

#include "tensor/tensor.h"

namespace attenscope {

enum class RecurrentKind {
  kClassifier,  // pooled by attention with a learned query (Yang et al. 2016, §2.2)
  kSeq2Seq,     // decoded with attention to the source (Bahdanau et al. 2015)
};

/// The context that the decoder reads at each step.
enum class RecurrentContext {
  kAttention,  // Σ_j α_j h_j, α from its own state (Bahdanau et al. 2015)
  kPooled,     // the same sum at all steps, α from a learned query
};

/// The sizes and choices of a recurrent model. `Validate` finds what no run could compute.
struct RecurrentConfig {
  RecurrentKind kind = RecurrentKind::kClassifier;
  Index vocabulary = 0;       // V
  Index embedding_width = 0;  // E
  Index layers = 0;           // L, of the encoder
  Index width = 0;            // D
  bool bidirectional = false;
  Index attention_width = 0;  // A
  Index context = 0;          // the longest text, of either side

  Index labels = 0;  // of a classifier

  // Of a seq2seq model.
  Index decoder_width = 0;  // G
  RecurrentContext decoder_context = RecurrentContext::kAttention;
  Index encoder_heads = 0;  // N of the self-attention over the encoder's states; 0: no self-attention

  bool Decodes() const { return kind == RecurrentKind::kSeq2Seq; }
  /// Whether a learned query pools the encoder's states.
  bool Pools() const { return !Decodes() || decoder_context == RecurrentContext::kPooled; }
  Index Directions() const { return bidirectional ? 2 : 1; }
  /// M, the width of the encoder's states.
  Index StateWidth() const { return width * Directions(); }
};

/// Throws kBadModel for a config that cannot be run; the message names the field, the value and what was expected.
void Validate(const RecurrentConfig& config);

}  // namespace attenscope
