// What the parts of a forward pass share: the stack, the positions of the rows in hand, edits and scratch.
#pragma once

#include "attention/attend.h"
#include "transformer/changes.h"
#include "transformer/stack_state.h"
#include "transformer/transformer.h"

namespace attenscope {

/// T rows on their way through a stack. The rows are tokens of one text, or one token of each beam.
struct StackContext {
  Stack stack;
  QueryPositions positions;     // of the rows
  const StackChanges& changes;  // what edits change about the stack
  BlockScratch scratch;         // for T rows
};

/// The same rows in one block.
struct BlockContext : StackContext {
  BlockContext(const StackContext& context, Index layer_)
      : StackContext(context), layer(layer_), block_changes(context.changes.OfBlock(layer_)) {}

  Index layer;
  const BlockChanges* block_changes;  // null: edits change nothing

  const BlockWeights& weights() const { return stack.weights.blocks[static_cast<std::size_t>(layer)]; }
  bool NormsBefore() const { return stack.config.norm_position != NormPosition::kAfter; }
  bool NormsBoth() const { return stack.config.norm_position == NormPosition::kBoth; }

  /// How the self-attention of the block attends, and its cross-attention to a source.
  AttentionContext SelfAttention() const;
  AttentionContext CrossAttention() const;
};

}  // namespace attenscope
