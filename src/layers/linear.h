// The parameters of a linear layer, and its forward pass.
#pragma once

#include "layers/weight.h"

namespace attenscope {

/// A vector of floats in aligned memory that it owns, such as a bias or the weight of a norm.
class Vector {
 public:
  Vector() = default;
  Vector(Index size, const std::string& name)
      : buffer_(AllocateZeroed(static_cast<std::uint64_t>(size) * sizeof(float), name)), size_(size) {}

  float* data() { return reinterpret_cast<float*>(buffer_.get()); }
  const float* data() const { return reinterpret_cast<const float*>(buffer_.get()); }
  Index size() const { return size_; }

 private:
  AlignedBuffer buffer_;
  Index size_ = 0;
};

/// Parameters of y = x Wᵀ + b, with W (out, in) and b (out). The bias may be absent (size 0).
struct Linear {
  Weight weight;
  Vector bias;
};

/// Computes y (T, out) = x (T, in) · Wᵀ + b + addend (T, out). The addend may be a view without data.
template <class Arch>
void Apply(Arch arch, const Linear& linear, ConstMatrix x, ConstMatrix addend, Matrix y) {
  MatMul(arch, x, linear.weight, linear.bias.data(), addend, y);
}

/// Computes y (T, out) = x (T, in) · Wᵀ + b.
template <class Arch>
void Apply(Arch arch, const Linear& linear, ConstMatrix x, Matrix y) {
  Apply(arch, linear, x, ConstMatrix{}, y);
}

}  // namespace attenscope
