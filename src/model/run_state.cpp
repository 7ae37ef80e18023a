// The layout of a run's one allocation.
#include "model/run_state.h"

namespace attenscope {

RunState::RunState(const Config& config, Index capacity_, Index rows_)
    : capacity(capacity_),
      rows(rows_),
      key_value_heads_(config.key_value_heads),
      head_width_(config.head_width),
      panel_rows_(kPanelRows<simd::DefaultArch>) {
  Arena counting;
  Layout(config, counting);
  bytes_ = counting.used();
  memory_ = AllocateZeroed(bytes_, "a run of " + std::to_string(capacity) + " tokens");
  Arena arena(memory_.get());
  Layout(config, arena);
}

void RunState::Layout(const Config& config, Arena& arena) {
  const Index L = config.layers;
  const Index S = capacity;
  const Index T = rows;
  const Index C = config.width;
  const Index F = config.feed_forward_width;
  const Index queries_width = config.heads * config.head_width;
  const Index keys_width = config.key_value_heads * config.head_width;

  residual = arena.Tensor<3>({L + 1, S, C});
  queries = arena.Tensor<3>({L, S, queries_width});
  head_keys_ = PackedSize(S, head_width_, panel_rows_);
  head_values_ = PackedSize(head_width_, S, panel_rows_);
  const std::uint64_t heads = static_cast<std::uint64_t>(L) * static_cast<std::uint64_t>(key_value_heads_);
  keys_ = arena.Take<float>(heads * head_keys_);
  values_ = arena.Take<float>(heads * head_values_);
  cosines = arena.Tensor<2>({S, head_width_ / 2});
  sines = arena.Tensor<2>({S, head_width_ / 2});

  normed = arena.Tensor<2>({T, C});
  new_keys = arena.Tensor<2>({T, keys_width});
  new_values = arena.Tensor<2>({T, keys_width});
  head_outputs = arena.Tensor<2>({T, queries_width});
  gated = arena.Tensor<2>({T, F});
  raised = arena.Tensor<2>({T, F});
  summed = arena.Tensor<2>({T, C});
  pattern = arena.Take<float>(static_cast<std::uint64_t>(kQueryTile) * static_cast<std::uint64_t>(S));
}

PackedView<float> RunState::Keys(Index layer, Index key_value_head) const {
  const auto head = static_cast<std::size_t>(layer * key_value_heads_ + key_value_head);
  return MakePacked(keys_ + head * head_keys_, capacity, head_width_, panel_rows_);
}

PackedView<float> RunState::Values(Index layer, Index key_value_head) const {
  const auto head = static_cast<std::size_t>(layer * key_value_heads_ + key_value_head);
  return MakePacked(values_ + head * head_values_, head_width_, capacity, panel_rows_);
}

}  // namespace attenscope
