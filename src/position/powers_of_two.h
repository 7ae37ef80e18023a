// The plain sinusoidal encoding whose wavelengths double from pair to pair, for a first look at what such encodings do.
#pragma once

#include "tensor/tensor.h"

namespace attenscope {

/// Writes encoding (T, C): P(p, 2j) = sin(p / 2^j) and P(p, 2j + 1) = cos(p / 2^j), with p = first + t; radians.
///
/// The form of Vaswani et al. 2017 with 2^j for their 10000^(2j/C), so that the wavelengths do not depend on the width.
void PowersOfTwoEncoding(Index first, Matrix encoding);

}  // namespace attenscope
