// The encoder of a recurrent model: from the ids of a source to states, and to what a classifier or a decoder reads.
#pragma once

#include <span>
#include <vector>

#include "attention/attend.h"
#include "model/rows.h"
#include "recurrent/changes.h"
#include "recurrent/state.h"
#include "recurrent/weights.h"

namespace attenscope {

/// The passes of the encoder over its source.
enum class EncoderPassKind {
  kEmbed,        // ids to embeddings
  kForward,      // a layer of the LSTM in time's order
  kBackward,     // a layer of the LSTM from the last row to the first
  kSelfProject,  // queries, keys and values of the self-attention
  kSelfAttend,   // h ← h + output(attention(h))
  kKeys,         // the keys of the pooling or of the decoder's attention
};

struct EncoderPass {
  EncoderPassKind kind;
  Index layer = 0;
};

/// The passes of a model, in order.
std::vector<EncoderPass> EncoderPasses(const RecurrentConfig& config);

/// The time of a row besides its products, and of an exponential or a tanh, in multiply-adds.
inline constexpr std::uint64_t kRowWork = 2000;
inline constexpr std::uint64_t kFunctionWork = 16;

/// The time of one row of a pass over S rows, in multiply-adds.
std::uint64_t PassWork(const RecurrentConfig& config, const EncoderPass& pass, Index S);

/// Computes some rows of a pass over a source of S tokens. `rows` count in the order of the pass, at most
/// RecurrentState::rows of them.
void Encode(const RecurrentConfig& config, const RecurrentWeights& weights, const EncoderPass& pass,
            std::span<const std::int32_t> source, Rows rows, const RecurrentChanges& changes, RecurrentState& state);

/// A head of the self-attention for the queries of `rows` over S states, and how these queries attend.
Head SelfHead(const RecurrentConfig& config, const RecurrentState& state, Index head, Rows rows, Index S);
AttentionContext SelfAttention(const RecurrentConfig& config, const RecurrentChanges& changes, Rows rows);

/// The head outputs (rows, M) of the self-attention, before its output projection.
void SelfAttendRows(const RecurrentConfig& config, Rows rows, Index S, const RecurrentChanges& changes,
                    RecurrentState& state, Matrix head_outputs);

/// The head of the learned query over S states.
Head PoolingHead(const RecurrentWeights& weights, const RecurrentState& state, Index S);

/// state.context (1, M) = Σ_j α_j h_j over S states (Yang et al. 2016, §2.2).
void Pool(const RecurrentWeights& weights, Index S, const AttentionChanges& changes, RecurrentState& state);

/// s₀ = tanh(W_h f + b) and c₀ = tanh(W_c f + b) in state.decoder, f = ⟨last forward state; first backward state⟩ of
/// the last layer, before self-attention.
void Bridge(const RecurrentConfig& config, const RecurrentWeights& weights, Index S, RecurrentState& state);

}  // namespace attenscope
