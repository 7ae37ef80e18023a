// What edits change about a Transformer's stacks while they run.
#pragma once

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

#include "attention/changes.h"
#include "position/position_setting.h"

namespace attenscope {

/// What edits change about one block, in the order of computation.
struct BlockChanges {
  AttentionChanges attn = {};
  AttentionChanges cross = {};
  std::vector<TensorEdit> feed_forward = {};
  std::vector<TensorEdit> residual = {};
};

/// What edits change about one stack.
///
/// A depth numbers the passes of a run through a stack of L blocks: 0 is the embedding, 1 + 2l and 2 + 2l are the
/// halves of block l, 1 + 2L is all that follows the last block.
struct StackChanges {
  std::optional<PositionSetting> position = {};  // of the vectors that are added to embeddings
  std::vector<TensorEdit> embedding = {};
  std::vector<BlockChanges> blocks = {};  // (L)
  std::vector<TensorEdit> final_norm = {};
  Index first_depth = kNoDepth;  // of the first change

  static constexpr Index kNoDepth = std::numeric_limits<Index>::max();
  void Reach(Index depth) { first_depth = std::min(first_depth, depth); }
  bool empty() const { return first_depth == kNoDepth; }
  /// The changes of block `layer`; null where edits change nothing about the stack.
  const BlockChanges* OfBlock(Index layer) const {
    return empty() ? nullptr : &blocks[static_cast<std::size_t>(layer)];
  }
};

/// What edits change about the stacks of a Transformer.
struct ModelChanges {
  StackChanges stack;    // the only one, or the decoder
  StackChanges encoder;  // without blocks where the model has no encoder
};

}  // namespace attenscope
