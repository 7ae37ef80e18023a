// Computes the units of work of a stack: embeds rows, then computes the two halves of each block.
#include "transformer/forward.h"

#include "transformer/embed.h"

namespace attenscope {

namespace {

/// Writes the embeddings of `rows` to residual[0], and the angles of their positions.
void EmbedRows(const StackRun& run, Rows rows) {
  StackState& state = run.state;
  EmbedTokens(run.Context(rows), run.tokens.Range(rows.first, rows.count),
              state.residual[0].Rows(rows.first, rows.count));
  ComputeAngles(run.stack, rows.first, state.cosines.Rows(rows.first, rows.count),
                state.sines.Rows(rows.first, rows.count));
}

/// Computes the first half of block `layer`: writes the queries, keys and values of `rows`.
void ProjectRows(const StackRun& run, Index layer, Rows rows) {
  StackState& state = run.state;
  const BlockContext block = run.Block(layer, rows);
  Angles angles{state.cosines, state.sines};
  if (block.block_changes && block.block_changes->attn.rotation) {
    const RotationTable& rotation = *block.block_changes->attn.rotation;
    angles = {rotation.cosines(), rotation.sines()};
  }
  ProjectSelf(block, state.residual[layer].Rows(rows.first, rows.count),
              {angles.cosines.Rows(rows.first, rows.count), angles.sines.Rows(rows.first, rows.count)},
              state.queries[layer].Rows(rows.first, rows.count));
  state.cache.Remember(layer, rows.first, block.scratch.keys, block.scratch.values);
}

/// Computes the second half of block `layer`: writes residual[layer + 1] of `rows`.
void MixRows(const StackRun& run, Index layer, Rows rows) {
  StackState& state = run.state;
  const BlockContext block = run.Block(layer, rows);
  AttentionInput input = SelfInput(run, layer, rows);
  input.pictures = state.pictures;
  AttendHeads(run.stack.sizes, input, block.scratch.patterns, block.scratch.head_outputs);
  const Matrix cross_queries = state.source ? state.cross_queries[layer].Rows(rows.first, rows.count) : Matrix{};
  FinishBlock(block, state.residual[layer].Rows(rows.first, rows.count), state.source, cross_queries,
              state.residual[layer + 1].Rows(rows.first, rows.count));
}

/// Returns the number of keys that the last of the rows sees.
Index KeysOf(const StackRun& run, Rows rows) {
  return run.stack.sizes.causal ? rows.first + rows.count : run.tokens.size();
}

}  // namespace

BlockContext StackRun::Block(Index layer, Rows rows) const { return {Context(rows), layer}; }

std::uint64_t RunUnit(const StackRun& run, const Schedule::Unit& unit) {
  const auto& [config, sizes, weights, embedding] = run.stack;
  const auto count = static_cast<std::uint64_t>(unit.rows.count);
  switch (unit.work) {
    case Schedule::Work::kEmbed:
      EmbedRows(run, unit.rows);
      return 0;
    case Schedule::Work::kProject:
      ProjectRows(run, unit.layer, unit.rows);
      return count * ProjectWork(config, sizes);
    default:
      MixRows(run, unit.layer, unit.rows);
      return count * MixWork(config, sizes, KeysOf(run, unit.rows), run.state.source ? run.state.source->length : 0);
  }
}

AttentionInput SelfInput(const StackRun& run, Index layer, Rows rows) {
  return {.queries = run.state.queries[layer].Rows(rows.first, rows.count),
          .cache = &run.state.cache,
          .layer = layer,
          .keys = KeysOf(run, rows),
          .attention = run.Block(layer, rows).SelfAttention(),
          .visible = run.state.visible,
          .distance_table = &run.state.distance_table};
}

AttentionInput CrossInput(const StackRun& run, Index layer, Rows rows) {
  return CrossInput(run.Block(layer, rows), *run.state.source,
                    run.state.cross_queries[layer].Rows(rows.first, rows.count));
}

}  // namespace attenscope
