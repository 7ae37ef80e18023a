// Packs matrices into panels.
#include "kernels/packed.h"

#include <algorithm>

namespace attenscope {

void Pack(ConstMatrix w, PackedView<float> packed, Index first) {
  // A matrix without elements may be a null pointer, which may not be moved.
  if (w.empty()) return;
  Index count = 0;
  for (Index r = 0; r < w.shape[0]; r += count) {
    const Index within = (first + r) % packed.panel_rows;
    count = std::min(packed.panel_rows - within, w.shape[0] - r);
    const float* from = w.data + r * w.stride[0];
    float* to = packed.data + (first + r) / packed.panel_rows * packed.panel_stride + within;
    for (Index c = 0; c < w.shape[1]; ++c) {
      for (Index i = 0; i < count; ++i) to[i] = from[i * w.stride[0]];
      from += w.stride[1];
      to += packed.panel_rows;
    }
  }
}

}  // namespace attenscope
