// Maximum flow by Dinic's algorithm (1970), on a graph with a node for each token of each layer.
#include "insight/flow.h"

#include <algorithm>
#include <limits>
#include <queue>

#include "insight/summary.h"
#include "tensor/error.h"

namespace attenscope {

namespace {

/// Paths with less flow are ignored: mixing matrices in float32 are not more precise.
constexpr double kLeastFlow = 1e-7;

/// The flow network. It has levels 0 … L with S nodes each. Edges lead from each node of level l + 1 to each node of
/// level l. Residual edges in the other direction take back flow.
class Network {
 public:
  Network(Run& run, Part part, Index layers, Index S) : layers_(layers), S_(S) {
    for (Index layer = 0; layer < layers; ++layer) {
      const std::vector<float> mixing = MixingMatrix(run, run.Patterns(part, layer));
      capacity_.emplace_back(mixing.begin(), mixing.end());
    }
  }

  double MaximumFlow(Index query, Index key) {
    down_ = capacity_;
    up_.assign(capacity_.size(), std::vector<double>(static_cast<std::size_t>(S_ * S_), 0.0));
    const Index source = Node(layers_, query);
    sink_ = Node(0, key);
    double flow = 0.0;
    while (Layer(source)) {
      next_.assign(depth_.size(), 0);
      while (const double sent = Send(source, std::numeric_limits<double>::infinity())) flow += sent;
    }
    return flow;
  }

 private:
  Index Node(Index level, Index token) const { return level * S_ + token; }

  /// The residual capacity of the edge from a node to its neighbour number `way`. Neighbours 0 … S − 1 are on the level
  /// below, neighbours S … 2S − 1 on the level above. Null when there is no such level.
  double* Left(Index node, Index way) {
    const Index level = node / S_;
    const Index token = node % S_;
    if (way < S_) return level == 0 ? nullptr : &down_[static_cast<std::size_t>(level - 1)][At(token, way)];
    return level == layers_ ? nullptr : &up_[static_cast<std::size_t>(level)][At(way - S_, token)];
  }
  double* Back(Index node, Index way) {
    const Index level = node / S_;
    const Index token = node % S_;
    return way < S_ ? &up_[static_cast<std::size_t>(level - 1)][At(token, way)]
                    : &down_[static_cast<std::size_t>(level)][At(way - S_, token)];
  }
  Index Neighbour(Index node, Index way) const {
    return way < S_ ? Node(node / S_ - 1, way) : Node(node / S_ + 1, way - S_);
  }
  std::size_t At(Index from, Index to) const { return static_cast<std::size_t>(from * S_ + to); }

  /// Sets the depth of each node: its distance from the source. Returns false when no path reaches the sink.
  bool Layer(Index source) {
    depth_.assign(static_cast<std::size_t>((layers_ + 1) * S_), -1);
    depth_[static_cast<std::size_t>(source)] = 0;
    std::queue<Index> reached({source});
    while (!reached.empty()) {
      const Index node = reached.front();
      reached.pop();
      for (Index way = 0; way < 2 * S_; ++way) {
        const double* left = Left(node, way);
        if (!left || *left <= kLeastFlow) continue;
        const Index to = Neighbour(node, way);
        if (depth_[static_cast<std::size_t>(to)] >= 0) continue;
        depth_[static_cast<std::size_t>(to)] = depth_[static_cast<std::size_t>(node)] + 1;
        reached.push(to);
      }
    }
    return depth_[static_cast<std::size_t>(sink_)] >= 0;
  }

  /// Sends at most `room` units of flow from a node to the sink, along edges whose depth grows. Returns the flow sent.
  double Send(Index node, double room) {
    if (node == sink_) return room;
    for (Index& way = next_[static_cast<std::size_t>(node)]; way < 2 * S_; ++way) {
      double* left = Left(node, way);
      if (!left || *left <= kLeastFlow) continue;
      const Index to = Neighbour(node, way);
      if (depth_[static_cast<std::size_t>(to)] != depth_[static_cast<std::size_t>(node)] + 1) continue;
      const double sent = Send(to, std::min(room, *left));
      if (sent <= 0.0) continue;
      *left -= sent;
      *Back(node, way) += sent;
      return sent;
    }
    return 0.0;
  }

  Index layers_;
  Index S_;
  Index sink_ = 0;
  std::vector<std::vector<double>> capacity_;  // the capacities (S, S) of each layer
  std::vector<std::vector<double>> down_;      // the residual capacities of the edges
  std::vector<std::vector<double>> up_;        // the residual capacities of the edges back up
  std::vector<Index> depth_;
  std::vector<Index> next_;  // for each node the first neighbour that is not exhausted in this phase
};

}  // namespace

TraceTensor Flow(Run& run, Part part, Index query, Index first_key, Index keys) {
  const Index layers = run.AttentionLayers(part);
  const PatternInfo last = run.Patterns(part, layers - 1);
  const Index S = last.keys;
  if (last.queries != S) throw Error(ErrorCode::kOption, "flow: expected queries and keys that are the same tokens");
  CheckTokens("flow from a query", query, 1, S);
  CheckTokens("flow to keys", first_key, keys, S);
  Network network(run, part, layers, S);
  TraceTensor result{std::vector<float>(static_cast<std::size_t>(keys)), {1, keys}};
  for (Index key = 0; key < keys; ++key) {
    if (last.causal && first_key + key > query) continue;
    result.data[static_cast<std::size_t>(key)] = static_cast<float>(network.MaximumFlow(query, first_key + key));
  }
  return result;
}

}  // namespace attenscope
