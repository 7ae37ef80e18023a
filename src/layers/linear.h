// A linear layer's parameters, and its application.
#pragma once

#include "layers/weight.h"

namespace attenscope {

/// Floats that own aligned memory: a bias, a norm's weight.
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

/// y = x Wᵀ + b, with W (out, in) and b (out), which may be absent.
struct Linear {
  Weight weight;
  Vector bias;
};

/// y (T, out) = x (T, in) · Wᵀ + b + addend, which may be a null view.
template <class Arch>
void Apply(Arch arch, const Linear& linear, ConstMatrix x, ConstMatrix addend, Matrix y) {
  MatMul(arch, x, linear.weight, linear.bias.data(), addend, y);
}

template <class Arch>
void Apply(Arch arch, const Linear& linear, ConstMatrix x, Matrix y) {
  Apply(arch, linear, x, ConstMatrix{}, y);
}

}  // namespace attenscope
