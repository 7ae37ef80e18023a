// Computes a norm and its gradients, with the statistics of each row kept between the passes.
#include "train/steps/norm_step.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

}  // namespace

void NormStep::Layout(Arena& arena) {
  statistics_.mean = norm_.kind == NormKind::kLayer ? arena.Take<float>(static_cast<std::uint64_t>(Rows())) : nullptr;
  statistics_.inverse = arena.Take<float>(static_cast<std::uint64_t>(Rows()));
}

void NormStep::Forward(float*) {
  const ConstMatrix x = Split(ConstMatrix(x_->matrix));
  const Matrix y = Split(y_->matrix);
  const float* weight = norm_.weight ? norm_.weight->vector() : nullptr;
  if (norm_.kind == NormKind::kLayer) {
    LayerNorm(Arch{}, x, weight, norm_.bias ? norm_.bias->vector() : nullptr, norm_.epsilon, y, statistics_);
  } else {
    RmsNorm(Arch{}, x, weight, norm_.epsilon, y, statistics_);
  }
}

void NormStep::Backward(float*) {
  const ConstMatrix x = Split(ConstMatrix(x_->matrix));
  const ConstMatrix grad_y = Split(y_->gradient->read());
  const float* weight = norm_.weight ? norm_.weight->vector() : nullptr;
  NormGradients gradients{.x = Split(x_->gradient->Added())};
  if (norm_.weight) gradients.weight = norm_.weight->gradient.Added().data;
  if (norm_.bias) gradients.bias = norm_.bias->gradient.Added().data;
  if (norm_.kind == NormKind::kLayer) {
    LayerNormGradient(Arch{}, x, weight, statistics_, grad_y, gradients);
  } else {
    RmsNormGradient(Arch{}, x, weight, statistics_, grad_y, gradients);
  }
}

}  // namespace attenscope
