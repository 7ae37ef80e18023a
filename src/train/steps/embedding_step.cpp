// Computes the embedding of tokens, and scatters its gradient into the rows of the tables.
#include "train/steps/embedding_step.h"

#include <algorithm>

#include "kernels/vector_ops.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

}  // namespace

void EmbeddingStep::Forward(float*) {
  const Index E = x_->matrix.shape[1];
  for (Index r = 0; r < x_->matrix.shape[0]; ++r) {
    float* x = &x_->matrix(r, 0);
    std::copy_n(&tables_.tokens->matrix(ids_[r], 0), E, x);
    if (tables_.scale != 1.0f) Scale(Arch{}, tables_.scale, x, E);
    const Index t = r % T_;
    if (tables_.positions) AddScaled(Arch{}, 1.0f, &tables_.positions->matrix(tables_.offset + t, 0), x, E);
    if (fixed_.data) AddScaled(Arch{}, 1.0f, &fixed_(t, 0), x, E);
    if (tables_.types) AddScaled(Arch{}, 1.0f, &tables_.types->matrix(TypeOf(r), 0), x, E);
  }
}

void EmbeddingStep::Backward(float*) {
  const ConstMatrix grad_x = x_->gradient->read();
  const Index E = grad_x.shape[1];
  const Matrix tokens = tables_.tokens->gradient.Added();
  for (Index r = 0; r < grad_x.shape[0]; ++r) {
    const float* g = &grad_x(r, 0);
    AddScaled(Arch{}, tables_.scale, g, &tokens(ids_[r], 0), E);
    if (tables_.positions) {
      AddScaled(Arch{}, 1.0f, g, &tables_.positions->gradient.Added()(tables_.offset + r % T_, 0), E);
    }
    if (tables_.types) AddScaled(Arch{}, 1.0f, g, &tables_.types->gradient.Added()(TypeOf(r), 0), E);
  }
}

}  // namespace attenscope
