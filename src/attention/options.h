// The options of attention, named as in the literature.
#pragma once

#include <cstdint>
#include <limits>
#include <span>

#include "attention/edits.h"
#include "tensor/tensor.h"

namespace attenscope {

/// The score of a query and a key.
enum class ScoreKind {
  kDot,       // q · k (Luong et al. 2015, "dot"; with a scale of 1/√H, Vaswani et al. 2017)
  kGeneral,   // qᵀ W k (Luong et al. 2015, "general")
  kAdditive,  // vᵀ tanh(W_q q + W_k k + b) (Bahdanau et al. 2015; Luong's "concat" is one W with W_q beside W_k)
  kCosine,    // q · k / (|q| |k|), where the scale sets the temperature (Henry et al. 2020, query-key normalisation)
};

/// The function of the scaled scores, after the soft cap and before the mask.
enum class Squash {
  kNone,
  kTanh,  // tanh(s)
};

/// The function that turns a row of masked scores s into weights.
enum class Normalizer {
  kSoftmax,    // exp(s) / Σ exp(s)
  kTanh,       // tanh(s), in (−1, 1); the weights do not sum to 1
  kSigmoid,    // 1 / (1 + exp(−s)), for each key alone
  kSparsemax,  // the nearest point of the probability simplex (Martins & Astudillo 2016)
  kEntmax15,   // 1.5-entmax, between softmax and sparsemax (Peters et al. 2019)
  kHard,       // 1 at the largest score, the first of equal ones
  kSample,     // 1 at a key drawn from the softmax (Xu et al. 2015, "hard" attention)
  kNone,       // s itself
};

/// The dimension along which the normaliser runs.
enum class Over { kKeys, kQueries };

/// The direction in which values flow: A_i = Σ_j α_ij V_j forward, A_j = Σ_i α_ij V_i backward.
enum class Weighting { kForward, kBackward };

/// The keys that a query may see by position. The position of query t is past + t.
struct Visibility {
  bool causal = false;      // hides the keys after the position of the query
  Index past = 0;           // the number of keys before the first query
  Index key_length = -1;    // the number of keys before the padding; −1: no padding
  Index window_left = -1;   // the largest distance of a visible key before the query; −1: any distance
  Index window_right = -1;  // the largest distance of a visible key after the query; −1: any distance
  Index global_tokens = 0;  // the number of first tokens that the window does not limit, as queries and as keys
};

/// The mask (T, S) of one head; each part may be null. `allowed` is 1 for a visible key and 0 for a masked one. `bias`
/// is added to the scores.
struct HeadMask {
  TensorView<const std::uint8_t, 2> allowed;
  ConstMatrix bias;
};

/// The options of one attention, in the order of computation: score → scale → soft cap → squash → mask → normalise →
/// edit → weighted sum.
struct AttentionOptions {
  ScoreKind score = ScoreKind::kDot;
  float scale = 1.0f;
  float softcap = 0.0f;  // c in c · tanh(s / c) (Gemma 2); 0: no soft cap
  Squash squash = Squash::kNone;
  Visibility visible;
  /// The score that replaces a score whose `allowed` is 0. −∞ hides the key; the normaliser treats a finite value as
  /// any other score.
  float mask_fill = -std::numeric_limits<float>::infinity();
  /// The divisor of the masked scores: below 1 the weights get sharper, above 1 flatter.
  float temperature = 1.0f;
  Normalizer normalizer = Normalizer::kSoftmax;
  Over over = Over::kKeys;
  Weighting weighting = Weighting::kForward;
  /// For kSample: the draw of a row depends only on the seed and the random stream of the row.
  std::uint32_t seed = 0;
  /// The edits of the scores and of the pattern.
  std::span<const StageEdit> edits = {};
};

}  // namespace attenscope
