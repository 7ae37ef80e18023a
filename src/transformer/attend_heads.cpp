// Computes the heads of one attention in parallel. Each head reads the cache of its key/value head.
#include "transformer/attend_heads.h"

#include <cmath>

namespace attenscope {

namespace {

AttentionOptions OptionsOf(const Stack& stack) {
  AttentionOptions options;
  const float scale = stack.config.attention_scale;
  options.scale = scale != 0.0f ? scale : 1.0f / std::sqrt(static_cast<float>(stack.sizes.head_width));
  options.softcap = stack.config.attention_softcap;
  return options;
}

}  // namespace

AttentionContext BlockContext::SelfAttention() const {
  AttentionContext attention{OptionsOf(stack), block_changes ? &block_changes->attn : nullptr, positions};
  Visibility& visible = attention.options.visible;
  visible.causal = stack.sizes.causal;
  // A window of 0 in the config means no window, which is −1 in the options.
  if (!stack.sizes.windows.empty()) visible.window_left = stack.sizes.windows[static_cast<std::size_t>(layer)] - 1;
  return attention;
}

AttentionContext BlockContext::CrossAttention() const {
  return {OptionsOf(stack), block_changes ? &block_changes->cross : nullptr, positions};
}

Head MakeHead(const StackConfig& sizes, const AttentionInput& input, Index head) {
  const Index T = input.queries.shape[0];
  const Index H = sizes.head_width;
  const Index key_value_head = head / (sizes.heads / sizes.key_value_heads);
  const AttentionContext& attention = input.attention;
  Head made;
  made.inputs.queries = input.queries.Columns(head * H, H);
  made.inputs.keys = input.cache->Keys(input.layer, key_value_head).FirstRows(input.keys);
  made.values = input.cache->Values(input.layer, key_value_head);
  if (input.visible) made.mask.allowed = {input.visible, {T, input.keys}, {0, 1}};
  const bool own_positions = !(attention.changes && attention.changes->rotation);
  if (input.distance_table && own_positions) {
    made.mask.bias = input.distance_table->Bias(head, attention.positions.first, T, input.keys);
  }
  if (input.pictures) made.picture = input.pictures->Of(input.layer, head);
  made.index = head;
  // Each head has 2³² random streams, which is more than a text has tokens.
  made.random_stream = static_cast<std::uint64_t>(input.layer * sizes.heads + head) << 32;
  return made;
}

void AttendHeads(const StackConfig& sizes, const AttentionInput& input, TensorView<float, 3> patterns,
                 Matrix head_outputs) {
  const Index H = sizes.head_width;
  const std::uint64_t work =
      static_cast<std::uint64_t>(2 * head_outputs.shape[0] * input.keys) * static_cast<std::uint64_t>(sizes.heads * H);
  ShareOut(sizes.heads, 1, work, static_cast<int>(patterns.shape[0]), [&](Index first, Index last, int thread) {
    for (Index head = first; head < last; ++head) {
      Attend(MakeHead(sizes, input, head), input.attention, &patterns(thread, 0, 0), head_outputs.Columns(head * H, H));
    }
  });
}

}  // namespace attenscope
