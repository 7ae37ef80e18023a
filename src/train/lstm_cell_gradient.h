// One step of LSTM cells that keeps the activated gates, and its gradient.
#pragma once

#include "kernels/lstm_cell.h"

namespace attenscope {

namespace lstm_internal {

/// Calls body(first, load, store) for registers that cover [0, count); the last one may be partial. load(values) reads
/// values[first …), store(batch, values) writes them.
template <class Arch, class Body>
inline void ForEachRegister(Index count, const Body& body) {
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  Index i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    body([&](const float* values) { return Batch::load_unaligned(values + i); },
         [&](Batch batch, float* values) { batch.store_unaligned(values + i); });
  }
  if (const Index rest = count - i; rest > 0) {
    body([&](const float* values) { return simd::LoadPartial<Arch>(values + i, rest); },
         [&](Batch batch, float* values) { simd::StorePartial<Arch>(batch, values + i, rest); });
  }
}

}  // namespace lstm_internal

/// Computes c = σ(f) c₋ + σ(i) tanh(g) and h = σ(o) tanh(c) for D cells. `gates` (4D: i, f, g, o) become the activated
/// gates.
template <class Arch>
void LstmCellKept(Arch, Index D, const float* previous_cell, float* gates, float* cell, float* hidden) {
  using Batch = simd::Batch<Arch>;
  lstm_internal::ForEachRegister<Arch>(D, [&](const auto& load, const auto& store) {
    const Batch i = lstm_internal::Sigmoid(load(gates)), f = lstm_internal::Sigmoid(load(gates + D)),
                g = simd::Tanh(load(gates + 2 * D)), o = lstm_internal::Sigmoid(load(gates + 3 * D));
    const Batch c = f * load(previous_cell) + i * g;
    store(i, gates);
    store(f, gates + D);
    store(g, gates + 2 * D);
    store(o, gates + 3 * D);
    store(c, cell);
    store(o * simd::Tanh(c), hidden);
  });
}

/// Turns the gradient at h into the gradient at the gates before their activation. `grad_cell` (D) is the gradient at c
/// from the next step, and becomes the gradient at c₋. `gates` (4D) holds the activated gates and becomes the gradient.
template <class Arch>
void LstmCellGradient(Arch, Index D, const float* previous_cell, const float* cell, const float* grad_hidden,
                      float* grad_cell, float* gates) {
  using Batch = simd::Batch<Arch>;
  const Batch one(1.0f);
  lstm_internal::ForEachRegister<Arch>(D, [&](const auto& load, const auto& store) {
    const Batch i = load(gates), f = load(gates + D), g = load(gates + 2 * D), o = load(gates + 3 * D);
    const Batch dh = load(grad_hidden);
    const Batch t = simd::Tanh(load(cell));
    const Batch dc = load(grad_cell) + dh * o * (one - t * t);
    store(dc * g * i * (one - i), gates);
    store(dc * load(previous_cell) * f * (one - f), gates + D);
    store(dc * i * (one - g * g), gates + 2 * D);
    store(dh * t * o * (one - o), gates + 3 * D);
    store(dc * f, grad_cell);
  });
}

}  // namespace attenscope
