// Attention with linear biases (ALiBi, Press et al. 2022): each head lowers scores in proportion to the distance, with
// a slope of its own.
#pragma once

#include "tensor/tensor.h"

namespace attenscope {

/// Writes the N slopes. When N is a power of two they are 2^(−8/N), 2^(−16/N), …, 2^(−8). For other N, they are the
/// slopes of the largest power of two P below N, followed by every second slope of 2P from its first on, as in the
/// authors' code, BLOOM and MPT.
void AlibiSlopes(Index N, float* slopes);

/// Writes bias (N, T, S) = −slopes[n] · |past + t − s|, which is added to scaled scores.
///
/// The paper is causal, so that s never exceeds past + t. For later keys this function uses the same distance, as
/// encoders with ALiBi do. BLOOM adds slope · s instead. The two differ by a constant in each row, and softmax does not
/// depend on such a constant.
void AlibiBias(const float* slopes, Index past, TensorView<float, 3> bias);

}  // namespace attenscope
