// Computes the pooling of a recurrent model, and the states that begin its decoder.
#include "train/steps/pool_step.h"

#include "kernels/vector_ops.h"
#include "train/steps/attend_states.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

}  // namespace

void PoolStep::Layout(Arena& arena) {
  weights_ = arena.Tensor<2>({y_->matrix.shape[0], S_});
  grad_scores_ = arena.Take<float>(static_cast<std::uint64_t>(S_));
}

void PoolStep::Forward(float*) {
  const Index A = keys_->matrix.shape[1];
  for (Index b = 0; b < weights_.shape[0]; ++b) {
    float* weights = &weights_(b, 0);
    for (Index s = 0; s < S_; ++s) weights[s] = Dot(Arch{}, query_->vector(), &keys_->matrix(b * S_ + s, 0), A);
    AttendStates(ConstMatrix(states_->matrix).Rows(b * S_, S_), weights, &y_->matrix(b, 0));
  }
}

void PoolStep::Backward(float*) {
  const Index A = keys_->matrix.shape[1];
  const ConstMatrix grad_y = y_->gradient->read();
  const Matrix grad_keys = keys_->gradient->Added(), grad_states = states_->gradient->Added();
  float* grad_query = query_->gradient.Added().data;
  for (Index b = 0; b < weights_.shape[0]; ++b) {
    AttendStatesGradient(ConstMatrix(states_->matrix).Rows(b * S_, S_), &weights_(b, 0), &grad_y(b, 0),
                         grad_states.Rows(b * S_, S_), grad_scores_);
    for (Index s = 0; s < S_; ++s) {
      AddScaled(Arch{}, grad_scores_[s], &keys_->matrix(b * S_ + s, 0), grad_query, A);
      AddScaled(Arch{}, grad_scores_[s], query_->vector(), &grad_keys(b * S_ + s, 0), A);
    }
  }
}

void LastStatesStep::Forward(float*) {
  const Index M = y_->matrix.shape[1];
  for (Index b = 0; b < y_->matrix.shape[0]; ++b) {
    std::copy_n(&states_->matrix(b * S_ + S_ - 1, 0), D_, &y_->matrix(b, 0));
    std::copy_n(&states_->matrix(b * S_, 0) + D_, M - D_, &y_->matrix(b, 0) + D_);
  }
}

void LastStatesStep::Backward(float*) {
  const ConstMatrix grad_y = y_->gradient->read();
  const Matrix gradient = states_->gradient->Added();
  const Index M = grad_y.shape[1];
  for (Index b = 0; b < grad_y.shape[0]; ++b) {
    AddScaled(Arch{}, 1.0f, &grad_y(b, 0), &gradient(b * S_ + S_ - 1, 0), D_);
    AddScaled(Arch{}, 1.0f, &grad_y(b, 0) + D_, &gradient(b * S_, 0) + D_, M - D_);
  }
}

}  // namespace attenscope
