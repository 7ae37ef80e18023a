// Attention of one query over the states of a source, with its gradient: the weighted sum that the pooling and the
// decoder of recurrent models share.
#pragma once

#include "tensor/tensor.h"

namespace attenscope {

/// Computes the softmax of `weights` (S scores), in place, and context (M) = Σ_s weights[s] · states (S, M)[s].
void AttendStates(ConstMatrix states, float* weights, float* context);

/// Adds Σ weights[s] · grad_context to each row of grad_states, and writes the gradient at the scores to grad_scores
/// (S).
void AttendStatesGradient(ConstMatrix states, const float* weights, const float* grad_context, Matrix grad_states,
                          float* grad_scores);

}  // namespace attenscope
