// Attention in every form, as plain loops in float64, one number at a time. Only tests link it.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "attention/attention_op.h"

namespace attenscope::reference {

/// A row-major tensor of float64 numbers.
using Doubles = std::vector<double>;

/// The tensors and options of a call. Tensors are row-major with the shapes of AttentionInputs; a missing tensor is
/// empty.
struct AttentionCase {
  AttentionSizes sizes{};
  AttentionOptions options;
  double scale = 1.0;
  Doubles q, k, v, past_key, past_value, general, query_projection, key_projection, hidden, additive_bias, bias;
  std::vector<std::uint8_t> allowed;
  std::vector<std::int32_t> key_lengths;
};

/// The results of a call, row-major.
struct AttentionResult {
  Doubles output;   // (B, N, T or S, Hv)
  Doubles masked;   // (B, N, T, S)
  Doubles pattern;  // (B, N, T, S)
};

/// Returns x(a, b, c, d), where `inner` holds the last three extents of x.
inline double At4(const Doubles& x, std::array<Index, 3> inner, Index a, Index b, Index c, Index d) {
  return x[static_cast<std::size_t>(((a * inner[0] + b) * inner[1] + c) * inner[2] + d)];
}

/// Returns the α-entmax of a row by its definition: bisection finds the threshold at which the weights sum to one.
inline Doubles EntmaxByBisection(const Doubles& scores, double alpha) {
  Doubles weights(scores.size(), 0.0);
  double most = -std::numeric_limits<double>::infinity();
  for (double s : scores) most = std::max(most, s);
  if (std::isinf(most)) return weights;
  const auto fill = [&](double threshold) {
    double sum = 0.0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const double above = std::max(0.0, (alpha - 1.0) * (scores[i] - most) - threshold);
      weights[i] = std::pow(above, 1.0 / (alpha - 1.0));
      sum += weights[i];
    }
    return sum;
  };
  double low = -1.0, high = 0.0;
  for (int i = 0; i < 200; ++i) {
    const double middle = 0.5 * (low + high);
    (fill(middle) > 1.0 ? low : high) = middle;
  }
  fill(low);
  return weights;
}

/// Returns the weights of a row of scores, computed from the definition of the normaliser.
inline Doubles NormalizeByDefinition(Normalizer normalizer, const Doubles& scores) {
  Doubles weights(scores.size(), 0.0);
  double most = -std::numeric_limits<double>::infinity();
  for (double s : scores) most = std::max(most, s);
  double sum = 0.0;
  switch (normalizer) {
    case Normalizer::kSparsemax:
      return EntmaxByBisection(scores, 2.0);
    case Normalizer::kEntmax15:
      return EntmaxByBisection(scores, 1.5);
    case Normalizer::kHard: {
      if (std::isinf(most)) return weights;
      weights[static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin())] = 1.0;
      return weights;
    }
    case Normalizer::kSoftmax:
    case Normalizer::kSample:
      if (std::isinf(most)) return weights;
      for (double s : scores) sum += std::exp(s - most);
      for (std::size_t i = 0; i < scores.size(); ++i) weights[i] = std::exp(scores[i] - most) / sum;
      return weights;
    default:
      break;
  }
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (std::isinf(scores[i])) continue;
    weights[i] = normalizer == Normalizer::kTanh      ? std::tanh(scores[i])
                 : normalizer == Normalizer::kSigmoid ? 1.0 / (1.0 + std::exp(-scores[i]))
                                                      : scores[i];
  }
  return weights;
}

/// Tells whether the mask lets query t see key s. Computed from positions only, without the engine's ranges.
inline bool Sees(const AttentionCase& c, Index batch, Index t, Index s) {
  const Visibility& visible = c.options.visible;
  const bool lengths = !c.key_lengths.empty();
  const Index length = lengths ? c.key_lengths[static_cast<std::size_t>(batch)] : c.sizes.S;
  const Index position = lengths && visible.causal ? length - c.sizes.T + t : c.sizes.P + t;
  if (s >= length) return false;
  if (visible.causal && s > position) return false;
  const bool global = position >= 0 && position < visible.global_tokens;
  if (s < visible.global_tokens || global) return true;
  if (visible.window_left >= 0 && s < position - visible.window_left) return false;
  if (visible.window_right >= 0 && s > position + visible.window_right) return false;
  return true;
}

