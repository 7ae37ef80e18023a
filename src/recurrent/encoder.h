// Computes the encoder of a recurrent model: from the ids of a source to its states, and then the input of the
// classifier or the decoder.
#pragma once

#include <span>
#include <vector>

#include "attention/attend.h"
#include "model/rows.h"
#include "recurrent/changes.h"
#include "recurrent/state.h"
#include "recurrent/weights.h"

namespace attenscope {

/// The passes of the encoder over its source, in order.
enum class EncoderPassKind {
  kEmbed,        // computes embeddings from ids
  kForward,      // computes a layer of the LSTM from the first row to the last
  kBackward,     // computes a layer of the LSTM from the last row to the first
  kSelfProject,  // computes queries, keys and values of the self-attention
  kSelfAttend,   // h ← h + output(attention(h))
  kKeys,         // computes the keys of the pooling or of the attention of the decoder
};

/// One pass, over one layer.
struct EncoderPass {
  EncoderPassKind kind;
  Index layer = 0;
};

/// Returns the passes of a model, in order.
std::vector<EncoderPass> EncoderPasses(const RecurrentConfig& config);

/// The cost of a row besides its products, and the cost of one exponential or tanh, in multiply-adds.
inline constexpr std::uint64_t kRowWork = 2000;
inline constexpr std::uint64_t kFunctionWork = 16;

/// Returns the cost of one row of a pass over S rows, in multiply-adds.
std::uint64_t PassWork(const RecurrentConfig& config, const EncoderPass& pass, Index S);

/// Computes some rows of a pass over a source of S tokens. `rows` count in the order of the pass; there are at most
/// RecurrentState::rows.
void Encode(const RecurrentConfig& config, const RecurrentWeights& weights, const EncoderPass& pass,
            std::span<const std::int32_t> source, Rows rows, const RecurrentChanges& changes, RecurrentState& state);

/// Returns a head of the self-attention for the queries of `rows` and S states, or the edits and positions of these
/// queries.
Head SelfHead(const RecurrentConfig& config, const RecurrentState& state, Index head, Rows rows, Index S);
AttentionContext SelfAttention(const RecurrentConfig& config, const RecurrentChanges& changes, Rows rows);

/// Computes the head outputs (rows, M) of the self-attention, before its output projection.
void SelfAttendRows(const RecurrentConfig& config, Rows rows, Index S, const RecurrentChanges& changes,
                    RecurrentState& state, Matrix head_outputs);

/// Returns the head of the pooling: the learned query over S states.
Head PoolingHead(const RecurrentWeights& weights, const RecurrentState& state, Index S);

/// Computes state.context (1, M) = Σ_j α_j h_j over S states (Yang et al. 2016, §2.2).
void Pool(const RecurrentWeights& weights, Index S, const AttentionChanges& changes, RecurrentState& state);

/// Computes the initial state of the decoder in state.decoder: s₀ = tanh(W_h f + b) and c₀ = tanh(W_c f + b), where f =
/// ⟨last forward state; first backward state⟩ of the last layer, before the self-attention.
void Bridge(const RecurrentConfig& config, const RecurrentWeights& weights, Index S, RecurrentState& state);

}  // namespace attenscope
