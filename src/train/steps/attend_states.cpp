// Computes the attention of one query over the states of a source.
#include "train/steps/attend_states.h"

#include <algorithm>

#include "kernels/vector_ops.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

}  // namespace

void AttendStates(ConstMatrix states, float* weights, float* context) {
  const auto [S, M] = states.shape;
  Softmax(Arch{}, weights, S);
  std::fill_n(context, M, 0.0f);
  for (Index s = 0; s < S; ++s) AddScaled(Arch{}, weights[s], &states(s, 0), context, M);
}

void AttendStatesGradient(ConstMatrix states, const float* weights, const float* grad_context, Matrix grad_states,
                          float* grad_scores) {
  const auto [S, M] = states.shape;
  for (Index s = 0; s < S; ++s) {
    grad_scores[s] = Dot(Arch{}, grad_context, &states(s, 0), M);
    AddScaled(Arch{}, weights[s], grad_context, &grad_states(s, 0), M);
  }
  const float mean = Dot(Arch{}, weights, grad_scores, S);
  for (Index s = 0; s < S; ++s) grad_scores[s] = weights[s] * (grad_scores[s] - mean);
}

}  // namespace attenscope
