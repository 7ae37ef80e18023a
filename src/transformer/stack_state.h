// Everything that a run keeps of one stack of blocks, in one allocation.
#pragma once

#include "attention/attention.h"
#include "transformer/distance_table.h"
#include "transformer/kept_pictures.h"
#include "transformer/key_values.h"

namespace attenscope {

/// Scratch for what a block computes on the way, for up to T rows.
struct BlockScratch {
  Matrix normed;        // (T, C)
  Matrix keys;          // (T, K·H)
  Matrix values;        // (T, K·H)
  Matrix head_outputs;  // (T, N·H)
  Matrix gated;         // (T, F)
  Matrix raised;        // (T, F)
  Matrix added;         // (T, C), where norms stand before and after a sublayer
  Matrix embedded;      // (T, E), where E is not C
  Matrix vector;        // (1, E)
  Matrix head;          // (T, D), D the width of the layer before the logits
  // (threads, kQueryTile, S), S being the most keys that a query may see.
  TensorView<float, 3> patterns;

  /// Takes memory for `rows` rows from `arena`.
  void Layout(const Config& config, const StackConfig& stack, Index rows, Index most_keys, Arena& arena);
  /// The scratch of the first `rows` rows.
  BlockScratch First(Index rows) const;
};

/// The keys and values that the cross-attention of each decoder layer sees, computed from the encoder's last states.
class SourceMemory {
 public:
  /// Memory for `capacity` source tokens, computed at most `rows` at a time (T below). Throws kMemory.
  SourceMemory(const Config& config, Index capacity, Index rows);

  KeyValues cache;
  Matrix keys;    // (T, K·H), scratch
  Matrix values;  // (T, K·H), scratch
  Index capacity;
  Index length = 0;                       // of the source
  const std::uint8_t* visible = nullptr;  // (S), 0: no query sees the token; null: all tokens are visible
  const Pictures* pictures = nullptr;     // of the cross-attention, which the run fills; null: nobody asked for them

 private:
  AlignedBuffer memory_;
};

/// Whether a run keeps the queries of every block. A run that drops them cannot compute patterns afterwards; benchmarks
/// compare the two.
enum class QueryCache { kKept, kDropped };

/// The residual stream at the entry of every block, the queries, and the keys and values of the whole text. From these
/// any traced tensor can be computed when somebody asks. The rest is scratch.
struct StackState {
  /// Memory for `capacity` tokens (S below), computed at most `rows` at a time (T below). `source` is what the
  /// cross-attention of the blocks sees; null where they have none. It outlives this state. Throws kMemory.
  StackState(const Config& config, const StackConfig& stack, Index capacity, Index rows, const SourceMemory* source,
             QueryCache query_cache = QueryCache::kKept);

  Index capacity;
  Index rows;
  const SourceMemory* source;

  TensorView<float, 3> residual;       // (L + 1, S, C); [0] the embedding, [l + 1] after block l
  TensorView<float, 3> queries;        // (L, S, N·H), rotated where positions are rotary
  TensorView<float, 3> cross_queries;  // (L, S, N·H), beside a source only
  KeyValues cache;
  Matrix cosines;                         // (S, W/2), rotary positions only; W numbers of a head are turned
  Matrix sines;                           // (S, W/2)
  DistanceTable distance_table;           // filled when the run begins
  const std::uint8_t* visible = nullptr;  // (S), 0: no query sees the token; null: all tokens are visible
  const Pictures* pictures = nullptr;     // of the self-attention, which the run fills; null: nobody asked for them

  BlockScratch scratch;
  Matrix summed;  // (T, C): a residual stream inside a block, for traces

 private:
  void Layout(const Config& config, const StackConfig& stack, QueryCache query_cache, Arena& arena);

  AlignedBuffer memory_;
};

}  // namespace attenscope
