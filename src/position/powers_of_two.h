// A simple sinusoidal encoding for teaching, whose wavelength doubles from one pair to the next.
#pragma once

#include "tensor/tensor.h"

namespace attenscope {

/// Writes encoding (T, C): P(p, 2j) = sin(p / 2^j) and P(p, 2j + 1) = cos(p / 2^j), with p = first + t and angles in
/// radians.
///
/// This is the form of Vaswani et al. 2017 with 2^j in place of 10000^(2j/C), so that the wavelengths do not depend on
/// the width.
void PowersOfTwoEncoding(Index first, Matrix encoding);

}  // namespace attenscope
