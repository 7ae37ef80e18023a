// The forward pass of the Llama form (Touvron et al. 2023): pre-norm blocks, rotary positions, grouped heads, gated
// SiLU.
#include "model/forward.h"

#include <cmath>

#include "position/rotary.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

/// Turns each head of each row of x (T, heads · H) by its position.
void Rotate(const RunState& state, Index first, Index head_width, Matrix x) {
  for (Index t = 0; t < x.shape[0]; ++t) {
    const float* cosines = &state.cosines(first + t, 0);
    const float* sines = &state.sines(first + t, 0);
    for (Index column = 0; column < x.shape[1]; column += head_width) {
      RotateHalves(Arch{}, cosines, sines, head_width, &x(t, column));
    }
  }
}

/// Appends new keys and values (T, K·H) to the cache.
void Remember(const Config& config, Index layer, Index first, ConstMatrix keys, ConstMatrix values, RunState& state) {
  const Index H = config.head_width;
  for (Index head = 0; head < config.key_value_heads; ++head) {
    const PackedView<float> held_keys = state.Keys(layer, head);
    const PackedView<float> held_values = state.Values(layer, head);
    for (Index t = 0; t < keys.shape[0]; ++t) {
      for (Index h = 0; h < H; ++h) {
        held_keys(first + t, h) = keys(t, head * H + h);
        held_values(h, first + t) = values(t, head * H + h);
      }
    }
  }
}

}  // namespace

AttentionOptions BlockAttention(const Config& config, Index first, std::span<const PatternEdit> edits) {
  AttentionOptions options;
  options.scale = 1.0f / std::sqrt(static_cast<float>(config.head_width));
  options.visible = {.causal = true, .past = first};
  options.edits = edits;
  return options;
}

Head BlockHead(const Config& config, const RunState& state, Index layer, Index head, Rows rows) {
  const Index H = config.head_width;
  const Index key_value_head = head / (config.heads / config.key_value_heads);
  Head ready;
  ready.inputs.queries = state.queries[layer].Rows(rows.first, rows.count).Columns(head * H, H);
  ready.inputs.keys = state.Keys(layer, key_value_head).FirstRows(rows.first + rows.count);
  ready.values = state.Values(layer, key_value_head);
  ready.index = head;
  return ready;
}

void Embed(const Transformer& model, std::span<const std::int32_t> ids, Rows rows, RunState& state) {
  const Config& config = model.config();
  const PackedView<const float> table = model.weights().embedding.view();
  const Matrix out = state.residual[0].Rows(rows.first, rows.count);
  for (Index t = 0; t < rows.count; ++t) {
    const Index id = ids[static_cast<std::size_t>(t)];
    for (Index c = 0; c < config.width; ++c) out(t, c) = table(id, c);
    const Index position = rows.first + t;
    RotaryAngles(position, config.head_width, config.rotary_base, &state.cosines(position, 0),
                 &state.sines(position, 0));
  }
}

void NormRows(const Transformer& model, ConstMatrix x, const Vector& weight, Matrix y) {
  for (Index t = 0; t < x.shape[0]; ++t) {
    RmsNorm(Arch{}, &x(t, 0), weight.data(), model.config().norm_epsilon, x.shape[1], &y(t, 0));
  }
}

void AttendRows(const Transformer& model, Index layer, Rows rows, std::span<const PatternEdit> edits, RunState& state,
                Matrix head_outputs) {
  const Config& config = model.config();
  const Index H = config.head_width;
  const AttentionOptions options = BlockAttention(config, rows.first, edits);
  for (Index head = 0; head < config.heads; ++head) {
    AttendHead(Arch{}, BlockHead(config, state, layer, head, rows), options, state.pattern,
               head_outputs.Columns(head * H, H));
  }
}

void Block(const Transformer& model, Index layer, Rows rows, std::span<const PatternEdit> edits, RunState& state) {
  const Config& config = model.config();
  const BlockWeights& weights = model.weights().blocks[static_cast<std::size_t>(layer)];
  const Index T = rows.count;
  const ConstMatrix x = state.residual[layer].Rows(rows.first, T);
  const Matrix out = state.residual[layer + 1].Rows(rows.first, T);
  const Matrix normed = state.normed.Rows(0, T);
  const Matrix queries = state.queries[layer].Rows(rows.first, T);
  const Matrix keys = state.new_keys.Rows(0, T);
  const Matrix values = state.new_values.Rows(0, T);
  const Matrix head_outputs = state.head_outputs.Rows(0, T);

  // Attention, added to the residual stream.
  NormRows(model, x, weights.attn_norm, normed);
  Apply(Arch{}, weights.query, normed, queries);
  Apply(Arch{}, weights.key, normed, keys);
  Apply(Arch{}, weights.value, normed, values);
  Rotate(state, rows.first, config.head_width, queries);
  Rotate(state, rows.first, config.head_width, keys);
  Remember(config, layer, rows.first, keys, values, state);
  AttendRows(model, layer, rows, edits, state, head_outputs);
  Apply(Arch{}, weights.output, head_outputs, x, out);

  // Feed-forward, added to it as well.
  NormRows(model, out, weights.feed_forward_norm, normed);
  Apply(Arch{}, weights.feed_forward, normed, state.gated.Rows(0, T), state.raised.Rows(0, T), out, out);
}

void Logits(const Transformer& model, Rows rows, RunState& state, Matrix logits) {
  const Matrix normed = state.normed.Rows(0, rows.count);
  const ConstMatrix last = state.residual[model.config().layers].Rows(rows.first, rows.count);
  NormRows(model, last, model.weights().final_norm, normed);
  MatMul(Arch{}, normed, model.weights().Unembedding().view(), logits);
}

}  // namespace attenscope
