// The elementwise part of an LSTM: sigmoid, tanh, and the step from gates to state.
#pragma once

#include "simd/arch.h"
#include "simd/functions.h"
#include "simd/partial.h"

namespace attenscope {

namespace lstm_internal {

/// Returns the sigmoid 1 / (1 + exp(−x)). exp overflows to infinity below −88, where the result is 0 anyway.
template <class Batch>
inline Batch Sigmoid(Batch x) {
  return Batch(1.0f) / (Batch(1.0f) + simd::Exp(-x));
}

/// Computes c ← σ(f) c + σ(i) tanh(g), h = σ(o) tanh(c).
template <class Batch>
inline void StepCell(Batch i, Batch f, Batch g, Batch o, Batch& cell, Batch& hidden) {
  cell = Sigmoid(f) * cell + Sigmoid(i) * simd::Tanh(g);
  hidden = Sigmoid(o) * simd::Tanh(cell);
}

}  // namespace lstm_internal

/// Computes x[i] ← tanh(x[i]).
template <class Arch>
inline void Tanh(Arch, float* x, Index count) {
  using Batch = simd::Batch<Arch>;
  Index i = 0;
  for (; i + simd::kLanes<Arch> <= count; i += simd::kLanes<Arch>) {
    simd::Tanh(Batch::load_unaligned(x + i)).store_unaligned(x + i);
  }
  if (i < count) simd::StorePartial<Arch>(simd::Tanh(simd::LoadPartial<Arch>(x + i, count - i)), x + i, count - i);
}

/// Computes one step of D LSTM cells (Hochreiter & Schmidhuber 1997, with the forget gates of Gers et al. 2000): c ←
/// σ(f) c + σ(i) tanh(g), h = σ(o) tanh(c).
///
/// `gates` (4D) holds i, f, g and o, one after the other, in PyTorch's order. `cell` (D) is updated in place, `hidden`
/// (D) is written. The last cells also go through a register, so that the result of a cell does not depend on its
/// index.
template <class Arch>
inline void LstmCell(Arch, const float* gates, Index D, float* cell, float* hidden) {
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  const float *i = gates, *f = gates + D, *g = gates + 2 * D, *o = gates + 3 * D;
  Batch next, output;
  Index d = 0;
  for (; d + kLanes <= D; d += kLanes) {
    next = Batch::load_unaligned(cell + d);
    lstm_internal::StepCell(Batch::load_unaligned(i + d), Batch::load_unaligned(f + d), Batch::load_unaligned(g + d),
                            Batch::load_unaligned(o + d), next, output);
    next.store_unaligned(cell + d);
    output.store_unaligned(hidden + d);
  }
  if (const Index rest = D - d; rest > 0) {
    const auto load = [&](const float* values) { return simd::LoadPartial<Arch>(values + d, rest); };
    next = load(cell);
    lstm_internal::StepCell(load(i), load(f), load(g), load(o), next, output);
    simd::StorePartial<Arch>(next, cell + d, rest);
    simd::StorePartial<Arch>(output, hidden + d, rest);
  }
}

}  // namespace attenscope
