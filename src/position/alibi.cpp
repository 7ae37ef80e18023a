// Computes the slopes of ALiBi and its bias matrix.
#include "position/alibi.h"

#include <cmath>
#include <cstdlib>

namespace attenscope {

void AlibiSlopes(Index N, float* slopes) {
  Index power = 1;
  while (2 * power <= N) power *= 2;
  const auto slope = [](Index k, Index heads) {
    return static_cast<float>(std::exp2(-8.0 * static_cast<double>(k) / static_cast<double>(heads)));
  };
  for (Index n = 0; n < N; ++n) slopes[n] = n < power ? slope(n + 1, power) : slope(2 * (n - power) + 1, 2 * power);
}

void AlibiBias(const float* slopes, Index past, TensorView<float, 3> bias) {
  for (Index n = 0; n < bias.shape[0]; ++n) {
    for (Index t = 0; t < bias.shape[1]; ++t) {
      for (Index s = 0; s < bias.shape[2]; ++s) bias(n, t, s) = -slopes[n] * static_cast<float>(std::abs(past + t - s));
    }
  }
}

}  // namespace attenscope
