// Computes the two halves of a block (Vaswani et al. 2017, and the variants of later model families).
#include "transformer/block.h"

#include "position/rotary.h"
#include "tensor/matrix.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

/// Rotates the first W numbers of each head in each row of x (T, heads · H) by the angles (T, W/2) of the row.
void Rotate(const Angles& angles, Index head_width, Matrix x) {
  const auto& [cosines, sines] = angles;
  for (Index t = 0; t < x.shape[0]; ++t) {
    for (Index column = 0; column < x.shape[1]; column += head_width) {
      RotateHalves(Arch{}, &cosines(t, 0), &sines(t, 0), 2 * cosines.shape[1], &x(t, column));
    }
  }
}

/// Applies the norm to each head in each row of x (T, heads · H).
void NormalizeHeads(const Norm& norm, Index head_width, Matrix x) {
  for (Index column = 0; column < x.shape[1]; column += head_width) {
    const Matrix head = x.Columns(column, head_width);
    Apply(Arch{}, norm, head, head);
  }
}

/// Computes out (T, C) = x (T, C) + added (T, C). `out` may be x.
void Add(ConstMatrix x, ConstMatrix added, Matrix out) {
  for (Index t = 0; t < x.shape[0]; ++t) {
    if (&out(t, 0) != &x(t, 0)) Copy(x.Rows(t, 1), out.Rows(t, 1));
    AddScaled(Arch{}, 1.0f, &added(t, 0), &out(t, 0), x.shape[1]);
  }
}

/// Returns the input of a sublayer: norm(x) in scratch memory if norms stand before sublayers, otherwise x.
ConstMatrix SublayerInput(const BlockContext& block, const Norm& norm, ConstMatrix x) {
  if (!block.NormsBefore()) return x;
  const Matrix normed = block.scratch.normed;
  Apply(Arch{}, norm, x, normed);
  return normed;
}

/// Applies the norm to the residual stream x (T, C) after a sublayer, in place, if norms stand after sublayers.
void NormAfter(const BlockContext& block, const Norm& norm, Matrix x) {
  if (!block.NormsBefore()) Apply(Arch{}, norm, x, x);
}

/// Returns the norm of the output of the self-attention, or null unless norms stand before and after sublayers.
const Norm* PostNorm(const BlockContext& block) {
  return block.NormsBoth() ? &block.weights().attn_post_norm : nullptr;
}

}  // namespace

void ProjectSelf(const BlockContext& block, ConstMatrix x, const Angles& angles, Matrix queries) {
  const BlockWeights& weights = block.weights();
  const StackConfig& sizes = block.stack.sizes;
  const Matrix keys = block.scratch.keys;
  const Matrix values = block.scratch.values;
  // Norm.
  const ConstMatrix input = SublayerInput(block, weights.attn_norm, x);
  // q, k and v.
  Apply(Arch{}, weights.attn.query, input, queries);
  Apply(Arch{}, weights.attn.key, input, keys);
  Apply(Arch{}, weights.attn.value, input, values);
  if (block.stack.config.head_norm) {
    NormalizeHeads(weights.attn.query_norm, sizes.head_width, queries);
    NormalizeHeads(weights.attn.key_norm, sizes.head_width, keys);
  }
  if (angles.cosines.shape[1] > 0) {
    Rotate(angles, sizes.head_width, queries);
    Rotate(angles, sizes.head_width, keys);
  }
  if (!block.block_changes) return;
  const AttentionChanges& changes = block.block_changes->attn;
  const auto [first, step] = block.positions;
  ApplyHeadEdits(changes.queries, sizes.heads, first, step, queries);
  ApplyHeadEdits(changes.keys, sizes.key_value_heads, first, step, keys);
  ApplyHeadEdits(changes.values, sizes.key_value_heads, first, step, values);
}

