// The one Transformer forward. Families differ by config: which norm and where it stands, how positions enter, whether
// tokens see later ones, whether blocks look at an encoder's states.
#pragma once

#include <span>

#include "attention/attend.h"
#include "model/rows.h"
#include "transformer/changes.h"
#include "transformer/stack_state.h"
#include "transformer/token_list.h"
#include "transformer/transformer.h"

namespace attenscope {

/// The queries of one attention, and what they see.
struct AttentionInput {
  ConstMatrix queries;    // (T, N·H)
  const KeyValues* held;  // keys and values
  Index layer = 0;
  Index keys = 0;                                 // how many are held (S)
  QueryPlaces places = {};                        // of the queries
  const std::uint8_t* visible = nullptr;          // (S), 0: nobody looks at the key; null: all are looked at
  const DistanceTable* distance_table = nullptr;  // what scores get by distance; null: nothing
  const Pictures* pictures = nullptr;             // where patterns are left in small; null: nowhere
};

/// The block's changes of a stack's, or null where there are none.
const BlockChanges* ChangesOf(const StackChanges* changes, Index layer);

// 1. The parts of a block. Rows need not follow each other in one text: beams are rows too. Null changes: none.

/// Writes the embeddings of tokens at `places`, unless they come with positions of their own: out (T, C),
/// scaled, with the vectors of their positions and types added, normalised and brought to C as the config says.
void EmbedTokens(const Stack& stack, const Tokens& tokens, QueryPlaces places, const StackChanges* changes,
                 const BlockScratch& scratch, Matrix out);

/// Cosines and sines (T, W/2) of positions from `first` on, where positions are rotary.
void TurnsOf(const Stack& stack, Index first, Matrix cosines, Matrix sines);

/// The angles (T, W/2) of positions, of no width where queries and keys are not turned.
struct Angles {
  ConstMatrix cosines;
  ConstMatrix sines;
};

/// Queries (T, N·H) and, into scratch, keys and values of x (T, C), each head normalised if the config says so, and
/// turned by the angles of its position.
void ProjectAttention(const Stack& stack, const BlockWeights& block, ConstMatrix x, const Angles& angles,
                      QueryPlaces places, const AttentionChanges* changes, const BlockScratch& scratch, Matrix queries);

/// What an attention of the stack looks like.
AttentionOptions SelfOptions(const Stack& stack, Index layer);
AttentionOptions CrossOptions(const Stack& stack);

/// One head of an attention. Where positions are changed, its scores get nothing by distance.
Head MakeHead(const StackConfig& sizes, const AttentionInput& input, const AttentionChanges* changes, Index head);

/// All head outputs (T, N·H), before the output projection. `patterns` is scratch (threads, kQueryTile, S).
void AttendHeads(const StackConfig& sizes, const AttentionInput& input, const AttentionOptions& options,
                 const AttentionChanges* changes, TensorView<float, 3> patterns, Matrix head_outputs);

/// The norm of what a block's self-attention adds; null where there is none.
const Norm* PostNorm(const Stack& stack, const BlockWeights& block);

/// out (T, C) = x + what the self-attention adds, of head outputs in scratch, normalised where norms stand after.
void AddAttention(const Stack& stack, const BlockWeights& block, QueryPlaces places, const AttentionChanges* changes,
                  const BlockScratch& scratch, ConstMatrix x, Matrix out);

/// Adds what the cross-attention of a block says to x (T, C).
void AddCross(const Stack& stack, const BlockWeights& block, QueryPlaces places, const AttentionChanges* changes,
              const BlockScratch& scratch, Matrix x);

/// Queries (T, N·H) of the cross-attention for x (T, C), the stream after the self-attention.
void ProjectCross(const Stack& stack, const BlockWeights& block, ConstMatrix x, QueryPlaces places,
                  const AttentionChanges* changes, const BlockScratch& scratch, Matrix queries);

/// What the feed-forward layer adds for what it reads, x (T, C), changed; out may not be x, but the normed rows of
/// scratch.
void FeedForwardOutput(const Stack& stack, const BlockWeights& block, ConstMatrix x, QueryPlaces places,
                       const BlockChanges* changes, const BlockScratch& scratch, Matrix out);

/// What follows the self-attention of a block: out (T, C) = its end, from x (T, C), its entry, and the head outputs in
/// scratch. Of a block with cross-attention, the queries (T, N·H) are kept in `cross_queries`; they see all of
/// `source`.
void FinishBlock(const Stack& stack, Index layer, ConstMatrix x, const SourceMemory* source, QueryPlaces places,
                 const BlockChanges* changes, const BlockScratch& scratch, Matrix cross_queries, Matrix out);

/// y (T, C) = x after the norm that follows the last block, if there is one, changed.
void FinalNorm(const Stack& stack, ConstMatrix x, QueryPlaces places, const StackChanges* changes, Matrix y);

/// Logits (T, outputs) from x (T, C), the stream after the last block.
void Logits(const Transformer& model, ConstMatrix x, QueryPlaces places, const StackChanges* changes,
            const BlockScratch& scratch, Matrix logits);

// 2. The same over a run's tokens.

/// Writes the embeddings of `tokens` (T) to state.residual[0], and the angles of their positions.
void Embed(const Stack& stack, const Tokens& tokens, Rows rows, const StackChanges* changes, StackState& state);

/// A block's first half: keeps the queries, keys and values of `rows`.
void ProjectRows(const Stack& stack, Index layer, Rows rows, const StackChanges* changes, StackState& state);

/// A block's second half: residual[layer + 1] of `rows`. All rows that they see must have been through the first half:
/// `length` tokens are there.
void MixRows(const Stack& stack, Index layer, Rows rows, Index length, const StackChanges* changes, StackState& state);

/// What the self-attention and the cross-attention of `rows` look like, for MixRows and for traces.
AttentionInput SelfInput(const Stack& stack, Index layer, Rows rows, Index length, const StackState& state);
AttentionInput CrossInput(Index layer, Rows rows, const StackState& state);

/// Keeps what decoder layer `layer` sees of `rows` of the encoder's last states.
void RememberSource(const Transformer& model, Index layer, Rows rows, const StackChanges* encoder_changes,
                    const StackChanges* decoder_changes, StackState& encoder, SourceMemory& source);

}  // namespace attenscope
