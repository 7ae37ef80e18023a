// The recurrent models of docs/checkpoint-forms.md with Eigen in float64. Only tests link them.
#pragma once

#include <cmath>
#include <functional>
#include <string>

#include "recurrent/config.h"
#include "reference/lstm.h"
#include "reference/transformer.h"

namespace attenscope::reference {

/// Traced tensors by name, and 'logits'. The matrices of heads are side by side: a pattern (N, T, S) is (T, N·S).
using Traced = std::map<std::string, MatrixXd>;

/// An edit of row `query` (S) in the pattern of a head; `at` is the traced name.
using PatternRowEdit = std::function<void(const std::string& at, Index head, Index query, RowVectorXd& row)>;

/// A recurrent model that computes logits and all traced tensors of a text.
class RecurrentReference {
 public:
  RecurrentReference(const RecurrentConfig& config, const Parameters& parameters, PatternRowEdit edit = {})
      : config_(config), parameters_(parameters), edit_(std::move(edit)) {}

  /// Runs a classifier over `ids`.
  Traced Classify(const std::vector<std::int32_t>& ids) {
    const MatrixXd states = Lstms("embeddings", "encoder", "", ids);
    const std::string at = "blocks." + std::to_string(config_.layers - 1) + ".attn";
    const RowVectorXd pooled = Pool(states, at);
    traced_[at + ".output"] = pooled;
    traced_["logits"] = Linear(parameters_, "classifier", pooled);
    return traced_;
  }

  /// Runs an encoder–decoder over `source` and `target`.
  Traced Translate(const std::vector<std::int32_t>& source, const std::vector<std::int32_t>& target) {
    MatrixXd states = Lstms("encoder.embeddings", "encoder.lstm", "encoder.", source);
    const Index D = config_.width;
    MatrixXd last(1, config_.StateWidth());
    last.leftCols(D) = states.bottomRows(1).leftCols(D);
    if (config_.bidirectional) last.rightCols(D) = states.topRows(1).rightCols(D);
    if (config_.encoder_heads > 0) states += SelfAttention(states);
    LstmState state{Linear(parameters_, "bridge.hidden", last).array().tanh().matrix(),
                    Linear(parameters_, "bridge.cell", last).array().tanh().matrix()};
    const std::string at = "decoder.blocks.0.cross";
    const bool pooled = config_.Pools();
    const RowVectorXd fixed = pooled ? Pool(states, at) : RowVectorXd{};
    const MatrixXd embedded = Embedded("decoder.embeddings", target);
    traced_["decoder.embedding"] = embedded;
    const Index T = embedded.rows(), S = states.rows();
    MatrixXd queries(T, config_.attention_width), scores(T, S), patterns(T, S), contexts(T, states.cols());
    MatrixXd hidden(T, config_.decoder_width), joined(T, config_.decoder_width + states.cols());
    MatrixXd keys;
    if (!pooled) {
      keys = Linear(parameters_, "attention.key", states).rowwise() + parameters_.at("attention.bias").row(0);
    }
    for (Index t = 0; t < T; ++t) {
      if (pooled) {
        contexts.row(t) = fixed;
      } else {
        queries.row(t) = Linear(parameters_, "attention.query", state.hidden);
        const MatrixXd inside = (keys.rowwise() + queries.row(t)).array().tanh();
        scores.row(t) = (inside * parameters_.at("attention.score").row(0).transpose()).transpose();
        patterns.row(t) = Normalized(scores.row(t), at, 0, t);
        contexts.row(t) = patterns.row(t) * states;
      }
      RowVectorXd input(embedded.cols() + states.cols());
      input << embedded.row(t), contexts.row(t);
      state = LstmStep(Direction("decoder.lstm", 0, ""), input, state);
      hidden.row(t) = state.hidden;
    }
    joined << hidden, contexts;
    traced_["decoder.blocks.0.hidden"] = hidden;
    traced_["logits"] = Linear(parameters_, "output", joined);
    if (!pooled) Attended(at, queries, keys, states, scores, patterns, contexts);
    return traced_;
  }

 private:
  MatrixXd Embedded(const std::string& name, const std::vector<std::int32_t>& ids) const {
    const MatrixXd& table = parameters_.at(name + ".weight");
    MatrixXd x(static_cast<Index>(ids.size()), table.cols());
    for (Index t = 0; t < x.rows(); ++t) x.row(t) = table.row(ids[static_cast<std::size_t>(t)]);
    return x;
  }

