// Computes the terms of a logit, each as the product of a traced tensor and the direction of the logit.
#include "transformer/compute_direct_logits.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "tensor/error.h"

namespace attenscope {

namespace {

using Doubles = std::vector<double>;

double Dot(const Doubles& a, const float* b) {
  return std::inner_product(a.begin(), a.end(), b, 0.0, std::plus<>(),
                            [](double x, float y) { return x * static_cast<double>(y); });
}

/// A logit as a product: logit = weights · x + bias, where x (C) is the residual stream after the last block.
struct Direction {
  Doubles weights;  // (C)
  double bias = 0.0;
};

/// Returns the direction of a token's logit. The final norm divides x by a number that depends on x; here this number
/// counts as a constant.
Direction DirectionOf(const Transformer& model, const float* x, Index token) {
  const Index C = model.config().width;
  std::vector<float> row(static_cast<std::size_t>(C));
  model.weights().Unembedding().GetRow(token, row.data());
  Direction direction{Doubles(row.begin(), row.end())};
  // The scale of the logits scales each term.
  const double logits_scale = static_cast<double>(model.config().logits_scale);
  for (double& weight : direction.weights) weight *= logits_scale;
  if (model.weights().logits_bias.size() > 0)
    direction.bias = logits_scale * static_cast<double>(model.weights().logits_bias.data()[token]);
  if (!model.config().final_norm) return direction;

  const Norm& norm = model.weights().stack.final_norm;
  Doubles& weights = direction.weights;
  if (norm.bias.size() > 0) direction.bias += Dot(weights, norm.bias.data());
  if (norm.weight.size() > 0) {
    for (Index c = 0; c < C; ++c) weights[static_cast<std::size_t>(c)] *= static_cast<double>(norm.weight.data()[c]);
  }
  const bool centred = norm.kind == NormKind::kLayer;
  const double count = static_cast<double>(C);
  double mean = 0.0, square = 0.0;
  for (Index c = 0; c < C && centred; ++c) mean += static_cast<double>(x[c]) / count;
  for (Index c = 0; c < C; ++c) square += (static_cast<double>(x[c]) - mean) * (static_cast<double>(x[c]) - mean);
  const double scale = 1.0 / std::sqrt(square / count + static_cast<double>(norm.epsilon));
  // (x − mean of x) · w = x · (w − mean of w): the direction takes over the subtraction of the mean.
  const double shift = centred ? std::accumulate(weights.begin(), weights.end(), 0.0) / count : 0.0;
  for (double& weight : weights) weight = (weight - shift) * scale;
  return direction;
}

/// Writes the terms (N) of the heads of one attention, from its head outputs (N, 1, H). Adds the term of the output
/// projection's bias to `bias`.
void AddHeads(const Doubles& direction, const Linear& output, const TraceTensor& head_outputs, float* terms,
              double& bias) {
  const Index N = head_outputs.shape[0];
  const Index H = head_outputs.shape[2];
  // The direction of the logit at the input of the output projection (N·H).
  Doubles seen(static_cast<std::size_t>(N * H));
  std::vector<float> row(seen.size());
  for (std::size_t c = 0; c < direction.size(); ++c) {
    output.weight.GetRow(static_cast<Index>(c), row.data());
    for (std::size_t i = 0; i < seen.size(); ++i) seen[i] += direction[c] * static_cast<double>(row[i]);
  }
  for (Index n = 0; n < N; ++n) {
    double term = 0.0;
    for (std::size_t i = static_cast<std::size_t>(n * H); i < static_cast<std::size_t>((n + 1) * H); ++i) {
      term += seen[i] * static_cast<double>(head_outputs.data[i]);
    }
    terms[n] = static_cast<float>(term);
  }
  if (output.bias.size() > 0) bias += Dot(direction, output.bias.data());
}

/// Tells whether the residual stream is the sum of the outputs of the layers, because no edit replaces a part of the
/// stream.
bool AddsUp(const StackChanges& changes) {
  const auto is_plain = [](const BlockChanges& block) {
    return block.attn.output.empty() && block.cross.output.empty() && block.residual.empty();
  };
  return changes.final_norm.empty() && std::all_of(changes.blocks.begin(), changes.blocks.end(), is_plain);
}

}  // namespace

DirectLogits ComputeDirectLogits(TransformerRun& run, Index query, Index token) {
  const Config& config = run.model().config();
  if (config.norm_position != NormPosition::kBefore || config.head.width > 0 || config.logits_softcap != 0.0f) {
    throw Error(ErrorCode::kUnsupported,
                "direct contributions to a logit: this model normalises after each layer, or bends its logits, so that "
                "they are no sum over heads and layers");
  }
  if (!AddsUp(run.changes().stack)) {
    throw Error(ErrorCode::kUnsupported,
                "direct contributions to a logit: an edit sets the stream itself, so that it is no sum over heads and "
                "layers");
  }
  if (query < 0 || query >= run.length()) {
    throw Error(ErrorCode::kOption,
                "query is " + std::to_string(query) + ", " + std::to_string(run.length()) + " tokens are computed");
  }
  if (token < 0 || token >= config.Outputs()) {
    throw Error(ErrorCode::kOption,
                "token is " + std::to_string(token) + ", expected 0 to " + std::to_string(config.Outputs() - 1));
  }
  const Index L = config.layers;
  const Index N = config.heads;
  const std::vector<BlockWeights>& blocks = run.model().weights().stack.blocks;
  const Direction direction = DirectionOf(run.model(), &run.decoder_run().state.residual[L](query, 0), token);
  const auto trace = [&](const std::string& name) { return run.ComputeTrace(name, -1, query, 1); };
  const std::string stack = config.HasEncoder() ? "decoder." : "";

  DirectLogits terms;
  const auto make_heads = [N](Index layers) {
    return TraceTensor{std::vector<float>(static_cast<std::size_t>(layers * N)), {layers, N}};
  };
  terms.heads = make_heads(L);
  terms.cross_heads = make_heads(config.HasEncoder() ? L : 0);
  terms.feed_forward = {std::vector<float>(static_cast<std::size_t>(L)), {L}};
  terms.bias = direction.bias;
  terms.embedding = Dot(direction.weights, trace(stack + "embedding").data.data());
  terms.logit = terms.embedding;
  for (Index layer = 0; layer < L; ++layer) {
    const auto at = static_cast<std::size_t>(layer);
    const std::string block = stack + "blocks." + std::to_string(layer) + ".";
    AddHeads(direction.weights, blocks[at].attn.output, trace(block + "attn.head_output"),
             terms.heads.data.data() + layer * N, terms.bias);
    if (config.HasEncoder()) {
      AddHeads(direction.weights, blocks[at].cross.output, trace(block + "cross.head_output"),
               terms.cross_heads.data.data() + layer * N, terms.bias);
    }
    terms.feed_forward.data[at] =
        static_cast<float>(Dot(direction.weights, trace(block + "feed_forward.output").data.data()));
  }
  terms.logit += terms.bias;
  for (const TraceTensor* tensor : {&terms.heads, &terms.cross_heads, &terms.feed_forward}) {
    for (float term : tensor->data) terms.logit += static_cast<double>(term);
  }
  return terms;
}

}  // namespace attenscope
