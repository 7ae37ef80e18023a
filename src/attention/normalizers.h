// The normalisers, which turn a row of masked scores into a row of the pattern, and their gradients.
//
// −∞ marks a hidden key. Every normaliser gives a hidden key the weight 0, and a row of hidden keys becomes zeros.
#pragma once

#include <cmath>

#include "attention/mask.h"
#include "kernels/vector_ops.h"

namespace attenscope {

/// Computes α-entmax of a row for α = 2 (sparsemax) and α = 1.5: weights [(α − 1) s − τ]₊^(1/(α − 1)), with τ such that
/// the weights sum to 1. kPower is 1/(α − 1).
///
/// Newton's method finds τ from below. The sum is convex and falls with τ, so a step never goes too far, and for
/// sparsemax the last step is exact, because the sum is piecewise linear. Unlike the papers, this method sorts nothing
/// and needs no scratch memory.
template <int kPower>
void Entmax(float* row, Index count) {
  static_assert(kPower == 1 || kPower == 2, "1: sparsemax, 2: 1.5-entmax");
  constexpr double kFactor = 1.0 / kPower;
  double most = -std::numeric_limits<double>::infinity();
  bool broken = false;
  for (Index i = 0; i < count; ++i) {
    most = std::max(most, static_cast<double>(row[i]));
    broken |= std::isnan(row[i]) || row[i] == std::numeric_limits<float>::infinity();
  }
  if (broken) {
    // As in the softmax, a NaN makes the whole row NaN, so that the reader sees the fault.
    std::fill(row, row + count, std::numeric_limits<float>::quiet_NaN());
    return;
  }
  if (most == -std::numeric_limits<double>::infinity()) {
    std::fill(row, row + count, 0.0f);
    return;
  }
  // All scores are relative to the largest, so that τ is at least −1.
  double threshold = -1.0;
  constexpr int kMostSteps = 64;
  for (int step = 0; step < kMostSteps; ++step) {
    double sum = 0.0;
    double slope = 0.0;
    for (Index i = 0; i < count; ++i) {
      const double above = kFactor * (static_cast<double>(row[i]) - most) - threshold;
      if (!(above > 0.0)) continue;
      sum += kPower == 1 ? above : above * above;
      slope += kPower == 1 ? 1.0 : 2.0 * above;
    }
    const double next = threshold + (sum - 1.0) / slope;
    if (!(next > threshold)) break;
    threshold = next;
  }
  for (Index i = 0; i < count; ++i) {
    const double above = std::max(0.0, kFactor * (static_cast<double>(row[i]) - most) - threshold);
    row[i] = static_cast<float>(kPower == 1 ? above : above * above);
  }
}

/// Writes 1 at the largest score (the first of equal ones) and 0 elsewhere. Writes only 0 if all keys are hidden, and
/// only NaN if a score is NaN.
inline void HardRow(float* row, Index count) {
  Index best = -1;
  for (Index i = 0; i < count; ++i) {
    if (std::isnan(row[i])) return std::fill(row, row + count, row[i]);
    if (row[i] > kHidden && (best < 0 || row[i] > row[best])) best = i;
  }
  std::fill(row, row + count, 0.0f);
  if (best >= 0) row[best] = 1.0f;
}

/// Returns a number in [0, 1) from the seed and the index of a random stream (the last step of SplitMix64).
inline double RowDraw(std::uint32_t seed, std::uint64_t stream) {
  std::uint64_t z = (static_cast<std::uint64_t>(seed) << 32) + (stream + 1) * 0x9e3779b97f4a7c15ull;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/// Writes 1 at a key drawn from the softmax of the row and 0 elsewhere. `draw` is a random number in [0, 1).
template <class Arch>
void SampleRow(Arch arch, double draw, float* row, Index count) {
  Softmax(arch, row, count);
  Index chosen = -1;
  double rest = draw;
  for (Index i = 0; i < count; ++i) {
    if (!(row[i] > 0.0f)) continue;
    chosen = i;
    rest -= static_cast<double>(row[i]);
    if (rest < 0.0) break;
  }
  std::fill(row, row + count, 0.0f);
  if (chosen >= 0) row[chosen] = 1.0f;
}

/// Turns masked scores into weights, in place. kSample draws the key of the row from the random stream `stream`.
template <class Arch>
void NormalizeRow(Arch arch, const AttentionOptions& options, std::uint64_t stream, float* row, Index count) {
  switch (options.normalizer) {
    case Normalizer::kSoftmax:
      return Softmax(arch, row, count);
    case Normalizer::kSparsemax:
      return Entmax<1>(row, count);
    case Normalizer::kEntmax15:
      return Entmax<2>(row, count);
    case Normalizer::kHard:
      return HardRow(row, count);
    case Normalizer::kSample:
      return SampleRow(arch, RowDraw(options.seed, stream), row, count);
    case Normalizer::kTanh:
      for (Index i = 0; i < count; ++i) row[i] = row[i] == kHidden ? 0.0f : std::tanh(row[i]);
      return;
    case Normalizer::kSigmoid:
      for (Index i = 0; i < count; ++i) row[i] = 1.0f / (1.0f + std::exp(-row[i]));
      return;
    case Normalizer::kNone:
      for (Index i = 0; i < count; ++i) row[i] = row[i] == kHidden ? 0.0f : row[i];
      return;
  }
}

/// Turns the gradient at the weights into the gradient at the masked scores, in place: gradient ← Jᵀ gradient.
///
/// `weights` is the row that NormalizeRow wrote, `masked` the row that NormalizeRow read. Hidden keys get the gradient
/// 0. The derivative of kHard and kSample is zero or does not exist. For them this function computes the
/// straight-through estimator (Bengio et al. 2013): the Jacobian of the softmax of the same scores. `weights` must then
/// be that softmax.
inline void NormalizeGradientRow(const AttentionOptions& options, const float* masked, const float* weights,
                                 float* gradient, Index count) {
  // Softmax and entmax share a formula: with u(p) = p, p^½ or [p > 0], J = diag(u) − u uᵀ / Σ u.
  double weighted = 0.0;
  double total = 0.0;
  const auto share = [&](Index i) -> double {
    switch (options.normalizer) {
      case Normalizer::kSparsemax:
        return weights[i] > 0.0f ? 1.0 : 0.0;
      case Normalizer::kEntmax15:
        return std::sqrt(static_cast<double>(weights[i]));
      default:
        return weights[i];
    }
  };
  switch (options.normalizer) {
    case Normalizer::kTanh:
      for (Index i = 0; i < count; ++i) gradient[i] *= masked[i] == kHidden ? 0.0f : 1.0f - weights[i] * weights[i];
      return;
    case Normalizer::kSigmoid:
      for (Index i = 0; i < count; ++i) gradient[i] *= weights[i] * (1.0f - weights[i]);
      return;
    case Normalizer::kNone:
      for (Index i = 0; i < count; ++i) gradient[i] = masked[i] == kHidden ? 0.0f : gradient[i];
      return;
    default:
      break;
  }
  for (Index i = 0; i < count; ++i) {
    weighted += share(i) * static_cast<double>(gradient[i]);
    total += share(i);
  }
  const double mean = total > 0.0 ? weighted / total : 0.0;
  for (Index i = 0; i < count; ++i) {
    gradient[i] = static_cast<float>(share(i) * (static_cast<double>(gradient[i]) - mean));
  }
}

}  // namespace attenscope
