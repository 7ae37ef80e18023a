// The state that the parts of a forward pass share: the stack, the positions of the current rows, edits and scratch
// memory.
#pragma once

#include "attention/attend.h"
#include "transformer/changes.h"
#include "transformer/stack_state.h"
#include "transformer/transformer.h"

namespace attenscope {

/// The context of T rows that a stack computes together. The rows are tokens of one text, or one token of each beam.
struct StackContext {
  Stack stack;
  QueryPositions positions;     // the positions of the rows
  const StackChanges& changes;  // the changes by edits
  BlockScratch scratch;         // scratch memory for T rows
};

/// The context of T rows in one block.
struct BlockContext : StackContext {
  BlockContext(const StackContext& context, Index layer_)
      : StackContext(context), layer(layer_), block_changes(context.changes.OfBlock(layer_)) {}

  Index layer;
  const BlockChanges* block_changes;  // null: no changes

  const BlockWeights& weights() const { return stack.weights.blocks[static_cast<std::size_t>(layer)]; }
  bool NormsBefore() const { return stack.config.norm_position != NormPosition::kAfter; }
  bool NormsBoth() const { return stack.config.norm_position == NormPosition::kBoth; }

  /// Returns the options, edits and positions of the self-attention, or of the cross-attention to a source.
  AttentionContext SelfAttention() const;
  AttentionContext CrossAttention() const;
};

}  // namespace attenscope