/// Returns the score of one query q and one key k, before scaling, squashing and masking.
inline double ScoreOf(const AttentionCase& c, const Doubles& q, const Doubles& k) {
  double sum = 0.0, qq = 0.0, kk = 0.0;
  const AttentionSizes& n = c.sizes;
  switch (c.options.score) {
    case ScoreKind::kGeneral:
      for (Index i = 0; i < n.H; ++i) {
        for (Index j = 0; j < n.Hk; ++j) {
          sum += q[static_cast<std::size_t>(i)] * c.general[static_cast<std::size_t>(i * n.Hk + j)] *
                 k[static_cast<std::size_t>(j)];
        }
      }
      return sum;
    case ScoreKind::kAdditive:
      for (Index a = 0; a < n.D; ++a) {
        double inside = c.additive_bias.empty() ? 0.0 : c.additive_bias[static_cast<std::size_t>(a)];
        for (Index i = 0; i < n.H; ++i)
          inside += c.query_projection[static_cast<std::size_t>(a * n.H + i)] * q[static_cast<std::size_t>(i)];
        for (Index j = 0; j < n.Hk; ++j)
          inside += c.key_projection[static_cast<std::size_t>(a * n.Hk + j)] * k[static_cast<std::size_t>(j)];
        sum += c.hidden[static_cast<std::size_t>(a)] * std::tanh(inside);
      }
      return sum;
    default:
      break;
  }
  for (std::size_t i = 0; i < q.size(); ++i) {
    sum += q[i] * k[i];
    qq += q[i] * q[i];
    kk += k[i] * k[i];
  }
  return c.options.score == ScoreKind::kCosine ? sum / std::sqrt(qq * kk) : sum;
}

/// Computes a case: output, masked scores and pattern.
inline AttentionResult Attention(const AttentionCase& c) {
  const AttentionSizes& n = c.sizes;
  const Index added = n.S - n.P;
  const bool forward = c.options.weighting == Weighting::kForward;
  const double hidden = -std::numeric_limits<double>::infinity();
  AttentionResult result;
  const auto key = [&](Index b, Index h, Index s, Index i) {
    return s < n.P ? At4(c.past_key, {n.K, n.P, n.Hk}, b, h, s, i) : At4(c.k, {n.K, added, n.Hk}, b, h, s - n.P, i);
  };
  const auto value = [&](Index b, Index h, Index s, Index i) {
    if (!forward) return At4(c.v, {n.K, n.T, n.Hv}, b, h, s, i);
    return s < n.P ? At4(c.past_value, {n.K, n.P, n.Hv}, b, h, s, i) : At4(c.v, {n.K, added, n.Hv}, b, h, s - n.P, i);
  };
  for (Index b = 0; b < n.B; ++b) {
    for (Index h = 0; h < n.N; ++h) {
      const Index g = h / (n.N / n.K);
      std::vector<Doubles> rows;
      for (Index t = 0; t < n.T; ++t) {
        Doubles row;
        for (Index s = 0; s < n.S; ++s) {
          Doubles query, keys;
          for (Index i = 0; i < n.H; ++i) query.push_back(At4(c.q, {n.N, n.T, n.H}, b, h, t, i));
          for (Index i = 0; i < n.Hk; ++i) keys.push_back(key(b, g, s, i));
          double score = ScoreOf(c, query, keys) * c.scale;
          const double cap = double{c.options.softcap};
          if (cap > 0.0) score = cap * std::tanh(score / cap);
          if (c.options.squash == Squash::kTanh) score = std::tanh(score);
          const auto at = static_cast<std::size_t>(((b * n.N + h) * n.T + t) * n.S + s);
          if (!c.allowed.empty() && !c.allowed[at]) score = c.options.mask_fill;
          if (!c.bias.empty()) score += c.bias[at];
          row.push_back(Sees(c, b, t, s) ? score : hidden);
        }
        result.masked.insert(result.masked.end(), row.begin(), row.end());
        rows.push_back(c.options.over == Over::kKeys ? NormalizeByDefinition(c.options.normalizer, row) : row);
      }
      if (c.options.over == Over::kQueries) {
        for (std::size_t s = 0; s < static_cast<std::size_t>(n.S); ++s) {
          Doubles column;
          for (const Doubles& row : rows) column.push_back(row[s]);
          const Doubles weights = NormalizeByDefinition(c.options.normalizer, column);
          for (std::size_t t = 0; t < rows.size(); ++t) rows[t][s] = weights[t];
        }
      }
      for (const Doubles& row : rows) result.pattern.insert(result.pattern.end(), row.begin(), row.end());
      for (Index out = 0; out < (forward ? n.T : n.S); ++out) {
        for (Index i = 0; i < n.Hv; ++i) {
          double sum = 0.0;
          for (Index in = 0; in < n.values; ++in) {
            const double weight = forward ? rows[static_cast<std::size_t>(out)][static_cast<std::size_t>(in)]
                                          : rows[static_cast<std::size_t>(in)][static_cast<std::size_t>(out)];
            if (weight != 0.0) sum += weight * value(b, g, in, i);
          }
          result.output.push_back(sum);
        }
      }
    }
  }
  return result;
}

}  // namespace attenscope::reference
