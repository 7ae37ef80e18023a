// Summarises patterns, one tile of queries at a time, so that the whole pattern of a head is never in memory.
#include "insight/summary.h"

#include <algorithm>
#include <cmath>

#include "attention/attention.h"
#include "kernels/matmul.h"
#include "tensor/error.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

/// Adds the weights of query t on earlier tokens equal to its own token, and on the tokens that follow such earlier
/// tokens. Returns whether there are earlier equal tokens.
bool AddRepeats(std::span<const std::int32_t> ids, const float* row, Index t, HeadSummary& summary) {
  const auto at = [&](Index s) { return ids[static_cast<std::size_t>(s)]; };
  bool repeats = false;
  for (Index s = 0; s < t; ++s) {
    if (at(s) != at(t)) continue;
    repeats = true;
    summary.duplicate_token += row[s];
    summary.induction += row[s + 1];
  }
  return repeats;
}

void AddRow(const float* row, Index t, Index S, HeadSummary& summary) {
  for (Index s = 0; s < S; ++s) {
    const double weight = row[s];
    if (weight > 0.0) summary.entropy -= weight * std::log2(weight);
    summary.distance += weight * std::abs(static_cast<double>(t - s));
  }
  if (S > 0) summary.first_token += row[0];
  if (t > 0 && t <= S) summary.previous_token += row[t - 1];
}

HeadSummary SummarizeHead(Run& run, const PatternInfo& place, Index head) {
  const auto [height, width] = PictureShape(place.queries, place.keys);
  HeadSummary summary;
  summary.picture = {std::vector<float>(static_cast<std::size_t>(height * width)), {height, width}};
  const Picture picture{{summary.picture.data.data(), {height, width}}, PictureBlock(place.queries, place.keys)};
  Index repeats = 0;
  for (Index first = 0; first < place.queries; first += kQueryTile) {
    const Index rows = std::min(kQueryTile, place.queries - first);
    const TraceTensor tile = run.ComputeTrace(place.name, head, first, rows);
    const Index keys = tile.shape[1];
    AddToPicture(Arch{}, {tile.data.data(), {rows, keys}}, first, picture);
    for (Index t = 0; t < rows; ++t) {
      const float* row = tile.data.data() + t * keys;
      AddRow(row, first + t, place.causal ? first + t + 1 : keys, summary);
      if (!place.ids.empty()) repeats += AddRepeats(place.ids, row, first + t, summary);
    }
  }
  const double queries = static_cast<double>(std::max<Index>(place.queries, 1));
  summary.entropy /= queries;
  summary.distance /= queries;
  summary.first_token /= queries;
  summary.duplicate_token /= static_cast<double>(std::max<Index>(repeats, 1));
  summary.induction /= static_cast<double>(std::max<Index>(repeats, 1));
  // Queries t with 0 < t ≤ S have a token before them among the keys.
  summary.previous_token /= static_cast<double>(std::max<Index>(1, std::min(place.queries - 1, place.keys)));
  return summary;
}

}  // namespace

std::vector<float> MixingMatrix(Run& run, const PatternInfo& place) {
  const Index S = place.keys;
  std::vector<float> mixing(static_cast<std::size_t>(S * S), 0.0f);
  for (Index head = 0; head < place.heads; ++head) {
    const TraceTensor pattern = run.ComputeTrace(place.name, head, 0, S);
    for (std::size_t i = 0; i < mixing.size(); ++i) mixing[i] += pattern.data[i];
  }
  for (Index t = 0; t < S; ++t) {
    float* row = mixing.data() + t * S;
    row[t] += static_cast<float>(place.heads);
    float sum = 0.0f;
    for (Index s = 0; s < S; ++s) sum += row[s];
    Scale(Arch{}, 1.0f / sum, row, S);
  }
  return mixing;
}

std::vector<HeadSummary> SummarizeHeads(Run& run, Part part, Index layer) {
  const PatternInfo place = run.Patterns(part, layer);
  std::vector<HeadSummary> summaries;
  for (Index head = 0; head < place.heads; ++head) summaries.push_back(SummarizeHead(run, place, head));
  return summaries;
}

TraceTensor Rollout(Run& run, Part part, Index first_query, Index queries) {
  const Index layers = run.AttentionLayers(part);
  const PatternInfo last = run.Patterns(part, layers - 1);
  const Index S = last.keys;
  if (last.queries != S) throw Error(ErrorCode::kOption, "rollout: expected queries and keys that are the same tokens");
  CheckTokens("rollout", first_query, queries, S);
  // From the last layer to the first, so that only the requested rows are computed: R ← R · A_l.
  std::vector<float> rows(static_cast<std::size_t>(queries * S), 0.0f);
  for (Index t = 0; t < queries; ++t) rows[static_cast<std::size_t>(t * S + first_query + t)] = 1.0f;
  std::vector<float> product(rows.size());
  for (Index layer = layers - 1; layer >= 0; --layer) {
    const std::vector<float> mixing = MixingMatrix(run, run.Patterns(part, layer));
    // The kernel multiplies by a transpose: W = Aᵀ.
    PackedMatrix transposed(S, S, kPanelRows<Arch>, "rollout");
    for (Index t = 0; t < S; ++t) {
      for (Index s = 0; s < S; ++s) transposed.view()(s, t) = mixing[static_cast<std::size_t>(t * S + s)];
    }
    MatMul(Arch{}, ConstMatrix(rows.data(), {queries, S}), transposed.view(), Matrix(product.data(), {queries, S}));
    std::swap(rows, product);
  }
  const Index S_seen = last.causal ? first_query + queries : S;
  TraceTensor result{std::vector<float>(static_cast<std::size_t>(queries * S_seen)), {queries, S_seen}};
  for (Index t = 0; t < queries; ++t) {
    std::copy_n(rows.data() + t * S, S_seen, result.data.data() + t * S_seen);
  }
  return result;
}

}  // namespace attenscope
