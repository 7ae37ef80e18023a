// Linear layers with an activation, built on the matrix kernel.
#include "layers/projection.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "kernels/matmul.h"
#include "tensor/error.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

}  // namespace

std::uint64_t ProjectionScratch(Index rows, Index out, Index in) {
  // The scratch holds one of three matrices: the packed weight, its transpose for the gradient of x, or x for the
  // gradient of the weight.
  return std::max(
      {PackedSize(out, in, kPanelRows<Arch>), ProductScratch<Arch>(out, in), ProductScratch<Arch>(rows, in)});
}

void Activate(Activation activation, Matrix x) {
  if (activation == Activation::kNone) return;
  for (Index r = 0; r < x.shape[0]; ++r) {
    for (Index c = 0; c < x.shape[1]; ++c) {
      float& value = x(r, c);
      if (activation == Activation::kRelu) value = value < 0.0f ? 0.0f : value;
      if (activation == Activation::kTanh) value = std::tanh(value);
      if (activation == Activation::kSigmoid) value = 1.0f / (1.0f + std::exp(-value));
    }
  }
}

void ActivateGradient(Activation activation, ConstMatrix y, Matrix gradient) {
  if (activation == Activation::kNone) return;
  for (Index r = 0; r < y.shape[0]; ++r) {
    for (Index c = 0; c < y.shape[1]; ++c) {
      const float value = y(r, c);
      if (activation == Activation::kRelu) gradient(r, c) *= value > 0.0f ? 1.0f : 0.0f;
      if (activation == Activation::kTanh) gradient(r, c) *= 1.0f - value * value;
      if (activation == Activation::kSigmoid) gradient(r, c) *= value * (1.0f - value);
    }
  }
}

void Project(const Projection& projection, const char* name, ConstMatrix x, float* scratch, Matrix y) {
  const Index out = projection.weight.shape[0];
  const Index in = projection.weight.shape[1];
  if (in != x.shape[1] || out != y.shape[1]) {
    throw Error(ErrorCode::kShape, std::string(name) + " is (" + std::to_string(out) + ", " + std::to_string(in) +
                                       "), expected (" + std::to_string(y.shape[1]) + ", " +
                                       std::to_string(x.shape[1]) + ")");
  }
  if (!projection.bias.empty() && static_cast<Index>(projection.bias.size()) != out) {
    throw Error(ErrorCode::kShape, std::string(name) + " has a bias of " + std::to_string(projection.bias.size()) +
                                       " numbers, expected " + std::to_string(out));
  }
  const PackedView<float> packed = MakePacked(scratch, out, in, kPanelRows<Arch>);
  Pack(projection.weight, packed);
  MatMul(Arch{}, x, packed, projection.bias.empty() ? nullptr : projection.bias.data(), ConstMatrix{}, y);
  Activate(projection.activation, y);
}

void ProjectGradient(const Projection& projection, ConstMatrix x, ConstMatrix y, Matrix grad_y, float* scratch,
                     Matrix grad_x, const ProjectionGradient& gradient) {
  ActivateGradient(projection.activation, y, grad_y);
  AddProduct(Arch{}, grad_y, projection.weight, scratch, grad_x);
  AddProduct(Arch{}, Transposed(grad_y), x, scratch, gradient.weight);
  if (!gradient.bias) return;
  for (Index r = 0; r < grad_y.shape[0]; ++r) {
    for (Index c = 0; c < grad_y.shape[1]; ++c) gradient.bias[c] += grad_y(r, c);
  }
}

}  // namespace attenscope
