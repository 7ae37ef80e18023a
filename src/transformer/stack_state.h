// Everything that a run holds of one stack of blocks, in one allocation.
#pragma once

#include "attention/attention.h"
#include "transformer/distance_table.h"
#include "transformer/kept_pictures.h"
#include "transformer/key_values.h"

namespace attenscope {

/// Room for what a block computes on its way, for up to T tokens.
struct BlockScratch {
  Matrix normed;        // (T, C)
  Matrix keys;          // (T, K·H)
  Matrix values;        // (T, K·H)
  Matrix head_outputs;  // (T, N·H)
  Matrix gated;         // (T, F)
  Matrix raised;        // (T, F)
  Matrix added;         // (T, C), where norms stand on both sides of a sublayer
  Matrix embedded;      // (T, E), where E is not C
  Matrix vector;        // (1, E)
  Matrix head;          // (T, D), D the width of the layer before the logits
  // (threads, kQueryTile, S), S being the most keys that a query sees.
  TensorView<float, 3> patterns;

  void Layout(const Config& config, const StackConfig& stack, Index rows, Index most_keys, Arena& arena);
  /// That of the first `rows` tokens.
  BlockScratch First(Index rows) const;
};

/// The keys and values that a decoder's cross-attention sees: of the encoder's last states, for each decoder layer.
class SourceMemory {
 public:
  /// For up to `capacity` source tokens, computed at most `rows` at a time (T below). Throws kMemory.
  SourceMemory(const Config& config, Index capacity, Index rows);

  KeyValues held;
  Matrix keys;    // (T, K·H), scratch
  Matrix values;  // (T, K·H), scratch
  Index capacity;
  Index length = 0;                       // of the source
  const std::uint8_t* visible = nullptr;  // (S), 0: nobody looks at the token; null: all are looked at
  const Pictures* pictures = nullptr;     // of the cross-attention, left by the run; null: nobody asked for them

 private:
  AlignedBuffer memory_;
};

/// Whether every block's queries are kept. Where they are not, no pattern can be computed after the run: what keeping
/// them costs is measured against that.
enum class Holding { kQueries, kNoQueries };

/// Held for the whole text, so that any traced tensor can be computed when somebody asks: the residual stream at every
/// block's entry, queries, keys and values. The keys and values are the KV cache. The rest is scratch for `rows`
/// tokens.
struct StackState {
  /// Room for `capacity` tokens (S below), computed at most `rows` at a time (T below). `source` is what the blocks'
  /// cross-attention sees, null where they have none; it outlives this. Throws kMemory.
  StackState(const Config& config, const StackConfig& stack, Index capacity, Index rows, const SourceMemory* source,
             Holding holding = Holding::kQueries);

  Index capacity;
  Index rows;
  const SourceMemory* source;

  TensorView<float, 3> residual;       // (L + 1, S, C); [0] the embedding, [l + 1] after block l
  TensorView<float, 3> queries;        // (L, S, N·H), rotated where positions are rotary
  TensorView<float, 3> cross_queries;  // (L, S, N·H), beside a source only
  KeyValues held;
  Matrix cosines;                         // (S, W/2), rotary positions only; W numbers of a head are turned
  Matrix sines;                           // (S, W/2)
  DistanceTable distance_table;           // filled when the run begins
  const std::uint8_t* visible = nullptr;  // (S), 0: nobody looks at the token; null: all are looked at
  const Pictures* pictures = nullptr;     // of the self-attention, left by the run; null: nobody asked for them

  BlockScratch scratch;
  Matrix summed;  // (T, C): a residual stream inside a block, for traces

 private:
  void Layout(const Config& config, const StackConfig& stack, Holding holding, Arena& arena);

  AlignedBuffer memory_;
};

}  // namespace attenscope
