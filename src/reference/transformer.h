// The Llama-form Transformer written out in Eigen and float64, whole matrices at a time. Linked by tests only.
#pragma once

#include <Eigen/Dense>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "model/config.h"

namespace attenscope::reference {

using Eigen::Index;
using MatrixXd = Eigen::MatrixXd;

/// Parameters by canonical name: (out, in), or (1, size) of a vector.
using Parameters = std::map<std::string, MatrixXd>;

/// Pattern multipliers by (layer, head): an edit scales that head's whole pattern.
using HeadFactors = std::map<std::pair<Index, Index>, double>;

struct Result {
  MatrixXd logits;                                  // (T, V)
  std::vector<std::vector<MatrixXd>> scores;        // (L)(N)(T, S), unscaled
  std::vector<std::vector<MatrixXd>> patterns;      // (L)(N)(T, S)
  std::vector<std::vector<MatrixXd>> head_outputs;  // (L)(N)(T, H)
  std::vector<MatrixXd> attn_outputs;               // (L)(T, C)
  std::vector<MatrixXd> feed_forward_outputs;       // (L)(T, C)
  std::vector<MatrixXd> residuals;                  // (L)(T, C)
};

inline MatrixXd Norm(const MatrixXd& x, const MatrixXd& weight, double epsilon) {
  const Eigen::ArrayXd root = (x.array().square().rowwise().mean() + epsilon).sqrt();
  return ((x.array().colwise() / root).rowwise() * weight.row(0).array()).matrix();
}

inline MatrixXd Linear(const Parameters& parameters, const std::string& name, const MatrixXd& x) {
  MatrixXd y = x * parameters.at(name + ".weight").transpose();
  const auto bias = parameters.find(name + ".bias");
  if (bias != parameters.end()) y.rowwise() += bias->second.row(0);
  return y;
}

/// Turns x (T, H): as complex numbers, coordinate i + i·(i + H/2) times e^(i · position · base^(−2i/H)).
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

/// Softmax of each row's first t + 1 scores, zeros after.
inline MatrixXd CausalSoftmax(const MatrixXd& scores) {
  MatrixXd pattern = MatrixXd::Zero(scores.rows(), scores.cols());
  for (Index t = 0; t < scores.rows(); ++t) {
    const auto seen = scores.row(t).head(t + 1).array();
    const Eigen::ArrayXXd e = (seen - seen.maxCoeff()).exp();
    pattern.row(t).head(t + 1) = (e / e.sum()).matrix();
  }
  return pattern;
}

inline Result Forward(const Config& config, const Parameters& parameters, const std::vector<int>& ids,
                      const HeadFactors& factors = {}) {
  const Index T = static_cast<Index>(ids.size());
  const Index H = config.head_width;
  const Index group = config.heads / config.key_value_heads;
  Result result;
  MatrixXd x(T, config.width);
  for (Index t = 0; t < T; ++t) x.row(t) = parameters.at("embedding.weight").row(ids[static_cast<std::size_t>(t)]);
  for (Index layer = 0; layer < config.layers; ++layer) {
    const std::string at = "blocks." + std::to_string(layer) + ".";
    const MatrixXd normed = Norm(x, parameters.at(at + "attn_norm.weight"), config.norm_epsilon);
    const MatrixXd q = Linear(parameters, at + "attn.query", normed);
    const MatrixXd k = Linear(parameters, at + "attn.key", normed);
    const MatrixXd v = Linear(parameters, at + "attn.value", normed);
    MatrixXd joined(T, config.heads * H);
    auto& scores = result.scores.emplace_back();
    auto& patterns = result.patterns.emplace_back();
    auto& outputs = result.head_outputs.emplace_back();
    for (Index head = 0; head < config.heads; ++head) {
      const MatrixXd head_q = Rotate(q.middleCols(head * H, H), config.rotary_base);
      const MatrixXd head_k = Rotate(k.middleCols(head / group * H, H), config.rotary_base);
      scores.push_back(head_q * head_k.transpose());
      const auto factor = factors.find({layer, head});
      patterns.push_back(CausalSoftmax(scores.back() / std::sqrt(static_cast<double>(H))) *
                         (factor == factors.end() ? 1.0 : factor->second));
      outputs.push_back(patterns.back() * v.middleCols(head / group * H, H));
      joined.middleCols(head * H, H) = outputs.back();
    }
    result.attn_outputs.push_back(Linear(parameters, at + "attn.output", joined));
    x += result.attn_outputs.back();
    const MatrixXd second = Norm(x, parameters.at(at + "feed_forward_norm.weight"), config.norm_epsilon);
    const MatrixXd gate = Linear(parameters, at + "feed_forward.gate", second);
    const MatrixXd up = Linear(parameters, at + "feed_forward.up", second);
    const MatrixXd gated = (gate.array() / (1.0 + (-gate.array()).exp()) * up.array()).matrix();
    result.feed_forward_outputs.push_back(Linear(parameters, at + "feed_forward.down", gated));
    x += result.feed_forward_outputs.back();
    result.residuals.push_back(x);
  }
  const MatrixXd last = Norm(x, parameters.at("final_norm.weight"), config.norm_epsilon);
  result.logits = last * parameters.at(config.tied_embedding ? "embedding.weight" : "unembedding.weight").transpose();
  return result;
}

}  // namespace attenscope::reference
