// Computes the sinusoidal encoding in float64, because float32 loses digits of the angle at large positions.
#include "position/sinusoidal.h"

#include <cmath>

#include "tensor/error.h"
#include "tensor/number_text.h"

namespace attenscope {

void SinusoidalEncoding(const SinusoidalOptions& options, Matrix encoding) {
  if (!(options.base > 0.0) || !std::isfinite(options.base)) {
    throw Error(ErrorCode::kOption, "base: is " + NumberText(options.base) + ", expected a finite number above 0");
  }
  const Index T = encoding.shape[0];
  const Index C = encoding.shape[1];
  const bool halves = options.layout == SinusoidalLayout::kHalves;
  const Index sines = (C + 1) / 2;
  // The loop goes column by column, because each column has one frequency.
  for (Index i = 0; i < sines; ++i) {
    const double exponent = options.ends_at_base ? static_cast<double>(i) / static_cast<double>(sines - 1)
                                                 : 2.0 * static_cast<double>(i) / static_cast<double>(C);
    const double wavelength = std::pow(options.base, exponent);
    const Index sine = halves ? i : 2 * i;
    const Index cosine = halves ? sines + i : 2 * i + 1;
    for (Index t = 0; t < T; ++t) {
      const double angle = static_cast<double>(options.first + t) / wavelength;
      encoding(t, sine) = static_cast<float>(std::sin(angle));
      if (cosine < C) encoding(t, cosine) = static_cast<float>(std::cos(angle));
    }
  }
}

}  // namespace attenscope
