// Computes the encoding by powers of two in float64.
#include "position/powers_of_two.h"

#include <cmath>

namespace attenscope {

void PowersOfTwoEncoding(Index first, Matrix encoding) {
  for (Index t = 0; t < encoding.shape[0]; ++t) {
    // The angle is halved for each next pair. Halving is exact; after about a thousand pairs the angle is 0.
    double angle = static_cast<double>(first + t);
    for (Index c = 0; c < encoding.shape[1]; ++c) {
      encoding(t, c) = static_cast<float>(c % 2 == 0 ? std::sin(angle) : std::cos(angle));
      if (c % 2 == 1) angle *= 0.5;
    }
  }
}

}  // namespace attenscope
