// Computes the decoder of a recurrent model, one target token after another.
#pragma once

#include "attention/attend.h"
#include "model/rows.h"
#include "recurrent/changes.h"
#include "recurrent/state.h"
#include "recurrent/weights.h"

namespace attenscope {

/// The rows that the step at one position of the target reads and writes.
struct DecoderRow {
  Matrix query;     // (1, A); of size 0 with a pooled context
  Matrix input;     // (1, E + M)
  Matrix output;    // (1, G + M)
  LstmState state;  // s and c, which the step changes
};

/// Returns the rows at position t of the target of a run.
DecoderRow TargetRow(const RecurrentState& state, Index t);

/// Returns the head of the decoder's attention for the queries (T, A) and the S states of the source.
Head CrossHead(const RecurrentWeights& weights, const RecurrentState& state, ConstMatrix queries, Index S);

/// Reads the token `id` at position t. Computes the context: Σ_j α_j h_j with score_j = v · tanh(W_q s + W_k h_j + b)
/// (Bahdanau et al. 2015), or the pooled context. Then updates s, c ← LSTM(⟨embedding; context⟩).
void Decode(const RecurrentConfig& config, const RecurrentWeights& weights, std::int32_t id, Index t, Index S,
            const RecurrentChanges& changes, const RecurrentState& state, DecoderRow row);

/// Returns the cost of a step over S states, in multiply-adds.
std::uint64_t DecodeWork(const RecurrentConfig& config, Index S);
/// Returns the cost of a row of logits, in multiply-adds.
std::uint64_t LogitsWork(const RecurrentConfig& config);

/// Computes logits (T, V) from ⟨s; context⟩ (T, G + M).
void DecoderLogits(const RecurrentWeights& weights, ConstMatrix outputs, Matrix logits);

}  // namespace attenscope
