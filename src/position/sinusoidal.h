// The fixed sinusoidal encoding of the Transformer (Vaswani et al. 2017, section 3.5).
#pragma once

#include "tensor/tensor.h"

namespace attenscope {

/// Where the sines and cosines of one position stand.
enum class SinusoidalLayout {
  kInterleaved,  // sin, cos, sin, cos, …, as the paper has it
  kHalves,       // all sines, then all cosines, as Marian and the BART family have it; of an odd width one sine more
};

struct SinusoidalOptions {
  /// The longest wavelength is about 2π · base positions.
  double base = 10000.0;
  SinusoidalLayout layout = SinusoidalLayout::kInterleaved;
  /// The position of the first row.
  Index first = 0;
  /// The slowest wave of C/2 has the base itself as its wavelength over 2π (fairseq, M2M100): base^(i / (C/2 − 1)).
  /// C even.
  bool ends_at_base = false;
};

/// Writes encoding (T, C): with p = first + t, coordinate 2i is sin(p / base^(2i/C)) and coordinate 2i + 1 is the
/// cosine of the same angle; the layout may then move them. Angles in radians, computed in float64.
///
/// Throws kOption if the base is not a finite number above 0.
void SinusoidalEncoding(const SinusoidalOptions& options, Matrix encoding);

}  // namespace attenscope
