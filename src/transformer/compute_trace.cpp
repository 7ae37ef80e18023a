// Computes each kind of traced tensor from the queries, keys, values and residual streams that the run has kept.
#include "transformer/compute_trace.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "insight/picture.h"
#include "tensor/matrix.h"
#include "transformer/logits.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

/// A request for a traced tensor: its name and its queries.
struct Request {
  TransformerRun& run;
  TraceName name;
  Rows rows;

  const Config& config() const { return run.model().config(); }
  bool InEncoder() const { return name.part == Part::kEncoder && config().HasEncoder(); }
  bool Cross() const { return name.part == Part::kCross; }
  /// Returns the stack of the tensor.
  StackRun stack_run() const { return InEncoder() ? run.encoder_run() : run.decoder_run(); }
  Stack stack() const { return InEncoder() ? run.model().encoder() : run.model().stack(); }
  StackState& state() const { return stack_run().state; }
  /// Returns the number of computed tokens of the stack.
  Index length() const { return InEncoder() ? run.source_length() : run.length(); }
  /// Returns the number of keys that the queries see.
  Index S() const {
    if (Cross()) return run.source_length();
    return stack().sizes.causal ? rows.first + rows.count : length();
  }
  /// Returns the requested rows of a tensor over all tokens.
  ConstMatrix RowsOf(Matrix all) const { return all.Rows(rows.first, rows.count); }
  /// Returns the input of the self-attention or the cross-attention for some of the rows.
  AttentionInput Input(bool cross, Rows of) const {
    return cross ? CrossInput(stack_run(), name.layer, of) : SelfInput(stack_run(), name.layer, of);
  }
};

/// Computes pattern (T, S) ← pattern · ‖v W_O‖ for each key: the norm of the vector that the weight adds (Kobayashi et
/// al. 2020). H is the head width.
void WeightByNorms(const Linear& output, const Head& head, Index H, Matrix pattern) {
  // ‖W v‖² = vᵀ (Wᵀ W) v: all keys use the same small matrix Wᵀ W.
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

/// Computes the tensor of one head: (T, S), (S, H) or (T, H).
void HeadTensor(const Request& request, Index head, Matrix out) {
  const StackRun run = request.stack_run();
  const StackConfig& sizes = run.stack.sizes;
  const AttentionInput input = request.Input(request.Cross(), request.rows);
  const Head made = MakeHead(sizes, input, head);
  switch (request.name.kind) {
    case TraceKind::kQuery:
      return Copy(made.inputs.queries, out);
    case TraceKind::kKey: {
      // For keys and values, `head` is the index of a key/value head.
      const PackedView<const float> keys = input.cache->Keys(input.layer, head);
      for (Index s = 0; s < out.shape[0]; ++s) UnpackRow(keys, s, &out(s, 0));
      return;
    }
    case TraceKind::kValue: {
      const PackedView<const float> values = input.cache->Values(input.layer, head);
      for (Index s = 0; s < out.shape[0]; ++s) {
        for (Index h = 0; h < out.shape[1]; ++h) out(s, h) = values(h, s);
      }
      return;
    }
    case TraceKind::kHeadOutput:
      return Attend(made, input.attention, &run.state.scratch.patterns(0, 0, 0), out);
    default:
      break;
  }
  ScoresAt(StageOf(request.name.kind), made, input.attention, out);
  if (request.name.kind != TraceKind::kWeightedNorms) return;
  const BlockWeights& weights = run.Block(request.name.layer, request.rows).weights();
  WeightByNorms(request.Cross() ? weights.cross.output : weights.attn.output, made, sizes.head_width, out);
}

/// Computes 'attn.output', 'cross.output' or 'feed_forward.output' (T, C) for a few rows, with the steps of
/// FinishBlock.
void BlockOutput(const Request& request, Rows rows, Matrix out) {
  const StackRun run = request.stack_run();
  const BlockContext block = run.Block(request.name.layer, rows);
  const auto attend = [&](bool cross) {
    AttendHeads(run.stack.sizes, request.Input(cross, rows), block.scratch.patterns, block.scratch.head_outputs);
  };
  if (request.name.kind == TraceKind::kAttnOutput) {
    attend(request.Cross());
    return request.Cross() ? CrossOutput(block, out) : SelfOutput(block, out);
  }
  const ConstMatrix entry = run.state.residual[request.name.layer].Rows(rows.first, rows.count);
  if (run.stack.config.parallel) return FeedForwardOutput(block, entry, out);
  const Matrix summed = run.state.summed.Rows(0, rows.count);
  attend(false);
  AddSelf(block, entry, summed);
  if (run.state.source) {
    attend(true);
    AddCross(block, summed);
  }
  FeedForwardOutput(block, summed, out);
}

/// Calls use(rows, out) for groups of rows that fit into the scratch memory; `out` is the part of the result for these
/// rows.
template <class Use>
void ForEachRows(const Request& request, Matrix out, const Use& use) {
  const Index most = request.state().rows;
  for (Index t = 0; t < request.rows.count; t += most) {
    const Index count = std::min(most, request.rows.count - t);
    use(Rows{request.rows.first + t, count}, out.Rows(t, count));
  }
}

/// Computes a tensor without heads: (T, C), or (T, outputs) for a lens.
void StreamTensor(const Request& request, Matrix out) {
  const StackRun run = request.stack_run();
  const TensorView<float, 3>& residual = run.state.residual;
  switch (request.name.kind) {
    case TraceKind::kEmbedding:
      return Copy(request.RowsOf(residual[0]), out);
    case TraceKind::kResidual:
      return Copy(request.RowsOf(residual[request.name.layer + 1]), out);
    case TraceKind::kLens:
      // The lens has the logits of a model without the later blocks.
      return ForEachRows(request, out, [&](Rows rows, Matrix part) {
        ComputeLogits(run.Context(rows), request.run.model(),
                      residual[request.name.layer + 1].Rows(rows.first, rows.count), part);
      });
    case TraceKind::kFinalNorm:
      return ForEachRows(request, out, [&](Rows rows, Matrix part) {
        FinalNorm(run.Context(rows), residual[run.stack.sizes.layers].Rows(rows.first, rows.count), part);
      });
    default:
      return ForEachRows(request, out, [&](Rows rows, Matrix part) { BlockOutput(request, rows, part); });
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
