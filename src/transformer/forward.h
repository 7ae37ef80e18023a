// A stack's forward pass over the tokens of a run, one unit of the schedule after another.
//
// The way of a text: schedule.h says which unit is next, RunUnit runs it, embed.h, block.h and logits.h hold the
// layers, attend_heads.h and attention/ the attention.
#pragma once

#include "transformer/block.h"
#include "transformer/schedule.h"
#include "transformer/token_list.h"

namespace attenscope {

/// One stack of a run.
struct StackRun {
  Stack stack;
  const TokenList& tokens;      // those that the stack has been given
  const StackChanges& changes;  // what edits change
  StackState& state;            // what is computed so far

  /// The rows that are computed together, in block `layer`.
  BlockContext Block(Index layer, Rows rows) const;
  /// The same outside of the blocks.
  StackContext Context(Rows rows) const { return {stack, {rows.first}, changes, state.scratch.First(rows.count)}; }
};

/// Runs a unit of any work but kTail; returns its multiply-adds. All rows that a kMix unit sees must have been through
/// kProject.
std::uint64_t RunUnit(const StackRun& run, const Schedule::Unit& unit);

/// The self-attention and the cross-attention of rows in a block, as the run computes them.
AttentionInput SelfInput(const StackRun& run, Index layer, Rows rows);
AttentionInput CrossInput(const StackRun& run, Index layer, Rows rows);

}  // namespace attenscope
