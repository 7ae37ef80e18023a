// Embedding, blocks and logits, after Vaswani et al. 2017 and what families have made of it since.
#include "model/forward.h"

#include <algorithm>
#include <cmath>

#include "position/rotary.h"
#include "position/sinusoidal.h"
#include "tensor/matrix.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

/// Turns each head of each row of x (T, heads · H) by its row of cosines and sines.
void Rotate(ConstMatrix cosines, ConstMatrix sines, Index head_width, Matrix x) {
  for (Index t = 0; t < x.shape[0]; ++t) {
    for (Index column = 0; column < x.shape[1]; column += head_width) {
      RotateHalves(Arch{}, &cosines(t, 0), &sines(t, 0), head_width, &x(t, column));
    }
  }
}

/// What a sublayer reads: norm(x) where norms stand before sublayers, else x.
ConstMatrix Entering(const Stack& stack, const Norm& norm, ConstMatrix x, Matrix normed) {
  if (stack.config.norm_place == NormPlace::kAfter) return x;
  Apply(Arch{}, norm, x, normed);
  return normed;
}

/// The stream after a sublayer, in place.
void Leaving(const Stack& stack, const Norm& norm, Matrix x) {
  if (stack.config.norm_place == NormPlace::kAfter) Apply(Arch{}, norm, x, x);
}

AttentionOptions ScaledDot(const StackConfig& sizes, Index first, std::span<const PatternEdit> edits) {
  AttentionOptions options;
  options.scale = 1.0f / std::sqrt(static_cast<float>(sizes.head_width));
  options.visible.past = first;
  options.edits = edits;
  return options;
}

/// Adds the vectors of positions first, first + step, … to x (T, C).
void AddPositions(const Stack& stack, Index first, Index step, Matrix scratch, Matrix x) {
  const Index C = x.shape[1];
  for (Index t = 0; t < x.shape[0]; ++t) {
    const Index position = first + t * step;
    const Matrix vector = scratch.Rows(step == 0 ? 0 : t, 1);
    if (stack.config.position == PositionKind::kLearned) {
      stack.weights.positions->GetRow(stack.config.position_offset + position, &vector(0, 0));
    } else if (t == 0 || step != 0) {
      // Beams stand at one position: its vector is computed once.
      SinusoidalEncoding({.layout = SinusoidalLayout::kHalves, .first = position}, vector);
    }
    AddScaled(Arch{}, 1.0f, &vector(0, 0), &x(t, 0), C);
  }
}

}  // namespace

void EmbedTokens(const Stack& stack, std::span<const std::int32_t> ids, Index first, Index step, Matrix scratch,
                 Matrix out) {
  for (Index t = 0; t < out.shape[0]; ++t) {
    stack.embedding.GetRow(ids[static_cast<std::size_t>(t)], &out(t, 0));
    if (stack.config.embedding_scale != 1.0f) Scale(Arch{}, stack.config.embedding_scale, &out(t, 0), out.shape[1]);
  }
  if (stack.config.position == PositionKind::kSinusoidal || stack.config.position == PositionKind::kLearned) {
    AddPositions(stack, first, step, scratch, out);
  }
  if (stack.config.embedding_norm) Apply(Arch{}, stack.weights.embedding_norm, out, out);
}

void ProjectAttention(const Stack& stack, const BlockWeights& block, ConstMatrix x, ConstMatrix cosines,
                      ConstMatrix sines, const BlockScratch& scratch, Matrix queries) {
  const ConstMatrix entering = Entering(stack, block.attn_norm, x, scratch.normed);
  Apply(Arch{}, block.attn.query, entering, queries);
  Apply(Arch{}, block.attn.key, entering, scratch.keys);
  Apply(Arch{}, block.attn.value, entering, scratch.values);
  if (stack.config.position != PositionKind::kRotary) return;
  Rotate(cosines, sines, stack.sizes.head_width, queries);
  Rotate(cosines, sines, stack.sizes.head_width, scratch.keys);
}

AttentionOptions SelfOptions(const StackConfig& sizes, Index first, std::span<const PatternEdit> edits) {
  AttentionOptions options = ScaledDot(sizes, first, edits);
  options.visible.causal = sizes.causal;
  return options;
}

AttentionOptions CrossOptions(const StackConfig& sizes, Index first, std::span<const PatternEdit> edits) {
  return ScaledDot(sizes, first, edits);
}

Head MakeHead(const StackConfig& sizes, const AttentionInput& input, Index head) {
  const Index H = sizes.head_width;
  const Index key_value_head = head / (sizes.heads / sizes.key_value_heads);
  Head ready;
  ready.inputs.queries = input.queries.Columns(head * H, H);
  ready.inputs.keys = input.held->Keys(input.layer, key_value_head).FirstRows(input.keys);
  ready.values = input.held->Values(input.layer, key_value_head);
  ready.index = head;
  return ready;
}

void AttendHeads(const StackConfig& sizes, const AttentionInput& input, const AttentionOptions& options, float* pattern,
                 Matrix head_outputs) {
  const Index H = sizes.head_width;
  for (Index head = 0; head < sizes.heads; ++head) {
    AttendHead(Arch{}, MakeHead(sizes, input, head), options, pattern, head_outputs.Columns(head * H, H));
  }
}

void AddAttention(const Stack& stack, const Linear& output, const Norm& norm, ConstMatrix head_outputs, ConstMatrix x,
                  Matrix out) {
  Apply(Arch{}, output, head_outputs, x, out);
  Leaving(stack, norm, out);
}

