// Stores packed keys and values, one head and one layer after another.
#include "transformer/key_values.h"

#include <algorithm>

namespace attenscope {

void KeyValues::Layout(const StackConfig& stack, Index capacity, Arena& arena) {
  capacity_ = capacity;
  layers_ = stack.layers;
  heads_ = stack.key_value_heads;
  head_width_ = stack.head_width;
  panel_rows_ = kPanelRows<simd::DefaultArch>;
  head_keys_ = PackedSize(capacity, head_width_, panel_rows_);
  head_values_ = PackedSize(head_width_, capacity, panel_rows_);
  const std::uint64_t heads = static_cast<std::uint64_t>(layers_) * static_cast<std::uint64_t>(heads_);
  keys_ = arena.Take<float>(heads * head_keys_);
  values_ = arena.Take<float>(heads * head_values_);
}

PackedView<float> KeyValues::Keys(Index layer, Index key_value_head) const {
  const auto head = static_cast<std::size_t>(layer * heads_ + key_value_head);
  return MakePacked(keys_ + head * head_keys_, capacity_, head_width_, panel_rows_);
}

PackedView<float> KeyValues::Values(Index layer, Index key_value_head) const {
  const auto head = static_cast<std::size_t>(layer * heads_ + key_value_head);
  return MakePacked(values_ + head * head_values_, head_width_, capacity_, panel_rows_);
}

void KeyValues::Remember(Index layer, Index first, ConstMatrix keys, ConstMatrix values) const {
  for (Index head = 0; head < heads_; ++head) {
    const Index column = head * head_width_;
    Pack(keys.Columns(column, head_width_), Keys(layer, head), first);
    Pack(Transposed(values.Columns(column, head_width_)), Values(layer, head).Columns(first, values.shape[0]));
  }
}

void KeyValues::Copy(const KeyValues& from, Index count) const {
  for (Index layer = 0; layer < layers_; ++layer) {
    for (Index head = 0; head < heads_; ++head) {
      // Copies whole panels of keys, and the first columns of each panel of values, because both are contiguous.
      const PackedView<float> keys = from.Keys(layer, head);
      const Index panels = (count + panel_rows_ - 1) / panel_rows_;
      std::copy_n(keys.data, panels * keys.panel_stride, Keys(layer, head).data);
      const PackedView<float> values = from.Values(layer, head);
      const PackedView<float> to = Values(layer, head);
      for (Index panel = 0; panel * panel_rows_ < head_width_; ++panel) {
        std::copy_n(values.data + panel * values.panel_stride, count * panel_rows_, to.data + panel * to.panel_stride);
      }
    }
  }
}

}  // namespace attenscope
