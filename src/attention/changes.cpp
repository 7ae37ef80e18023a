// Computes the cosines and sines of the rotary positions that an edit sets.
#include "attention/changes.h"

#include "position/rotary.h"

namespace attenscope {

RotationTable::RotationTable(Index positions, Index head_width, double base)
    : positions_(positions),
      pairs_(head_width / 2),
      cosines_(static_cast<std::size_t>(positions * pairs_)),
      sines_(cosines_.size()) {
  for (Index position = 0; pairs_ > 0 && position < positions; ++position) {
    RotaryAngles(position, head_width, base, cosines_.data() + position * pairs_, sines_.data() + position * pairs_);
  }
}

}  // namespace attenscope
