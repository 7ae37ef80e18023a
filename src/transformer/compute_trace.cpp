// Each kind of traced tensor from the held queries, keys, values and residual streams.
#include "transformer/compute_trace.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "insight/picture.h"
#include "tensor/matrix.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

/// One computation: the run, what was asked for, and of which queries.
struct Request {
  TransformerRun& run;
  TraceName name;
  Rows rows;

  const Config& config() const { return run.model().config(); }
  bool InEncoder() const { return name.part == Part::kEncoder; }
  bool Cross() const { return name.part == Part::kCross; }
  Stack stack() const { return InEncoder() ? run.model().encoder() : run.model().stack(); }
  const BlockWeights& block() const { return stack().weights.blocks[static_cast<std::size_t>(name.layer)]; }
  StackState& state() const { return InEncoder() ? run.encoder_state() : run.state(); }
  /// Computed tokens of the queries' stack.
  Index length() const { return InEncoder() ? run.source_length() : run.length(); }
  /// The keys that the queries asked for see.
  Index S() const {
    if (Cross()) return run.source_length();
    return stack().sizes.causal ? rows.first + rows.count : length();
  }
  /// The queries asked for, of a tensor over all tokens.
  ConstMatrix Asked(Matrix all) const { return all.Rows(rows.first, rows.count); }

  const StackChanges* changes() const { return InEncoder() ? &run.changes().encoder : &run.changes().stack; }
  const BlockChanges* block_changes() const { return ChangesOf(changes(), name.layer); }
  /// Those of the attention asked for.
  const AttentionChanges* attention_changes(bool cross) const {
    const BlockChanges* block = block_changes();
    return block ? (cross ? &block->cross : &block->attn) : nullptr;
  }
  AttentionInput Input(bool cross, Rows of) const {
    return cross ? CrossInput(name.layer, of, state()) : SelfInput(stack(), name.layer, of, length(), state());
  }
  AttentionOptions Options(bool cross) const {
    return cross ? CrossOptions(stack()) : SelfOptions(stack(), name.layer);
  }
};

/// pattern (T, S) ← pattern · ‖v W_O‖ of each key (Kobayashi et al. 2020): the size of what a weight moves.
void WeightByNorms(const Linear& output, const Head& head, Index H, Matrix pattern) {
  // ‖W v‖² = vᵀ (Wᵀ W) v: one small matrix serves all keys.
  std::vector<double> gram(static_cast<std::size_t>(H * H));
  std::vector<float> row(static_cast<std::size_t>(output.weight.columns()));
  const float* of_head = row.data() + head.index * H;
  for (Index c = 0; c < output.weight.rows(); ++c) {
    output.weight.GetRow(c, row.data());
    for (Index i = 0; i < H; ++i) {
      for (Index j = 0; j < H; ++j) {
        gram[static_cast<std::size_t>(i * H + j)] += static_cast<double>(of_head[i]) * static_cast<double>(of_head[j]);
      }
    }
  }
  for (Index s = 0; s < pattern.shape[1]; ++s) {
    double square = 0.0;
    for (Index i = 0; i < H; ++i) {
      double sum = 0.0;
      for (Index j = 0; j < H; ++j) {
        sum += gram[static_cast<std::size_t>(i * H + j)] * static_cast<double>(head.values(j, s));
      }
      square += sum * static_cast<double>(head.values(i, s));
    }
    const float norm = static_cast<float>(std::sqrt(std::max(square, 0.0)));
    for (Index t = 0; t < pattern.shape[0]; ++t) pattern(t, s) *= norm;
  }
}

/// One head's (T, S), (S, H) or (T, H).
void HeadTensor(const Request& request, Index head, Matrix out) {
  const StackConfig& sizes = request.stack().sizes;
  StackState& state = request.state();
  const Index H = sizes.head_width;
  const Rows rows = request.rows;
  const AttentionInput input = request.Input(request.Cross(), rows);
  if (request.name.kind == TraceKind::kKey) {
    const PackedView<const float> keys = input.held->Keys(input.layer, head);
    for (Index s = 0; s < out.shape[0]; ++s) {
      for (Index h = 0; h < H; ++h) out(s, h) = keys(s, h);
    }
    return;
  }
  if (request.name.kind == TraceKind::kValue) {
    const PackedView<const float> values = input.held->Values(input.layer, head);
    for (Index s = 0; s < out.shape[0]; ++s) {
      for (Index h = 0; h < H; ++h) out(s, h) = values(h, s);
    }
    return;
  }
  const AttentionOptions options = request.Options(request.Cross());
  const AttentionChanges* changes = request.attention_changes(request.Cross());
  const Head ready = MakeHead(sizes, input, changes, head);
  if (request.name.kind == TraceKind::kQuery) {
    Copy(ready.inputs.queries, out);
  } else if (request.name.kind == TraceKind::kHeadOutput) {
    Attend(ready, options, changes, input.places, &state.scratch.patterns(0, 0, 0), out);
  } else {
    ScoresAt(StageOf(request.name.kind), ready, options, changes, input.places, out);
    if (request.name.kind != TraceKind::kWeightedNorms) return;
    const BlockWeights& block = request.block();
    WeightByNorms(request.Cross() ? block.cross.output : block.attn.output, ready, H, out);
  }
}

