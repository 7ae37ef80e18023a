// Attention with linear biases (Press et al. 2022): each head discounts keys by their distance, at its own rate.
#pragma once

#include "tensor/tensor.h"

namespace attenscope {

/// Writes the N slopes. For a power of two they are 2^(−8/N), 2^(−16/N), …, 2^(−8). For other N, those of the largest
/// power of two P below, then every second one of 2P from its first on, as the authors' code does; BLOOM and MPT agree.
void AlibiSlopes(Index N, float* slopes);

/// Writes bias (N, T, S) = −slopes[n] · |past + t − s|, to be added to scaled scores.
///
/// The paper is causal, where s never exceeds past + t; we discount keys ahead by the same distance, as encoders with
/// ALiBi do. BLOOM adds slope · s instead, which differs by a number that is the same all along a row, and which
/// softmax ignores.
void AlibiBias(const float* slopes, Index past, TensorView<float, 3> bias);

}  // namespace attenscope
