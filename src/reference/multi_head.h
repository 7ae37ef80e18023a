// Projections, multi-head attention, pooling and combinations as plain loops in float64. Only tests link them.
#pragma once

#include "attention/combine.h"
#include "attention/multi_head.h"
#include "reference/attention.h"

namespace attenscope::reference {

/// A row-major matrix of float64 numbers.
struct Table {
  Index rows = 0;
  Index columns = 0;
  Doubles data;

  double& operator()(Index r, Index c) { return data[static_cast<std::size_t>(r * columns + c)]; }
  double operator()(Index r, Index c) const { return data[static_cast<std::size_t>(r * columns + c)]; }
};

/// Returns a matrix of zeros.
inline Table Zeros(Index rows, Index columns) {
  return {rows, columns, Doubles(static_cast<std::size_t>(rows * columns), 0.0)};
}

/// Returns activation(x).
inline double Activated(Activation activation, double x) {
  switch (activation) {
    case Activation::kRelu:
      return std::max(0.0, x);
    case Activation::kTanh:
      return std::tanh(x);
    case Activation::kSigmoid:
      return 1.0 / (1.0 + std::exp(-x));
    default:
      return x;
  }
}

/// Returns activation(x Wᵀ + b) with rows [first, first + count) of W and b.
inline Table Project(const Table& x, const Table& weight, const Doubles& bias, Activation activation, Index first,
                     Index count) {
  Table y = Zeros(x.rows, count);
  for (Index r = 0; r < x.rows; ++r) {
    for (Index o = 0; o < count; ++o) {
      double sum = bias.empty() ? 0.0 : bias[static_cast<std::size_t>(first + o)];
      for (Index i = 0; i < x.columns; ++i) sum += x(r, i) * weight(first + o, i);
      y(r, o) = Activated(activation, sum);
    }
  }
  return y;
}

/// Returns softmax(scale · q kᵀ + bias) v for one head. A bias of −∞ masks a key, and a query whose keys are all masked
/// gives zeros.
template <class Bias>
Table Attend(const Table& q, const Table& k, const Table& v, double scale, Bias bias) {
  Table out = Zeros(q.rows, v.columns);
  for (Index t = 0; t < q.rows; ++t) {
    Doubles weights;
    double sum = 0.0;
    for (Index s = 0; s < k.rows; ++s) {
      double score = 0.0;
      for (Index h = 0; h < q.columns; ++h) score += q(t, h) * k(s, h);
      weights.push_back(std::exp(score * scale + bias(t, s)));
      sum += weights.back();
    }
    for (Index s = 0; s < k.rows && sum > 0.0; ++s) {
      for (Index h = 0; h < v.columns; ++h) out(t, h) += weights[static_cast<std::size_t>(s)] / sum * v(s, h);
    }
  }
  return out;
}

/// The parameters of the four projections, each with its bias and activation, and the inputs of a call.
struct MultiHeadCase {
  MultiHeadSizes sizes;
  HeadSharing sharing;
  double scale;
  bool causal;
  Table x, context;  // (B·T, C), (B·(S − P), Cc)
  Table query, key, value, output;
  Doubles query_bias, key_bias, value_bias, output_bias;
  Table past_key, past_value;             // (B·K·P, H), (B·K·P, Hv)
  Doubles bias;                           // (B, N, T, S), may be empty
  std::vector<std::int32_t> key_lengths;  // (B), may be empty
  Activation activation = Activation::kNone;
};

/// Returns rows [first, first + count).
inline Table RowsOf(const Table& table, Index first, Index count) {
  return {count, table.columns,
          Doubles(table.data.begin() + first * table.columns, table.data.begin() + (first + count) * table.columns)};
}

/// Returns the rows of `past` for one batch entry and key/value head, followed by `added`.
inline Table Joined(const Table& past, Index head, Index P, const Table& added) {
  Table joined = RowsOf(past, head * P, P);
  joined.columns = added.columns;
  joined.rows += added.rows;
  joined.data.insert(joined.data.end(), added.data.begin(), added.data.end());
  return joined;
}

/// Computes the output of multi-head attention.
inline Table MultiHead(const MultiHeadCase& c) {
  const auto [B, T, P, S, C, context_width, N, K, H, Hv, Co] = c.sizes;
  const bool shared = c.sharing == HeadSharing::kShared;
  const bool chained = c.sharing == HeadSharing::kChained;
  Table result;
  result.columns = Co;
  for (Index b = 0; b < B; ++b) {
    const Table x = RowsOf(c.x, b * T, T);
    const Table context = RowsOf(c.context, b * (S - P), S - P);
    Table joined = Zeros(T, chained ? Hv : N * Hv);
    Table input = x;
    const Index length = c.key_lengths.empty() ? S : c.key_lengths[static_cast<std::size_t>(b)];
    const Index before = c.key_lengths.empty() ? P : length - T;
    for (Index n = 0; n < N; ++n) {
      const Index group = n / (N / K);
      const Table q = Project(input, c.query, c.query_bias, c.activation, shared ? 0 : n * H, H);
      const Table k = Project(context, c.key, c.key_bias, c.activation, shared ? 0 : group * H, H);
      const Table v = Project(context, c.value, c.value_bias, c.activation, shared ? 0 : group * Hv, Hv);
      const auto bias = [&, T = T, N = N, S = S](Index t, Index s) {
        const bool hidden = s >= length || (c.causal && s > before + t);
        if (hidden) return -std::numeric_limits<double>::infinity();
        return c.bias.empty() ? 0.0 : c.bias[static_cast<std::size_t>(((b * N + n) * T + t) * S + s)];
      };
      const Table head =
          Attend(q, Joined(c.past_key, b * K + group, P, k), Joined(c.past_value, b * K + group, P, v), c.scale, bias);
      if (chained) input = head;
      for (Index t = 0; t < T; ++t) {
        for (Index h = 0; h < Hv; ++h) joined(t, (chained ? 0 : n * Hv) + h) = head(t, h);
      }
    }
    const Table y = c.output.rows ? Project(joined, c.output, c.output_bias, c.activation, 0, Co) : joined;
    result.data.insert(result.data.end(), y.data.begin(), y.data.end());
    result.rows += T;
  }
  return result;
}

}  // namespace attenscope::reference
