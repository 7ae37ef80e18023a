// The changes that edits make to the stacks of a Transformer while a model runs.
#pragma once

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

#include "attention/changes.h"
#include "position/position_setting.h"

namespace attenscope {

/// The changes to one block, in the order of computation.
struct BlockChanges {
  AttentionChanges attn = {};
  AttentionChanges cross = {};
  std::vector<TensorEdit> feed_forward = {};
  std::vector<TensorEdit> residual = {};
};

/// The changes to one stack.
///
/// The depth counts the passes of a run through a stack of L blocks: 0 is the embedding, 1 + 2l and 2 + 2l are the
/// halves of block l, and 1 + 2L is everything after the last block.
struct StackChanges {
  std::optional<PositionSetting> position = {};  // replaces the position vectors that are added to embeddings
  std::vector<TensorEdit> embedding = {};
  std::vector<BlockChanges> blocks = {};  // (L)
  std::vector<TensorEdit> final_norm = {};
  Index first_depth = kNoDepth;  // the depth of the first change

  static constexpr Index kNoDepth = std::numeric_limits<Index>::max();
  /// Notes that there is a change at this depth.
  void Reach(Index depth) { first_depth = std::min(first_depth, depth); }
  bool empty() const { return first_depth == kNoDepth; }
  /// Returns the changes of block `layer`, or null if edits do not change the stack.
  const BlockChanges* OfBlock(Index layer) const {
    return empty() ? nullptr : &blocks[static_cast<std::size_t>(layer)];
  }
};

/// The changes to all stacks of a Transformer.
struct ModelChanges {
  StackChanges stack;    // the only stack, or the decoder
  StackChanges encoder;  // without blocks if the model has no encoder
};

}  // namespace attenscope
