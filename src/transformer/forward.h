// Computes the forward pass of a stack over the tokens of a run, one unit of the schedule after another.
//
// The path of a text: schedule.h chooses the next unit, RunUnit computes the unit, embed.h, block.h and logits.h
// contain the layers, attend_heads.h and attention/ the attention.
#pragma once

#include "transformer/block.h"
#include "transformer/schedule.h"
#include "transformer/token_list.h"

namespace attenscope {

/// One stack of a run, with its tokens, edits and state.
struct StackRun {
  Stack stack;
  const TokenList& tokens;      // the tokens of the stack so far
  const StackChanges& changes;  // the changes by edits
  StackState& state;            // the results so far

  /// Returns the context of `rows` in block `layer`.
  BlockContext Block(Index layer, Rows rows) const;
  /// Returns the context of `rows` outside of the blocks.
  StackContext Context(Rows rows) const { return {stack, {rows.first}, changes, state.scratch.First(rows.count)}; }
};

/// Computes a unit of any work except kTail and returns its multiply-adds. A kMix unit requires that all rows that it
/// sees have passed kProject.
std::uint64_t RunUnit(const StackRun& run, const Schedule::Unit& unit);

/// Returns the input of the self-attention, or of the cross-attention, of `rows` in block `layer`.
AttentionInput SelfInput(const StackRun& run, Index layer, Rows rows);
AttentionInput CrossInput(const StackRun& run, Index layer, Rows rows);

}  // namespace attenscope