void FinishBlock(const BlockContext& block, ConstMatrix x, const SourceMemory* source, Matrix cross_queries,
                 Matrix out) {
  const BlockWeights& weights = block.weights();
  const BlockScratch& scratch = block.scratch;
  // Output projection of the self-attention → add.
  AddSelf(block, x, out);
  // Cross-attention: norm → q → attend → output projection → add.
  if (source) {
    Apply(Arch{}, weights.cross.query, SublayerInput(block, weights.cross_norm, out), cross_queries);
    if (block.block_changes) {
      ApplyHeadEdits(block.block_changes->cross.queries, block.stack.sizes.heads, block.positions.first,
                     block.positions.step, cross_queries);
    }
    AttentionInput input = CrossInput(block, *source, cross_queries);
    input.pictures = source->pictures;
    AttendHeads(block.stack.sizes, input, scratch.patterns, scratch.head_outputs);
    AddCross(block, out);
  }
  // Norm → feed-forward → add.
  const ConstMatrix read = block.stack.config.parallel ? x : out;
  if (block.NormsBoth() || (block.block_changes && !block.block_changes->feed_forward.empty())) {
    const Matrix added = block.NormsBoth() ? scratch.added : scratch.normed;
    FeedForwardOutput(block, read, added);
    Add(out, added, out);
  } else {
    // This branch computes the same sum in fewer passes: the product adds the residual stream.
    const ConstMatrix input = SublayerInput(block, weights.feed_forward_norm, read);
    Apply(Arch{}, weights.feed_forward, input, scratch.gated, scratch.raised, out, out);
  }
  NormAfter(block, weights.feed_forward_norm, out);
  if (block.block_changes) {
    ApplyEdits(block.block_changes->residual, 0, block.positions.first, block.positions.step, out);
  }
}

AttentionInput CrossInput(const BlockContext& block, const SourceMemory& source, ConstMatrix queries) {
  return {.queries = queries,
          .cache = &source.cache,
          .layer = block.layer,
          .keys = source.length,
          .attention = block.CrossAttention(),
          .visible = source.visible};
}

void SelfOutput(const BlockContext& block, Matrix out) {
  AttentionOutput(block.weights().attn.output, PostNorm(block), block.scratch.head_outputs, block.SelfAttention(), out);
}

void CrossOutput(const BlockContext& block, Matrix out) {
  AttentionOutput(block.weights().cross.output, nullptr, block.scratch.head_outputs, block.CrossAttention(), out);
}

void AddSelf(const BlockContext& block, ConstMatrix x, Matrix out) {
  const bool edited = block.block_changes && !block.block_changes->attn.output.empty();
  if (block.NormsBoth() || edited) {
    SelfOutput(block, block.scratch.normed);
    Add(x, block.scratch.normed, out);
  } else {
    Apply(Arch{}, block.weights().attn.output, block.scratch.head_outputs, x, out);
  }
  NormAfter(block, block.weights().attn_norm, out);
}

void AddCross(const BlockContext& block, Matrix x) {
  if (block.block_changes && !block.block_changes->cross.output.empty()) {
    CrossOutput(block, block.scratch.normed);
    Add(x, block.scratch.normed, x);
  } else {
    Apply(Arch{}, block.weights().cross.output, block.scratch.head_outputs, x, x);
  }
  NormAfter(block, block.weights().cross_norm, x);
}

void FeedForwardOutput(const BlockContext& block, ConstMatrix x, Matrix out) {
  const BlockWeights& weights = block.weights();
  const ConstMatrix input = SublayerInput(block, weights.feed_forward_norm, x);
  Apply(Arch{}, weights.feed_forward, input, block.scratch.gated, block.scratch.raised, ConstMatrix{}, out);
  if (block.NormsBoth()) Apply(Arch{}, weights.feed_forward_post_norm, out, out);
  if (block.block_changes) {
    ApplyEdits(block.block_changes->feed_forward, 0, block.positions.first, block.positions.step, out);
  }
}

}  // namespace attenscope
