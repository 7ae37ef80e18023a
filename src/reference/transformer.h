// Computes a Transformer with Eigen in float64, in whole matrices. Read this file first.
//
// src/transformer/ computes the same model with tiles, threads, packing and edits. Only tests link this file.
#pragma once

#include <Eigen/Dense>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "transformer/config.h"

namespace attenscope::reference {

using Eigen::Index;
using MatrixXd = Eigen::MatrixXd;

/// The parameters by canonical name. A matrix is (out, in), a vector is (1, size).
using Parameters = std::map<std::string, MatrixXd>;

/// Edits as factors by (trace name, head). The factor multiplies the whole pattern of the head.
using HeadFactors = std::map<std::pair<std::string, Index>, double>;

/// The results of a run: the logits and the traced tensors by name. A tensor with heads has one matrix for each head.
struct Result {
  MatrixXd logits;  // (T, V)
  std::map<std::string, std::vector<MatrixXd>> heads;
  std::map<std::string, MatrixXd> streams;
};

/// Returns x Wᵀ + b with the parameters `name`.weight and, if it exists, `name`.bias.
inline MatrixXd Linear(const Parameters& parameters, const std::string& name, const MatrixXd& x) {
  MatrixXd y = x * parameters.at(name + ".weight").transpose();
  const auto bias = parameters.find(name + ".bias");
  if (bias != parameters.end()) y.rowwise() += bias->second.row(0);
  return y;
}

/// Rotates x (T, H) by position (rotary encoding, Su et al. 2021). Pair j is the complex number x[j] + i · x[j + H/2],
/// which is multiplied by e^(i · position · base^(−2j/H)).
inline MatrixXd Rotate(const MatrixXd& x, double base) {
  const Index half = x.cols() / 2;
  MatrixXd y(x.rows(), x.cols());
  for (Index t = 0; t < x.rows(); ++t) {
    for (Index i = 0; i < half; ++i) {
      const double angle =
          static_cast<double>(t) / std::pow(base, 2.0 * static_cast<double>(i) / static_cast<double>(x.cols()));
      y(t, i) = x(t, i) * std::cos(angle) - x(t, i + half) * std::sin(angle);
      y(t, i + half) = x(t, i) * std::sin(angle) + x(t, i + half) * std::cos(angle);
    }
  }
  return y;
}

/// Applies the norm with parameters `name`.weight and, for a layer norm, `name`.bias.
inline MatrixXd Norm(const Config& config, const Parameters& parameters, const std::string& name, const MatrixXd& x) {
  const bool layer = config.norm == NormKind::kLayer;
  MatrixXd y = x;
  if (layer) y.colwise() -= x.rowwise().mean();
  const Eigen::ArrayXd root = (y.array().square().rowwise().mean() + double{config.norm_epsilon}).sqrt();
  y = ((y.array().colwise() / root).rowwise() * parameters.at(name + ".weight").row(0).array()).matrix();
  if (layer) y.rowwise() += parameters.at(name + ".bias").row(0);
  return y;
}

/// Returns the softmax of each row: over the first t + 1 scores of row t if causal, otherwise over all scores. All
/// other weights are 0.
inline MatrixXd Softmax(const MatrixXd& scores, bool causal) {
  MatrixXd pattern = MatrixXd::Zero(scores.rows(), scores.cols());
  for (Index t = 0; t < scores.rows(); ++t) {
    const Index count = causal ? t + 1 : scores.cols();
    const auto seen = scores.row(t).head(count).array();
    const Eigen::ArrayXXd e = (seen - seen.maxCoeff()).exp();
    pattern.row(t).head(count) = (e / e.sum()).matrix();
  }
  return pattern;
}

/// Returns f(x).
inline double Activation(Nonlinearity f, double x) {
  switch (f) {
    case Nonlinearity::kSilu:
      return x / (1.0 + std::exp(-x));
    case Nonlinearity::kRelu:
      return x < 0.0 ? 0.0 : x;
    case Nonlinearity::kGelu:
      return 0.5 * x * (1.0 + std::erf(x / std::sqrt(2.0)));
    default:
      return 0.5 * x * (1.0 + std::tanh(std::sqrt(2.0 / std::acos(-1.0)) * (x + 0.044715 * x * x * x)));
  }
}

/// One forward pass. `at` is the beginning of names: 'encoder.' or 'decoder.' in a model with both, otherwise empty.
class Pass {
 public:
  Pass(const Config& config, const Parameters& parameters, const HeadFactors& factors, Result& result)
      : config_(config), parameters_(parameters), factors_(factors), result_(result) {}

