// The choices that make up a form of attention, by the literature's names.
#pragma once

#include <cstdint>
#include <limits>
#include <span>

#include "attention/edits.h"
#include "tensor/tensor.h"

namespace attenscope {

/// How a query is compared with a key.
enum class ScoreKind {
  kDot,       // q · k (Luong et al. 2015, "dot"; with a scale of 1/√H, Vaswani et al. 2017)
  kGeneral,   // qᵀ W k (Luong et al. 2015, "general")
  kAdditive,  // vᵀ tanh(W_q q + W_k k + b) (Bahdanau et al. 2015; W [q; k] of Luong's "concat" is W_q and W_k side by
              // side)
  kCosine,    // q · k / (|q| |k|), with the scale as a temperature (Henry et al. 2020, query-key normalisation)
};

/// What scaled scores go through before the mask, after the soft cap.
enum class Squash {
  kNone,
  kTanh,  // tanh(s)
};

/// What turns a row of masked scores into weights.
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

/// Along which dimension the normaliser runs.
enum class Over { kKeys, kQueries };

/// Which way values flow: A_i = Σ_j α_ij V_j, or A_j = Σ_i α_ij V_i.
enum class Weighting { kForward, kBackward };

/// Which keys a query may see by their positions. A query's position is past + t.
struct Visibility {
  bool causal = false;     // keys at most at the query's position
  Index past = 0;          // keys that came before the first query
  Index key_length = -1;   // keys that are there, the rest is padding; −1: all
  Index window_left = -1;  // keys at most so far before the query; −1: any
  Index window_right = -1;
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
  /// What a 0 of the mask writes. −∞ hides the key; a finite value is arithmetic like any other score.
  float mask_fill = -std::numeric_limits<float>::infinity();
  /// Divides what the normaliser is given: below 1 sharpens, above 1 flattens.
  float temperature = 1.0f;
  Normalizer normalizer = Normalizer::kSoftmax;
  Over over = Over::kKeys;
  Weighting weighting = Weighting::kForward;
  /// Of kSample: a row's draw depends on the seed and the row's place alone.
  std::uint32_t seed = 0;
  /// Changes to the stages.
  std::span<const StageEdit> edits = {};
};

}  // namespace attenscope