/// 'attn.output', 'cross.output' or 'feed_forward.output' of a few rows, as the block computes them.
void BlockOutput(const Request& request, Rows rows, Matrix out) {
  const Stack stack = request.stack();
  const BlockWeights& block = request.block();
  StackState& state = request.state();
  const BlockScratch scratch = state.scratch.First(rows.count);
  const QueryPlaces places{rows.first};
  const auto attend = [&](bool cross) {
    AttendHeads(stack.sizes, request.Input(cross, rows), request.Options(cross), request.attention_changes(cross),
                scratch.patterns, scratch.head_outputs);
  };
  if (request.name.kind == TraceKind::kAttnOutput) {
    attend(request.Cross());
    return AttentionOutput(request.Cross() ? block.cross.output : block.attn.output,
                           request.Cross() ? nullptr : PostNorm(stack, block), scratch.head_outputs, places,
                           request.attention_changes(request.Cross()), out);
  }
  const ConstMatrix entry = state.residual[request.name.layer].Rows(rows.first, rows.count);
  if (stack.config.parallel) {
    return FeedForwardOutput(stack, block, entry, places, request.block_changes(), scratch, out);
  }
  const Matrix summed = state.summed.Rows(0, rows.count);
  attend(false);
  AddAttention(stack, block, places, request.attention_changes(false), scratch, entry, summed);
  if (state.source) {
    attend(true);
    AddCross(stack, block, places, request.attention_changes(true), scratch, summed);
  }
  FeedForwardOutput(stack, block, summed, places, request.block_changes(), scratch, out);
}

/// The logits (T, V) that states (T, C) would give if no block followed.
void LensTensor(const Request& request, ConstMatrix states, Matrix out) {
  StackState& state = request.state();
  for (Index t = 0; t < request.rows.count; t += state.rows) {
    const Index count = std::min(state.rows, request.rows.count - t);
    Logits(request.run.model(), states.Rows(t, count), {request.rows.first + t}, request.changes(), state.scratch,
           out.Rows(t, count));
  }
}

/// The (T, C) of a name without heads; (T, V) of a lens.
void StreamTensor(const Request& request, Matrix out) {
  StackState& state = request.state();
  switch (request.name.kind) {
    case TraceKind::kEmbedding:
      return Copy(request.Asked(state.residual[0]), out);
    case TraceKind::kResidual:
      return Copy(request.Asked(state.residual[request.name.layer + 1]), out);
    case TraceKind::kLens:
      return LensTensor(request, request.Asked(state.residual[request.name.layer + 1]), out);
    case TraceKind::kFinalNorm:
      return FinalNorm(request.stack(), request.Asked(state.residual[request.stack().sizes.layers]),
                       {request.rows.first}, request.changes(), out);
    default:
      break;
  }
  for (Index t = 0; t < request.rows.count; t += state.rows) {
    const Index count = std::min(state.rows, request.rows.count - t);
    BlockOutput(request, {request.rows.first + t, count}, out.Rows(t, count));
  }
}

}  // namespace

TraceTensor ComputeTrace(TransformerRun& run, const std::string& name, Index head, Index first_query, Index queries) {
  const Config& config = run.model().config();
  const Request request{run, ParseTraceName(name, config), {first_query, queries}};
  CheckTokens("a trace", first_query, queries, request.length());
  const Index S = request.S();
  if (request.name.kind == TraceKind::kPicture) {
    const Index N = request.stack().sizes.heads;
    const std::optional<TensorView<const float, 3>> kept = run.KeptPictures(request.name.part, request.name.layer);
    if (!kept || queries != request.length() || head == kMeanHead) {
      return ComputePicture(run, name, {N, queries, S}, head, first_query, queries);
    }
    return MakeTrace(name, {kept->shape.begin(), kept->shape.end()}, head, true,
                     [&](Index n, Matrix out) { Copy((*kept)[n], out); });
  }
  const bool per_head = request.name.PerHead();
  return MakeTrace(name, TraceShape(request.name, config, queries, S), head, per_head,
                   [&](Index n, Matrix out) { per_head ? HeadTensor(request, n, out) : StreamTensor(request, out); });
}

}  // namespace attenscope
