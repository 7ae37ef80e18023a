// The memory of one stack in a run, in one allocation.
#pragma once

#include "attention/attention.h"
#include "transformer/distance_table.h"
#include "transformer/kept_pictures.h"
#include "transformer/key_values.h"

namespace attenscope {

/// Scratch memory for the intermediate results of a block, for up to T rows.
struct BlockScratch {
  Matrix normed;        // (T, C)
  Matrix keys;          // (T, K·H)
  Matrix values;        // (T, K·H)
  Matrix head_outputs;  // (T, N·H)
  Matrix gated;         // (T, F)
  Matrix raised;        // (T, F)
  Matrix added;         // (T, C), if norms stand before and after sublayers
  Matrix embedded;      // (T, E), if E is not C
  Matrix vector;        // (1, E)
  Matrix head;          // (T, D), where D is the width of the layer before the unembedding
  // (threads, kQueryTile, S), where S is the largest number of keys that a query may see.
  TensorView<float, 3> patterns;

  /// Takes memory for `rows` rows from `arena`.
  void Layout(const Config& config, const StackConfig& stack, Index rows, Index most_keys, Arena& arena);
  /// Returns the scratch memory of the first `rows` rows.
  BlockScratch First(Index rows) const;
};

/// The keys and values for the cross-attention of each decoder layer, computed from the last states of the encoder.
class SourceMemory {
 public:
  /// Allocates memory for `capacity` source tokens, of which at most `rows` are computed together (T below). Throws
  /// kMemory.
  SourceMemory(const Config& config, Index capacity, Index rows);

  KeyValues cache;
  Matrix keys;    // (T, K·H), scratch
  Matrix values;  // (T, K·H), scratch
  Index capacity;
  Index length = 0;                       // the number of tokens of the source
  const std::uint8_t* visible = nullptr;  // (S), 0: no query sees the token; null: all tokens are visible
  const Pictures* pictures = nullptr;     // pictures of the cross-attention, which the run fills; null: no pictures

 private:
  AlignedBuffer memory_;
};

/// The choice whether a run keeps the queries of every block. A run that drops its queries cannot compute patterns
/// afterwards; benchmarks compare both.
enum class QueryCache { kKept, kDropped };

/// The residual stream before every block, the queries, and the keys and values of the whole text. From these any
/// traced tensor can be computed on request. The other members are scratch memory.
struct StackState {
  /// Allocates memory for `capacity` tokens (S below), of which at most `rows` are computed together (T below).
  /// `source` has the keys and values for the cross-attention of the blocks; null: no cross-attention. `source` must
  /// outlive this object. Throws kMemory.
  StackState(const Config& config, const StackConfig& stack, Index capacity, Index rows, const SourceMemory* source,
             QueryCache query_cache = QueryCache::kKept);

  Index capacity;
  Index rows;
  const SourceMemory* source;

  TensorView<float, 3> residual;       // (L + 1, S, C): [0] is the embedding, [l + 1] the stream after block l
  TensorView<float, 3> queries;        // (L, S, N·H), after the rotation if positions are rotary
  TensorView<float, 3> cross_queries;  // (L, S, N·H), only with a source
  KeyValues cache;
  Matrix cosines;                // (S, W/2), only with rotary positions; W is the number of rotated elements of a head
  Matrix sines;                  // (S, W/2)
  DistanceTable distance_table;  // filled at the start of the run
  const std::uint8_t* visible = nullptr;  // (S), 0: no query sees the token; null: all tokens are visible
  const Pictures* pictures = nullptr;     // pictures of the self-attention, which the run fills; null: no pictures

  BlockScratch scratch;
  Matrix summed;  // (T, C): a residual stream within a block, for traces

 private:
  void Layout(const Config& config, const StackConfig& stack, QueryCache query_cache, Arena& arena);

  AlignedBuffer memory_;
};

}  // namespace attenscope