  /// Computes a stack over `ids`, with cross-attention over `source` unless it is null. Returns the residual stream
  /// after the final norm.
  MatrixXd Stack(const std::string& at, const StackConfig& sizes, const std::vector<int>& ids, const MatrixXd* source) {
    MatrixXd x = Embed(at, ids);
    result_.streams[at + "embedding"] = x;
    for (Index layer = 0; layer < sizes.layers; ++layer) {
      const std::string block = at + "blocks." + std::to_string(layer) + ".";
      x = Sublayer(block + "attn_norm", x, [&](const MatrixXd& in) {
        return Attention(block + "attn", sizes, in, in, sizes.causal, config_.position == PositionKind::kRotary);
      });
      if (source) {
        x = Sublayer(block + "cross_norm", x,
                     [&](const MatrixXd& in) { return Attention(block + "cross", sizes, in, *source, false, false); });
      }
      x = Sublayer(block + "feed_forward_norm", x,
                   [&](const MatrixXd& in) { return FeedForward(block + "feed_forward", in); });
      result_.streams[block + "residual"] = x;
    }
    if (!config_.final_norm) return x;
    return result_.streams[at + "final_norm"] = Norm(config_, parameters_, at + "final_norm", x);
  }

 private:
  /// Computes the residual stream before the first block: token and position vectors, and the norm after them if there
  /// is one.
  MatrixXd Embed(const std::string& at, const std::vector<int>& ids) {
    const auto own = parameters_.find(at + "embedding.weight");
    const MatrixXd& table = own == parameters_.end() ? parameters_.at("embedding.weight") : own->second;
    const Index C = config_.width;
    MatrixXd x(static_cast<Index>(ids.size()), C);
    for (Index t = 0; t < x.rows(); ++t) {
      x.row(t) = table.row(ids[static_cast<std::size_t>(t)]) * double{config_.embedding_scale};
      if (config_.position == PositionKind::kLearned) {
        x.row(t) += parameters_.at(at + "position.weight").row(config_.position_offset + t);
      }
      if (config_.position != PositionKind::kSinusoidal) continue;
      for (Index c = 0; c < C; ++c) {
        const Index half = (C + 1) / 2;
        const double i = static_cast<double>(c < half ? c : c - half);
        const double angle = static_cast<double>(t) / std::pow(10000.0, 2.0 * i / static_cast<double>(C));
        x(t, c) += c < half ? std::sin(angle) : std::cos(angle);
      }
    }
    return config_.embedding_norm ? Norm(config_, parameters_, at + "embedding_norm", x) : x;
  }

  /// Applies `body` as a sublayer with its norm and residual connection.
  template <class Body>
  MatrixXd Sublayer(const std::string& norm, const MatrixXd& x, Body body) {
    if (config_.norm_position == NormPosition::kBefore) return x + body(Norm(config_, parameters_, norm, x));
    return Norm(config_, parameters_, norm, x + body(x));
  }

