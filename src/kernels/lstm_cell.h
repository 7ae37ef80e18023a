// What an LSTM does element by element: the sigmoid, the hyperbolic tangent, and the step from gates to state.
#pragma once

#include <cmath>

#include "simd/arch.h"

namespace attenscope {

namespace lstm_internal {

// One formula for registers and for the tail; `exp` and `tanh` are xsimd's or the standard library's.
using std::exp;
using std::tanh;
using xsimd::exp;
using xsimd::tanh;

/// 1 / (1 + exp(−x)). exp overflows to infinity below −88, where the result is 0 in any case.
template <class Value>
inline Value Sigmoid(Value x) {
  return Value(1.0f) / (Value(1.0f) + exp(-x));
}

template <class Value>
struct CellState {
  Value cell;
  Value hidden;
};

/// c ← σ(f) c + σ(i) tanh(g), h = σ(o) tanh(c).
template <class Value>
inline CellState<Value> StepCell(Value i, Value f, Value g, Value o, Value cell) {
  const Value next = Sigmoid(f) * cell + Sigmoid(i) * tanh(g);
  return {next, Sigmoid(o) * tanh(next)};
}

}  // namespace lstm_internal

/// x[i] ← tanh(x[i]).
template <class Arch>
inline void Tanh(Arch, float* x, Index count) {
  using Batch = simd::Batch<Arch>;
  Index i = 0;
  for (; i + simd::kLanes<Arch> <= count; i += simd::kLanes<Arch>) {
    xsimd::tanh(Batch::load_unaligned(x + i)).store_unaligned(x + i);
  }
  for (; i < count; ++i) x[i] = std::tanh(x[i]);
}

/// One step of D LSTM cells (Hochreiter & Schmidhuber 1997, with the forget gates of Gers et al. 2000):
/// c ← σ(f) c + σ(i) tanh(g), h = σ(o) tanh(c).
///
/// `gates` (4D) holds i, f, g and o one after another, as PyTorch orders them; `cell` (D) is changed in place, `hidden`
/// (D) is written.
template <class Arch>
inline void LstmCell(Arch, const float* gates, Index D, float* cell, float* hidden) {
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  const float *i = gates, *f = gates + D, *g = gates + 2 * D, *o = gates + 3 * D;
  Index d = 0;
  for (; d + kLanes <= D; d += kLanes) {
    const auto next = lstm_internal::StepCell(Batch::load_unaligned(i + d), Batch::load_unaligned(f + d),
                                              Batch::load_unaligned(g + d), Batch::load_unaligned(o + d),
                                              Batch::load_unaligned(cell + d));
    next.cell.store_unaligned(cell + d);
    next.hidden.store_unaligned(hidden + d);
  }
  for (; d < D; ++d) {
    const auto next = lstm_internal::StepCell(i[d], f[d], g[d], o[d], cell[d]);
    cell[d] = next.cell;
    hidden[d] = next.hidden;
  }
}

}  // namespace attenscope
