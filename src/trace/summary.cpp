// Summaries of patterns, computed a tile of queries at a time so that no head's whole pattern need be held.
#include "trace/summary.h"

#include <algorithm>
#include <cmath>

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

std::string PatternName(Index layer) { return "blocks." + std::to_string(layer) + ".attn.pattern"; }

void AddRow(const float* row, Index t, Index S, Index block, HeadSummary& summary) {
  for (Index s = 0; s < S; ++s) {
    const double weight = row[s];
    if (weight > 0.0) summary.entropy -= weight * std::log2(weight);
    summary.distance += weight * static_cast<double>(t - s);
    float& cell = summary.picture.data[static_cast<std::size_t>(t / block * summary.picture.shape[1] + s / block)];
    cell = std::max(cell, row[s]);
  }
  summary.first_token += row[0];
  if (t > 0) summary.previous_token += row[t - 1];
}

HeadSummary SummarizeHead(Run& run, Index layer, Index head) {
  const Index S = run.computed();
  const Index block = std::max<Index>(1, (S + kPictureSize - 1) / kPictureSize);
  const Index side = (S + block - 1) / block;
  HeadSummary summary;
  summary.picture = {std::vector<float>(static_cast<std::size_t>(side * side)), {side, side}};
  for (Index first = 0; first < S; first += kQueryTile) {
    const Index rows = std::min(kQueryTile, S - first);
    const TraceTensor tile = ComputeTrace(run, PatternName(layer), head, first, rows);
    const Index keys = tile.shape[1];
    for (Index t = 0; t < rows; ++t) AddRow(tile.data.data() + t * keys, first + t, first + t + 1, block, summary);
  }
  const double queries = static_cast<double>(std::max<Index>(S, 1));
  summary.entropy /= queries;
  summary.distance /= queries;
  summary.first_token /= queries;
  summary.previous_token /= std::max(1.0, queries - 1.0);
  return summary;
}

/// ½ (mean over heads + I) of a layer, rows normalised: (S, S).
std::vector<float> MixingMatrix(Run& run, Index layer) {
  const Index S = run.computed();
  const Index heads = run.model().config().heads;
  std::vector<float> mixing(static_cast<std::size_t>(S * S), 0.0f);
  for (Index head = 0; head < heads; ++head) {
    const TraceTensor pattern = ComputeTrace(run, PatternName(layer), head, 0, S);
    for (std::size_t i = 0; i < mixing.size(); ++i) mixing[i] += pattern.data[i];
  }
  for (Index t = 0; t < S; ++t) {
    float* row = mixing.data() + t * S;
    float sum = static_cast<float>(heads);
    row[t] += sum;
    sum = 0.0f;
    for (Index s = 0; s < S; ++s) sum += row[s];
    Scale(Arch{}, 1.0f / sum, row, S);
  }
  return mixing;
}

}  // namespace

std::vector<HeadSummary> SummarizeHeads(Run& run, Index layer) {
  std::vector<HeadSummary> summaries;
  for (Index head = 0; head < run.model().config().heads; ++head) {
    summaries.push_back(SummarizeHead(run, layer, head));
  }
  return summaries;
}

TraceTensor Rollout(Run& run, Index first_query, Index queries) {
  const Index S = run.computed();
  if (first_query < 0 || queries < 0 || first_query > S || queries > S - first_query) {
    throw Error(ErrorCode::kOption, "rollout: tokens " + std::to_string(first_query) + " to " +
                                        std::to_string(first_query + queries) + " were asked for, " +
                                        std::to_string(S) + " are computed");
  }
  // From the last layer down, so that only the rows asked for are carried: R ← R · A_l.
  std::vector<float> rows(static_cast<std::size_t>(queries * S), 0.0f);
  for (Index t = 0; t < queries; ++t) rows[static_cast<std::size_t>(t * S + first_query + t)] = 1.0f;
  std::vector<float> product(rows.size());
  for (Index layer = run.model().config().layers - 1; layer >= 0; --layer) {
    const std::vector<float> mixing = MixingMatrix(run, layer);
    // The kernel multiplies by a transpose: W = Aᵀ.
    PackedMatrix transposed(S, S, kPanelRows<Arch>, "rollout");
    for (Index t = 0; t < S; ++t) {
      for (Index s = 0; s < S; ++s) transposed.view()(s, t) = mixing[static_cast<std::size_t>(t * S + s)];
    }
    MatMul(Arch{}, ConstMatrix(rows.data(), {queries, S}), transposed.view(), Matrix(product.data(), {queries, S}));
    std::swap(rows, product);
  }
  const Index S_seen = first_query + queries;
  TraceTensor result{std::vector<float>(static_cast<std::size_t>(queries * S_seen)), {queries, S_seen}};
  for (Index t = 0; t < queries; ++t) {
    std::copy_n(rows.data() + t * S, S_seen, result.data.data() + t * S_seen);
  }
  return result;
}

}  // namespace attenscope