  /// Computes the attention of x over `seen`, which is x itself or the source. Stores the traced tensors under names
  /// that begin with `at`.
  MatrixXd Attention(const std::string& at, const StackConfig& sizes, const MatrixXd& x, const MatrixXd& seen,
                     bool causal, bool rotary) {
    const Index H = sizes.head_width;
    const MatrixXd q = Linear(parameters_, at + ".query", x);
    const MatrixXd k = Linear(parameters_, at + ".key", seen);
    const MatrixXd v = Linear(parameters_, at + ".value", seen);
    MatrixXd joined(x.rows(), sizes.heads * H);
    for (Index head = 0; head < sizes.heads; ++head) {
      const Index shared = head / (sizes.heads / sizes.key_value_heads);
      MatrixXd head_q = q.middleCols(head * H, H);
      MatrixXd head_k = k.middleCols(shared * H, H);
      if (rotary) head_q = Rotate(head_q, config_.rotary_base), head_k = Rotate(head_k, config_.rotary_base);
      const MatrixXd scores = head_q * head_k.transpose();
      const auto factor = factors_.find({at + ".pattern", head});
      const MatrixXd scaled = scores / std::sqrt(static_cast<double>(H));
      const MatrixXd pattern = Softmax(scaled, causal) * (factor == factors_.end() ? 1.0 : factor->second);
      joined.middleCols(head * H, H) = pattern * v.middleCols(shared * H, H);
      result_.heads[at + ".q"].push_back(head_q);
      result_.heads[at + ".scores"].push_back(scores);
      result_.heads[at + ".scaled"].push_back(scaled);
      result_.heads[at + ".pattern"].push_back(pattern);
      const MatrixXd& output = parameters_.at(at + ".output.weight");
      const MatrixXd moved = v.middleCols(shared * H, H) * output.middleCols(head * H, H).transpose();
      result_.heads[at + ".weighted_norms"].push_back(pattern * moved.rowwise().norm().asDiagonal());
      result_.heads[at + ".head_output"].push_back(joined.middleCols(head * H, H));
      if (head % (sizes.heads / sizes.key_value_heads) != 0) continue;
      result_.heads[at + ".k"].push_back(head_k);
      result_.heads[at + ".v"].push_back(v.middleCols(shared * H, H));
    }
    return result_.streams[at + ".output"] = Linear(parameters_, at + ".output", joined);
  }

  /// Computes the feed-forward layer, plain or gated.
  MatrixXd FeedForward(const std::string& at, const MatrixXd& x) {
    const MatrixXd up = Linear(parameters_, at + ".up", x);
    MatrixXd inner = config_.gated ? Linear(parameters_, at + ".gate", x) : up;
    inner = inner.unaryExpr([&](double value) { return Activation(config_.activation, value); });
    if (config_.gated) inner = inner.cwiseProduct(up);
    return result_.streams[at + ".output"] = Linear(parameters_, at + ".down", inner);
  }

  const Config& config_;
  const Parameters& parameters_;
  const HeadFactors& factors_;
  Result& result_;
};

/// Runs the model over `ids`. `source` is the input of the encoder, empty for a model without an encoder.
inline Result Forward(const Config& config, const Parameters& parameters, const std::vector<int>& ids,
                      const HeadFactors& factors = {}, const std::vector<int>& source = {}) {
  Result result;
  Pass pass(config, parameters, factors, result);
  MatrixXd last;
  if (config.HasEncoder()) {
    const MatrixXd states = pass.Stack("encoder.", config.encoder, source, nullptr);
    last = pass.Stack("decoder.", config, ids, &states);
  } else {
    last = pass.Stack("", config, ids, nullptr);
  }
  const std::string own = config.encoder_vocabulary > 0 ? "decoder.embedding.weight" : "embedding.weight";
  const auto logits_of = [&](const MatrixXd& states) {
    MatrixXd logits = states * parameters.at(config.tied_embedding ? own : "unembedding.weight").transpose();
    if (config.logits_bias) logits.rowwise() += parameters.at("logits_bias").row(0);
    return logits;
  };
  result.logits = logits_of(last);
  const std::string at = config.HasEncoder() ? "decoder." : "";
  for (Index layer = 0; layer < config.layers; ++layer) {
    const std::string block = at + "blocks." + std::to_string(layer) + ".";
    const MatrixXd& x = result.streams.at(block + "residual");
    result.streams[block + "lens"] = logits_of(config.final_norm ? Norm(config, parameters, at + "final_norm", x) : x);
  }
  return result;
}

}  // namespace attenscope::reference
