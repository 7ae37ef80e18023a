// The choices that make up a form of attention, by the literature's names.
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
  kAdditive,  // vᵀ tanh(W_q q + W_k k + b) (Bahdanau et al. 2015; W [q; k] of Luong's "concat" is W_q and W_k side by
              // side)
  kCosine,    // q · k / (|q| |k|), with the scale as a temperature (Henry et al. 2020, query-key normalisation)
};

/// The function of scaled scores before the mask, after the soft cap.
enum class Squash {
  kNone,
  kTanh,  // tanh(s)
};

/// The function from a row of masked scores to weights.
enum class Normalizer {
  kSoftmax,    // exp(s) / Σ exp(s)
  kTanh,       // tanh(s), in (−1, 1), used as it is
  kSigmoid,    // 1 / (1 + exp(−s)), each key for itself
  kSparsemax,  // the nearest point of the simplex (Martins & Astudillo 2016)
  kEntmax15,   // 1.5-entmax, between softmax and sparsemax (Peters et al. 2019)
  kHard,       // 1 at the largest, the first of equals
  kSample,     // 1 at a key drawn from the softmax (Xu et al. 2015, "hard" attention)
  kNone,       // s itself
};

/// The dimension along which the normaliser runs.
enum class Over { kKeys, kQueries };

/// The direction in which values flow: A_i = Σ_j α_ij V_j forward, A_j = Σ_i α_ij V_i backward.
enum class Weighting { kForward, kBackward };

/// Which keys a query may see by their positions. A query's position is past + t.
struct Visibility {
  bool causal = false;      // keys at most at the query's position
  Index past = 0;           // keys that came before the first query
  Index key_length = -1;    // how many keys there are, the rest being padding; −1: all
  Index window_left = -1;   // how far before the query a visible key may be; −1: any distance
  Index window_right = -1;  // how far after it
  Index global_tokens = 0;  // these first tokens see all and are seen by all, whatever the window
};

/// One head's mask (T, S), each part optional. `allowed` holds 0 and 1; `bias` is added.
struct HeadMask {
  TensorView<const std::uint8_t, 2> allowed;
  ConstMatrix bias;
};

/// A form of attention: score → scale → soft cap → squash → mask → normalise → edit → weighted sum.
struct AttentionOptions {
  ScoreKind score = ScoreKind::kDot;
  float scale = 1.0f;
  float softcap = 0.0f;  // c of c · tanh(s / c) (Gemma 2); 0 leaves scores as they are
  Squash squash = Squash::kNone;
  Visibility visible;
  /// The score that a 0 of the mask writes. −∞ hides the key; the normaliser takes a finite value as any other score.
  float mask_fill = -std::numeric_limits<float>::infinity();
  /// Divides the masked scores: below 1 the weights get sharper, above 1 flatter.
  float temperature = 1.0f;
  Normalizer normalizer = Normalizer::kSoftmax;
  Over over = Over::kKeys;
  Weighting weighting = Weighting::kForward;
  /// Of kSample: the draw of a row depends on the seed and the number of its random stream only.
  std::uint32_t seed = 0;
  /// Edits of the stages.
  std::span<const StageEdit> edits = {};
};

}  // namespace attenscope
