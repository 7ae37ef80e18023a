// Lays out the memory of a run.
#include "transformer/stack_state.h"

#include <algorithm>

namespace attenscope {

void BlockScratch::Layout(const Config& config, const StackConfig& stack, Index rows, Index most_keys, Arena& arena) {
  const Index T = rows;
  normed = arena.Tensor<2>({T, config.width});
  keys = arena.Tensor<2>({T, stack.key_value_heads * stack.head_width});
  values = arena.Tensor<2>({T, stack.key_value_heads * stack.head_width});
  head_outputs = arena.Tensor<2>({T, stack.heads * stack.head_width});
  gated = arena.Tensor<2>({T, stack.feed_forward_width});
  raised = arena.Tensor<2>({T, config.gated ? stack.feed_forward_width : 0});
  added = arena.Tensor<2>({config.norm_position == NormPosition::kBoth ? T : 0, config.width});
  embedded = arena.Tensor<2>({config.embedding_width > 0 ? T : 0, config.embedding_width});
  vector = arena.Tensor<2>({1, config.EmbeddingWidth()});
  head = arena.Tensor<2>({T, config.head.width});
  patterns = arena.Tensor<3>({ThreadCount(), kQueryTile, most_keys});
}

BlockScratch BlockScratch::First(Index rows) const {
  return {normed.Rows(0, rows),
          keys.Rows(0, rows),
          values.Rows(0, rows),
          head_outputs.Rows(0, rows),
          gated.Rows(0, rows),
          raised.Rows(0, rows),
          added.Rows(0, rows),
          embedded.Rows(0, rows),
          vector,
          head.Rows(0, rows),
          patterns};
}

SourceMemory::SourceMemory(const Config& config, Index capacity_, Index rows) : capacity(capacity_) {
  memory_ = AllocateLaidOut("a source of " + std::to_string(capacity) + " tokens", [&](Arena& arena) {
    cache.Layout(config, capacity, arena);
    keys = arena.Tensor<2>({rows, config.key_value_heads * config.head_width});
    values = arena.Tensor<2>({rows, config.key_value_heads * config.head_width});
  });
}

StackState::StackState(const Config& config, const StackConfig& stack, Index capacity_, Index rows_,
                       const SourceMemory* source_, QueryCache query_cache)
    : capacity(capacity_), rows(rows_), source(source_) {
  memory_ = AllocateLaidOut("a run of " + std::to_string(capacity) + " tokens",
                            [&](Arena& arena) { Layout(config, stack, query_cache, arena); });
}

void StackState::Layout(const Config& config, const StackConfig& stack, QueryCache query_cache, Arena& arena) {
  const Index L = stack.layers;
  const Index S = capacity;
  const Index queries_width = stack.heads * stack.head_width;
  residual = arena.Tensor<3>({L + 1, S, config.width});
  // A run that drops its queries has memory for one block: every block overwrites the queries of the block before.
  const bool kept = query_cache == QueryCache::kKept;
  queries = arena.Tensor<3>({kept ? L : 1, S, queries_width});
  if (!kept) queries.stride[0] = 0;
  cross_queries = arena.Tensor<3>({source ? L : 0, S, queries_width});
  cache.Layout(stack, S, arena);
  const Index pairs = config.RotaryWidth(stack) / 2;
  cosines = arena.Tensor<2>({S, pairs});
  sines = arena.Tensor<2>({S, pairs});
  distance_table.Layout(config, stack, S, arena);
  scratch.Layout(config, stack, rows, std::max(S, source ? source->capacity : 0), arena);
  summed = arena.Tensor<2>({rows, config.width});
}

}  // namespace attenscope
