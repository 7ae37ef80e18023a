// The fixed sinusoidal encoding of the Transformer (Vaswani et al. 2017, section 3.5).
#pragma once

#include "tensor/tensor.h"

namespace attenscope {

/// The order of sines and cosines in the encoding of one position.
enum class SinusoidalLayout {
  kInterleaved,  // sin, cos, sin, cos, …, as in the paper
  kHalves,       // all sines, then all cosines, as in Marian and the BART family; an odd width has one more sine
};

/// The parameters of the sinusoidal encoding.
struct SinusoidalOptions {
  /// The longest wavelength is about 2π · base positions.
  double base = 10000.0;
  SinusoidalLayout layout = SinusoidalLayout::kInterleaved;
  /// The position of the first row.
  Index first = 0;
  /// Wavelengths are 2π · base^(i / (C/2 − 1)), so that the slowest wave reaches 2π · base exactly (fairseq, M2M100). C
  /// must be even.
  bool ends_at_base = false;
};

/// Writes encoding (T, C). With p = first + t, coordinate 2i is sin(p / base^(2i/C)) and coordinate 2i + 1 is the
/// cosine of the same angle. With kHalves all sines come before all cosines. Angles are in radians and computed in
/// float64.
///
/// Throws kOption unless the base is a finite number above 0.
void SinusoidalEncoding(const SinusoidalOptions& options, Matrix encoding);

}  // namespace attenscope
