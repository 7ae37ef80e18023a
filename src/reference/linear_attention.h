// Linear attention as plain loops in float64: the recurrence of one head, written from its formula. Only tests link it.
#pragma once

#include <cmath>
#include <vector>

#include "attention/linear_attention.h"

namespace attenscope::reference {

/// The inputs, all contiguous. decay (B, K, T, H or 1) and beta (B, K or 1, T) are empty when the rule does not use
/// them.
struct LinearAttentionNumbers {
  Index B, N, K, T, H, Hv;
  std::vector<double> q, k, v, decay, beta, state;
};

/// Returns the output (B, N, T, Hv), followed by the state (B, K, H, Hv).
inline std::vector<double> LinearAttention(LinearAttentionNumbers x, LinearRule rule, double scale) {
  const auto [B, N, K, T, H, Hv, q, k, v, decay, beta, ignored] = x;
  const auto at = [](Index i) { return static_cast<std::size_t>(i); };
  const Index decays = decay.empty() ? 1 : static_cast<Index>(decay.size()) / (B * K * T);
  const Index betas = beta.empty() ? 1 : static_cast<Index>(beta.size()) / (B * T);
  std::vector<double> output(at(B * N * T * Hv));
  for (Index b = 0; b < B; ++b) {
    for (Index n = 0; n < N; ++n) {
      // Each query head computes the recurrence of its key/value head again.
      const Index head = b * K + n / (N / K);
      std::vector<double> S(x.state.begin() + head * H * Hv, x.state.begin() + (head + 1) * H * Hv);
      for (Index t = 0; t < T; ++t) {
        for (Index h = 0; h < H && HasDecay(rule); ++h) {
          for (Index j = 0; j < Hv; ++j) S[at(h * Hv + j)] *= std::exp(decay[at((head * T + t) * decays + h % decays)]);
        }
        for (Index j = 0; j < Hv; ++j) {
          double written = v[at((head * T + t) * Hv + j)];
          if (HasBeta(rule)) {
            for (Index h = 0; h < H; ++h) written -= S[at(h * Hv + j)] * k[at((head * T + t) * H + h)];
            written *= beta[at((b * betas + head % K % betas) * T + t)];
          }
          double sum = 0.0;
          for (Index h = 0; h < H; ++h) {
            S[at(h * Hv + j)] += k[at((head * T + t) * H + h)] * written;
            sum += S[at(h * Hv + j)] * q[at(((b * N + n) * T + t) * H + h)];
          }
          output[at(((b * N + n) * T + t) * Hv + j)] = scale * sum;
        }
      }
      if ((n + 1) % (N / K) == 0) std::copy(S.begin(), S.end(), x.state.begin() + head * H * Hv);
    }
  }
  output.insert(output.end(), x.state.begin(), x.state.end());
  return output;
}

}  // namespace attenscope::reference
