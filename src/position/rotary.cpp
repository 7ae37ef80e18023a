// The angles of the rotary encoding, computed in float64: at long positions float32 angles lose the small digits.
#include "position/rotary.h"

#include <cmath>

namespace attenscope {

void RotaryAngles(Index position, Index head_width, double base, float* cosines, float* sines) {
  for (Index i = 0; i < head_width / 2; ++i) {
    const double exponent = -2.0 * static_cast<double>(i) / static_cast<double>(head_width);
    const double angle = static_cast<double>(position) * std::pow(base, exponent);
    cosines[i] = static_cast<float>(std::cos(angle));
    sines[i] = static_cast<float>(std::sin(angle));
  }
}

}  // namespace attenscope
