// What edits change about a Transformer's stacks while they run.
#pragma once

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

#include "attention/changes.h"
#include "position/position_setting.h"

namespace attenscope {

struct BlockChanges {
  AttentionChanges attn = {};
  AttentionChanges cross = {};
  std::vector<TensorEdit> feed_forward = {};
  std::vector<TensorEdit> residual = {};
};

/// Of a stack. Depths count what a run goes through: 0 the embedding, 1 + 2l and 2 + 2l the halves of block l, 1 + 2L
/// what follows the last.
struct StackChanges {
  std::optional<PositionSetting> position = {};  // of those that are added to embeddings
  std::vector<TensorEdit> embedding = {};
  std::vector<BlockChanges> blocks = {};  // (L)
  std::vector<TensorEdit> final_norm = {};
  Index first_depth = kNoDepth;  // of the first change

  static constexpr Index kNoDepth = std::numeric_limits<Index>::max();
  void Reach(Index depth) { first_depth = std::min(first_depth, depth); }
  bool empty() const { return first_depth == kNoDepth; }
};

/// Of a Transformer's stacks.
struct ModelChanges {
  StackChanges stack;    // the only one, or the decoder
  StackChanges encoder;  // of no blocks where there is none
};

}  // namespace attenscope