void ProjectCross(const Stack& stack, const BlockWeights& block, ConstMatrix x, const BlockScratch& scratch,
                  Matrix queries) {
  Apply(Arch{}, block.cross.query, Entering(stack, block.cross_norm, x, scratch.normed), queries);
}

void FeedForwardOutput(const Stack& stack, const BlockWeights& block, ConstMatrix x, const BlockScratch& scratch,
                       Matrix out) {
  const ConstMatrix entering = Entering(stack, block.feed_forward_norm, x, scratch.normed);
  Apply(Arch{}, block.feed_forward, entering, scratch.gated, scratch.raised, ConstMatrix{}, out);
}

void FinishBlock(const Stack& stack, Index layer, ConstMatrix x, const SourceMemory* source,
                 const AttentionOptions& cross, const BlockScratch& scratch, Matrix cross_queries, Matrix out) {
  const BlockWeights& block = stack.weights.blocks[static_cast<std::size_t>(layer)];
  // 1. What self-attention found, added to the residual stream.
  AddAttention(stack, block.attn.output, block.attn_norm, scratch.head_outputs, x, out);
  // 2. What the source says, likewise.
  if (source) {
    ProjectCross(stack, block, out, scratch, cross_queries);
    AttendHeads(stack.sizes, {cross_queries, &source->held, layer, source->length}, cross, scratch.pattern,
                scratch.head_outputs);
    AddAttention(stack, block.cross.output, block.cross_norm, scratch.head_outputs, out, out);
  }
  // 3. Feed-forward, token by token.
  const ConstMatrix entering = Entering(stack, block.feed_forward_norm, out, scratch.normed);
  Apply(Arch{}, block.feed_forward, entering, scratch.gated, scratch.raised, out, out);
  Leaving(stack, block.feed_forward_norm, out);
}

void FinalNorm(const Stack& stack, ConstMatrix x, Matrix y) {
  if (stack.config.final_norm) {
    Apply(Arch{}, stack.weights.final_norm, x, y);
  } else {
    Copy(x, y);
  }
}

void Logits(const Transformer& model, ConstMatrix x, Matrix normed, Matrix logits) {
  FinalNorm(model.stack(), x, normed);
  MatMul(Arch{}, normed, model.weights().Unembedding(), model.weights().logits_bias.data(), ConstMatrix{}, logits);
}

void Embed(const Stack& stack, std::span<const std::int32_t> ids, Rows rows, StackState& state) {
  EmbedTokens(stack, ids, rows.first, 1, state.scratch.normed.Rows(0, rows.count),
              state.residual[0].Rows(rows.first, rows.count));
  if (stack.config.position != PositionKind::kRotary) return;
  for (Index position = rows.first; position < rows.first + rows.count; ++position) {
    RotaryAngles(position, stack.sizes.head_width, stack.config.rotary_base, &state.cosines(position, 0),
                 &state.sines(position, 0));
  }
}

void ProjectRows(const Stack& stack, Index layer, Rows rows, StackState& state) {
  const BlockScratch scratch = state.scratch.First(rows.count);
  ProjectAttention(stack, stack.weights.blocks[static_cast<std::size_t>(layer)],
                   state.residual[layer].Rows(rows.first, rows.count), state.cosines.Rows(rows.first, rows.count),
                   state.sines.Rows(rows.first, rows.count), scratch,
                   state.queries[layer].Rows(rows.first, rows.count));
  state.held.Remember(layer, rows.first, scratch.keys, scratch.values);
}

AttentionInput SelfInput(const Stack& stack, Index layer, Rows rows, Index length, const StackState& state) {
  return {state.queries[layer].Rows(rows.first, rows.count), &state.held, layer,
          stack.sizes.causal ? rows.first + rows.count : length};
}

AttentionInput CrossInput(Index layer, Rows rows, const StackState& state) {
  return {state.cross_queries[layer].Rows(rows.first, rows.count), &state.source->held, layer, state.source->length};
}

void MixRows(const Stack& stack, Index layer, Rows rows, Index length, BlockEdits edits, StackState& state) {
  const BlockScratch scratch = state.scratch.First(rows.count);
  AttendHeads(stack.sizes, SelfInput(stack, layer, rows, length, state),
              SelfOptions(stack.sizes, rows.first, edits.attn), scratch.pattern, scratch.head_outputs);
  const Matrix cross_queries = state.source ? state.cross_queries[layer].Rows(rows.first, rows.count) : Matrix{};
  FinishBlock(stack, layer, state.residual[layer].Rows(rows.first, rows.count), state.source,
              CrossOptions(stack.sizes, rows.first, edits.cross), scratch, cross_queries,
              state.residual[layer + 1].Rows(rows.first, rows.count));
}

void RememberSource(const Transformer& model, Index layer, Rows rows, StackState& encoder, SourceMemory& source) {
  const Stack stack = model.encoder();
  const Matrix states = encoder.scratch.normed.Rows(0, rows.count);
  FinalNorm(stack, encoder.residual[stack.sizes.layers].Rows(rows.first, rows.count), states);
  const AttentionWeights& cross = model.stack().weights.blocks[static_cast<std::size_t>(layer)].cross;
  // The decoder's heads may be others than the encoder's: keys and values have room of their own.
  Apply(Arch{}, cross.key, states, source.keys.Rows(0, rows.count));
  Apply(Arch{}, cross.value, states, source.values.Rows(0, rows.count));
  source.held.Remember(layer, rows.first, source.keys.Rows(0, rows.count), source.values.Rows(0, rows.count));
}

}  // namespace attenscope
