// The gradients of the activation functions of feed-forward layers.
#pragma once

#include "kernels/nonlinearity.h"

namespace attenscope {

namespace nonlinearity_internal {

inline constexpr float kInverseRootTwoPi = 0.3989422804014327f;

/// f(x) and f′(x).
template <class Value>
struct Slope {
  Value value, derivative;
};

// The same formulas for a register and for one number: the functions below are the only difference.
template <class Arch>
struct WideMath {
  using Value = simd::Batch<Arch>;
  static Value Exp(Value x) { return simd::Exp(x); }
  static Value Tanh(Value x) { return simd::Tanh(x); }
  static Value Erf(Value x) { return simd::Erf(x); }
  static Value Positive(Value x) { return xsimd::select(x > Value(0.0f), Value(1.0f), Value(0.0f)); }
};
struct SingleMath {
  using Value = float;
  static Value Exp(Value x) { return std::exp(x); }
  static Value Tanh(Value x) { return std::tanh(x); }
  static Value Erf(Value x) { return std::erf(x); }
  static Value Positive(Value x) { return x > 0.0f ? 1.0f : 0.0f; }
};

template <class Math>
inline Slope<typename Math::Value> SlopeAt(Nonlinearity f, typename Math::Value x) {
  using Value = typename Math::Value;
  const Value one(1.0f), half(0.5f);
  switch (f) {
    case Nonlinearity::kSilu: {
      const Value gate = one / (one + Math::Exp(-x));
      return {x * gate, gate * (one + x * (one - gate))};
    }
    case Nonlinearity::kRelu: {
      const Value gate = Math::Positive(x);
      return {x * gate, gate};
    }
    case Nonlinearity::kGelu: {
      const Value below = half * (one + Math::Erf(x * Value(kInverseRoot2)));
      const Value density = Value(kInverseRootTwoPi) * Math::Exp(-half * x * x);
      return {x * below, below + x * density};
    }
    case Nonlinearity::kGeluTanh: {
      const Value square = x * x;
      const Value t = Math::Tanh(Value(kGeluSlope) * x * (one + Value(kGeluCubic) * square));
      const Value inner = Value(kGeluSlope) * (one + Value(3.0f * kGeluCubic) * square);
      return {half * x * (one + t), half * (one + t) + half * x * (one - t * t) * inner};
    }
    default: {
      const Value t = Math::Tanh(x);
      return {t, one - t * t};
    }
  }
}

}  // namespace nonlinearity_internal

/// Adds the gradients of y = f(x) · up to grad_x and grad_up, from the gradient at y. Without `up`, y = f(x) and
/// grad_up is null. All have `count` numbers.
template <class Arch>
inline void ActivateGradient(Arch, Nonlinearity f, const float* x, const float* up, const float* grad_y, Index count,
                             float* grad_x, float* grad_up) {
  using namespace nonlinearity_internal;
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  Index i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    const auto slope = SlopeAt<WideMath<Arch>>(f, Batch::load_unaligned(x + i));
    Batch g = Batch::load_unaligned(grad_y + i);
    if (up) {
      xsimd::fma(g, slope.value, Batch::load_unaligned(grad_up + i)).store_unaligned(grad_up + i);
      g *= Batch::load_unaligned(up + i);
    }
    xsimd::fma(g, slope.derivative, Batch::load_unaligned(grad_x + i)).store_unaligned(grad_x + i);
  }
  for (; i < count; ++i) {
    const auto slope = SlopeAt<SingleMath>(f, x[i]);
    if (up) grad_up[i] += grad_y[i] * slope.value;
    grad_x[i] += grad_y[i] * (up ? up[i] : 1.0f) * slope.derivative;
  }
}

}  // namespace attenscope
