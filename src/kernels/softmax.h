// Softmax and log-softmax along any axis, with their gradients. The largest number is subtracted first, so that nothing
// overflows.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/axis.h"
#include "kernels/vector_ops.h"

namespace attenscope {

namespace softmax_internal {

/// Visits the first element of each column along the axis: calls wide(start) for a register of neighbouring columns,
/// and single(start) for each remaining column.
template <class Arch, class Wide, class Single>
inline void ForEachPlace(Arch, AxisSplit split, Wide wide, Single single) {
  constexpr Index kLanes = simd::kLanes<Arch>;
  for (Index o = 0; o < split.outer; ++o) {
    const Index start = o * split.length * split.inner;
    Index i = 0;
    for (; i + kLanes <= split.inner; i += kLanes) wide(start + i);
    for (; i < split.inner; ++i) single(start + i);
  }
}

/// The shift of a column, which is its largest number or 0 when all numbers are −∞, and Σ exp(x − shift).
template <class Value>
struct Sums {
  Value shift;
  Value sum;
};

/// Returns the shifts and sums of a register of neighbouring columns.
template <class Arch>
inline Sums<simd::Batch<Arch>> WideSums(Arch, const float* x, AxisSplit split) {
  using Batch = simd::Batch<Arch>;
  const Batch lowest(-std::numeric_limits<float>::infinity());
  Batch largest = lowest;
  for (Index l = 0; l < split.length; ++l) {
    largest = xsimd::max(largest, Batch::load_unaligned(x + l * split.inner));
  }
  // −∞ − (−∞) would be NaN.
  const Batch shift = xsimd::select(largest == lowest, Batch(0.0f), largest);
  Batch sum(0.0f);
  for (Index l = 0; l < split.length; ++l) sum += simd::Exp(Batch::load_unaligned(x + l * split.inner) - shift);
  return {shift, sum};
}

/// Returns the shift and sum of one column.
inline Sums<float> SingleSums(const float* x, AxisSplit split) {
  const float lowest = -std::numeric_limits<float>::infinity();
  float largest = lowest;
  for (Index l = 0; l < split.length; ++l) largest = std::max(largest, x[l * split.inner]);
  const float shift = largest == lowest ? 0.0f : largest;
  float sum = 0.0f;
  for (Index l = 0; l < split.length; ++l) sum += std::exp(x[l * split.inner] - shift);
  return {shift, sum};
}

/// Returns Σ exp(x[i] − shift) of a row.
template <class Arch>
inline float RowSum(Arch, const float* x, float shift, Index count) {
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  Batch sums(0.0f);
  Index i = 0;
  for (; i + kLanes <= count; i += kLanes) sums += simd::Exp(Batch::load_unaligned(x + i) - Batch(shift));
  float sum = xsimd::reduce_add(sums);
  for (; i < count; ++i) sum += std::exp(x[i] - shift);
  return sum;
}

}  // namespace softmax_internal

/// Computes y = softmax(x) along the axis of the split. y may be x. A column of only −∞ gives zeros; a column with NaN
/// or +∞ gives only NaN.
template <class Arch>
void SoftmaxAlong(Arch arch, const float* x, AxisSplit split, float* y) {
  using Batch = simd::Batch<Arch>;
  if (split.inner == 1) {
    for (Index o = 0; o < split.outer; ++o) {
      float* row = y + o * split.length;
      if (y != x) std::copy(x + o * split.length, x + (o + 1) * split.length, row);
      Softmax(arch, row, split.length);
    }
    return;
  }
  using namespace softmax_internal;
  ForEachPlace(
      arch, split,
      [&](Index place) {
        const auto [shift, sum] = WideSums(arch, x + place, split);
        const Batch inverse = xsimd::select(sum == Batch(0.0f), Batch(0.0f), Batch(1.0f) / sum);
        for (Index at = place; at < place + split.length * split.inner; at += split.inner) {
          (simd::Exp(Batch::load_unaligned(x + at) - shift) * inverse).store_unaligned(y + at);
        }
      },
      [&](Index place) {
        const auto [shift, sum] = SingleSums(x + place, split);
        const float inverse = sum == 0.0f ? 0.0f : 1.0f / sum;
        for (Index at = place; at < place + split.length * split.inner; at += split.inner) {
          y[at] = std::exp(x[at] - shift) * inverse;
        }
      });
}

/// Computes y = log(softmax(x)) = x − m − log Σ exp(x − m) along the axis of the split, where m is the largest number.
/// y may be x. A column of only −∞ stays −∞; a column with NaN or +∞ gives only NaN.
template <class Arch>
void LogSoftmaxAlong(Arch arch, const float* x, AxisSplit split, float* y) {
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  using namespace softmax_internal;
  if (split.inner == 1) {
    for (Index o = 0; o < split.outer; ++o) {
      const float* from = x + o * split.length;
      float* to = y + o * split.length;
      const float largest = Max(arch, from, split.length);
      const float shift = largest == -std::numeric_limits<float>::infinity() ? 0.0f : largest;
      const float sum = RowSum(arch, from, shift, split.length);
      const float log_sum = sum == 0.0f ? 0.0f : std::log(sum);
      Index i = 0;
      for (; i + kLanes <= split.length; i += kLanes) {
        (Batch::load_unaligned(from + i) - Batch(shift) - Batch(log_sum)).store_unaligned(to + i);
      }
      for (; i < split.length; ++i) to[i] = from[i] - shift - log_sum;
    }
    return;
  }
  ForEachPlace(
      arch, split,
      [&](Index place) {
        const auto [shift, sum] = WideSums(arch, x + place, split);
        const Batch log_sum = xsimd::select(sum == Batch(0.0f), Batch(0.0f), xsimd::log(sum));
        for (Index at = place; at < place + split.length * split.inner; at += split.inner) {
          (Batch::load_unaligned(x + at) - shift - log_sum).store_unaligned(y + at);
        }
      },
      [&](Index place) {
        const auto [shift, sum] = SingleSums(x + place, split);
        const float log_sum = sum == 0.0f ? 0.0f : std::log(sum);
        for (Index at = place; at < place + split.length * split.inner; at += split.inner)
          y[at] = x[at] - shift - log_sum;
      });
}

namespace softmax_internal {

/// Computes a gradient along the axis of the split, of the form grad_x = gradient(y, grad_y, Σ term(y, grad_y)). `Form`
/// has the term and the gradient, for registers and for single numbers, and the sum of the terms of a row. grad_x is
/// written and may be grad_y.
template <class Form, class Arch>
void GradientAlong(Arch arch, const float* y, const float* grad_y, AxisSplit split, float* grad_x) {
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  const Index end = split.length * split.inner;
  if (split.inner == 1) {
    for (Index o = 0; o < split.outer; ++o) {
      const float* p = y + o * end;
      const float* g = grad_y + o * end;
      float* to = grad_x + o * end;
      const float sum = Form::RowSum(arch, p, g, end);
      Index i = 0;
      for (; i + kLanes <= end; i += kLanes) {
        Form::Gradient(Batch::load_unaligned(p + i), Batch::load_unaligned(g + i), Batch(sum)).store_unaligned(to + i);
      }
      for (; i < end; ++i) to[i] = Form::Gradient(p[i], g[i], sum);
    }
    return;
  }
  ForEachPlace(
      arch, split,
      [&](Index place) {
        Batch sum(0.0f);
        for (Index at = place; at < place + end; at += split.inner) {
          sum = Form::AddTerm(sum, Batch::load_unaligned(y + at), Batch::load_unaligned(grad_y + at));
        }
        for (Index at = place; at < place + end; at += split.inner) {
          Form::Gradient(Batch::load_unaligned(y + at), Batch::load_unaligned(grad_y + at), sum)
              .store_unaligned(grad_x + at);
        }
      },
      [&](Index place) {
        float sum = 0.0f;
        for (Index at = place; at < place + end; at += split.inner) sum = Form::AddTerm(sum, y[at], grad_y[at]);
        for (Index at = place; at < place + end; at += split.inner) {
          grad_x[at] = Form::Gradient(y[at], grad_y[at], sum);
        }
      });
}

/// The form of the gradient of softmax: grad_x = y · (grad_y − Σ y · grad_y), y = softmax(x).
struct SoftmaxForm {
  template <class Arch>
  static float RowSum(Arch arch, const float* y, const float* grad_y, Index count) {
    return Dot(arch, y, grad_y, count);
  }
  template <class Arch>
  static xsimd::batch<float, Arch> AddTerm(xsimd::batch<float, Arch> sum, xsimd::batch<float, Arch> y,
                                           xsimd::batch<float, Arch> grad_y) {
    return xsimd::fma(y, grad_y, sum);
  }
  static float AddTerm(float sum, float y, float grad_y) { return sum + y * grad_y; }
  template <class Number>
  static Number Gradient(Number y, Number grad_y, Number sum) {
    return y * (grad_y - sum);
  }
};

/// The form of the gradient of log-softmax: grad_x = grad_y − exp(y) · Σ grad_y, y = log(softmax(x)).
struct LogSoftmaxForm {
  template <class Arch>
  static float RowSum(Arch arch, const float*, const float* grad_y, Index count) {
    return Sum(arch, grad_y, count);
  }
  template <class Number>
  static Number AddTerm(Number sum, Number, Number grad_y) {
    return sum + grad_y;
  }
  template <class Arch>
  static xsimd::batch<float, Arch> Gradient(xsimd::batch<float, Arch> y, xsimd::batch<float, Arch> grad_y,
                                            xsimd::batch<float, Arch> sum) {
    return grad_y - simd::Exp(y) * sum;
  }
  static float Gradient(float y, float grad_y, float sum) { return grad_y - std::exp(y) * sum; }
};

}  // namespace softmax_internal

/// Computes the gradient of softmax along the axis of the split: grad_x = y · (grad_y − Σ y · grad_y), from y =
/// softmax(x). grad_x is written, not added to, and may be grad_y.
template <class Arch>
void SoftmaxAlongGradient(Arch arch, const float* y, const float* grad_y, AxisSplit split, float* grad_x) {
  softmax_internal::GradientAlong<softmax_internal::SoftmaxForm>(arch, y, grad_y, split, grad_x);
}

/// Computes the gradient of log-softmax along the axis of the split: grad_x = grad_y − exp(y) · Σ grad_y, from y =
/// log(softmax(x)). grad_x is written, not added to, and may be grad_y.
template <class Arch>
void LogSoftmaxAlongGradient(Arch arch, const float* y, const float* grad_y, AxisSplit split, float* grad_x) {
  softmax_internal::GradientAlong<softmax_internal::LogSoftmaxForm>(arch, y, grad_y, split, grad_x);
}

}  // namespace attenscope