  /// Returns the parameters of one direction of one layer; `suffix` is empty or "_reverse".
  LstmParameters Direction(const std::string& name, Index layer, const std::string& suffix) const {
    const auto part = [&](const std::string& kind) {
      return parameters_.at(name + "." + kind + "_l" + std::to_string(layer) + suffix);
    };
    return {part("weight_ih"), part("weight_hh"), part("bias_ih").row(0), part("bias_hh").row(0)};
  }

  /// Returns the states of the last layer (S, M).
  MatrixXd Lstms(const std::string& embeddings, const std::string& lstm, const std::string& at,
                 const std::vector<std::int32_t>& ids) {
    MatrixXd x = Embedded(embeddings, ids);
    traced_[at + "embedding"] = x;
    for (Index layer = 0; layer < config_.layers; ++layer) {
      MatrixXd hidden(x.rows(), config_.StateWidth());
      for (Index direction = 0; direction < config_.Directions(); ++direction) {
        LstmState state = LstmZeros(config_.width);
        hidden.middleCols(direction * config_.width, config_.width) =
            Lstm(Direction(lstm, layer, direction ? "_reverse" : ""), x, direction == 1, state);
      }
      x = hidden;
      traced_[at + "blocks." + std::to_string(layer) + ".hidden"] = x;
    }
    return x;
  }

  /// Returns the softmax of a row of scores, after the edit.
  RowVectorXd Normalized(const RowVectorXd& scores, const std::string& at, Index head, Index query) const {
    const Eigen::ArrayXXd e = (scores.array() - scores.maxCoeff()).exp();
    RowVectorXd pattern = (e / e.sum()).matrix();
    if (edit_) edit_(at + ".pattern", head, query, pattern);
    return pattern;
  }

  void Attended(const std::string& at, const MatrixXd& q, const MatrixXd& k, const MatrixXd& v, const MatrixXd& scores,
                const MatrixXd& pattern, const MatrixXd& head_output) {
    traced_[at + ".q"] = q;
    traced_[at + ".k"] = k;
    traced_[at + ".v"] = v;
    traced_[at + ".scores"] = scores;
    traced_[at + ".pattern"] = pattern;
    traced_[at + ".head_output"] = head_output;
  }

  /// Computes attention pooling with the learned query.
  RowVectorXd Pool(const MatrixXd& states, const std::string& at) {
    const MatrixXd keys = Linear(parameters_, "pooling.projection", states).array().tanh();
    const RowVectorXd query = parameters_.at("pooling.query").row(0);
    const RowVectorXd scores = query * keys.transpose();
    const RowVectorXd pattern = Normalized(scores, at, 0, 0);
    const RowVectorXd pooled = pattern * states;
    Attended(at, query, keys, states, scores, pattern, pooled);
    return pooled;
  }

  MatrixXd SelfAttention(const MatrixXd& x) {
    const std::string at = "encoder.blocks." + std::to_string(config_.layers - 1) + ".attn";
    const MatrixXd q = Linear(parameters_, "encoder.self_attention.query", x);
    const MatrixXd k = Linear(parameters_, "encoder.self_attention.key", x);
    const MatrixXd v = Linear(parameters_, "encoder.self_attention.value", x);
    const Index S = x.rows(), N = config_.encoder_heads, H = x.cols() / N;
    MatrixXd scores(S, N * S), patterns(S, N * S), outputs(S, x.cols());
    for (Index n = 0; n < N; ++n) {
      scores.middleCols(n * S, S) = q.middleCols(n * H, H) * k.middleCols(n * H, H).transpose();
      for (Index s = 0; s < S; ++s) {
        patterns.row(s).segment(n * S, S) =
            Normalized(scores.row(s).segment(n * S, S) / std::sqrt(static_cast<double>(H)), at, n, s);
      }
      outputs.middleCols(n * H, H) = patterns.middleCols(n * S, S) * v.middleCols(n * H, H);
    }
    Attended(at, q, k, v, scores, patterns, outputs);
    traced_[at + ".scaled"] = scores / std::sqrt(static_cast<double>(H));
    traced_[at + ".output"] = Linear(parameters_, "encoder.self_attention.output", outputs);
    return traced_[at + ".output"];
  }

  const RecurrentConfig& config_;
  const Parameters& parameters_;
  PatternRowEdit edit_;
  Traced traced_;
};

}  // namespace attenscope::reference
