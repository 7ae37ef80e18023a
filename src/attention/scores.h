// Computes step 1 of attention: the scores of a tile of queries and the keys of a head.
#pragma once

#include "attention/options.h"
#include "kernels/matmul.h"
#include "simd/functions.h"

namespace attenscope {

/// The queries and keys of a head, prepared so that one kernel computes the scores. For kGeneral the queries are Wᵀ q.
/// For kCosine the queries and keys have length 1. For kAdditive both are projected to the hidden width A.
struct ScoreInputs {
  ConstMatrix queries;            // (T, D)
  PackedView<const float> keys;   // (S, D), packed
  const float* hidden = nullptr;  // kAdditive: v (D)
};

/// Computes additive scores: out(t, s) = Σ_d hidden[d] · tanh(queries(t, d) + keys(s, d)). The keys are packed as for a
/// matrix product, so that one register holds neighbouring keys.
template <class Arch>
void AdditiveScores(Arch, ConstMatrix queries, PackedView<const float> keys, const float* hidden, Matrix out) {
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  for (Index t = 0; t < queries.shape[0]; ++t) {
    for (Index s = 0; s < keys.rows; s += kLanes) {
      const float* column = keys.data + s / keys.panel_rows * keys.panel_stride + s % keys.panel_rows;
      Batch sum(0.0f);
      for (Index d = 0; d < keys.columns; ++d) {
        const Batch activation = simd::Tanh(Batch(queries(t, d)) + Batch::load_unaligned(column));
        sum = xsimd::fma(Batch(hidden[d]), activation, sum);
        column += keys.panel_rows;
      }
      alignas(kAlignment) float lanes[kLanes];
      sum.store_aligned(lanes);
      for (Index lane = 0; lane < kLanes && s + lane < keys.rows; ++lane) out(t, s + lane) = lanes[lane];
    }
  }
}

/// Computes the scores (T, S′) of the queries and the first S′ keys. S′ is the number of columns of `out`.
template <class Arch>
void Scores(Arch arch, const ScoreInputs& inputs, Matrix out) {
  const PackedView<const float> keys = inputs.keys.FirstRows(out.shape[1]);
  if (inputs.hidden) {
    AdditiveScores(arch, inputs.queries, keys, inputs.hidden, out);
  } else {
    MatMul(arch, inputs.queries, keys, out);
  }
}

}  // namespace attenscope
