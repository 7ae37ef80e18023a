// The one Transformer forward: embedding, blocks, logits, over a range of a run's tokens.
#pragma once

#include <span>

#include "attention/attention.h"
#include "model/run_state.h"
#include "model/transformer.h"

namespace attenscope {

/// Tokens [first, first + count) of a run, computed together; count ≤ RunState::rows.
struct Rows {
  Index first;
  Index count;
};

/// How a model's blocks attend for queries from `first` on.
AttentionOptions BlockAttention(const Config& config, Index first, std::span<const PatternEdit> edits);

/// Head `head` of a layer for the queries of `rows`, over the keys held up to the last of them.
Head BlockHead(const Config& config, const RunState& state, Index layer, Index head, Rows rows);

/// Writes the embeddings of `ids` (T) to state.residual[0], and the angles of their positions.
void Embed(const Transformer& model, std::span<const std::int32_t> ids, Rows rows, RunState& state);

/// One block: residual[layer + 1] = x + attention(norm(x)) + feed_forward(norm(…)), with x = residual[layer]. Keeps the
/// queries, keys and values of `rows`. All rows before `rows` must have been through it.
void Block(const Transformer& model, Index layer, Rows rows, std::span<const PatternEdit> edits, RunState& state);

/// The head outputs (T, N·H) of `rows`, before the output projection, from the queries, keys and values held.
void AttendRows(const Transformer& model, Index layer, Rows rows, std::span<const PatternEdit> edits, RunState& state,
                Matrix head_outputs);

/// y (T, C) = RMS norm of each row of x (T, C).
void NormRows(const Transformer& model, ConstMatrix x, const Vector& weight, Matrix y);

/// Logits (T, V) of `rows`, from the residual stream after the last block.
void Logits(const Transformer& model, Rows rows, RunState& state, Matrix logits);

}  // namespace attenscope
