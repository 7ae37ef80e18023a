// Each kind of traced tensor from the held queries, keys, values and residual streams.
#include "trace/compute.h"

#include <algorithm>
#include <new>
#include <span>

#include "tensor/matrix.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

std::vector<float> Numbers(const std::vector<Index>& shape) {
  std::uint64_t count = 1;
  for (Index extent : shape) count *= static_cast<std::uint64_t>(extent);
  std::vector<float> numbers;
  try {
    if (count > numbers.max_size()) throw std::bad_alloc();
    numbers.resize(static_cast<std::size_t>(count));
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::kMemory, "a traced tensor needs " + std::to_string(count * sizeof(float)) +
                                        " bytes, more than there is memory for");
  }
  return numbers;
}

/// One computation: the run, the layer and the queries asked for.
struct Request {
  TransformerRun& run;
  TraceName name;
  Rows rows;

  const Config& config() const { return run.model().config(); }
  RunState& state() const { return run.state(); }
  std::span<const PatternEdit> edits() const { return run.edits()[static_cast<std::size_t>(name.layer)]; }
  Index S() const { return rows.first + rows.count; }
  /// The queries asked for, of a tensor over all tokens.
  ConstMatrix Asked(Matrix all) const { return all.Rows(rows.first, rows.count); }
};

Stage StageOf(TraceKind kind) {
  switch (kind) {
    case TraceKind::kScores:
      return Stage::kScores;
    case TraceKind::kScaled:
      return Stage::kScaled;
    case TraceKind::kMasked:
      return Stage::kMasked;
    default:
      return Stage::kPattern;
  }
}

/// One head's (T, S), (S, H) or (T, H).
void HeadTensor(const Request& request, Index head, Matrix out) {
  const Config& config = request.config();
  RunState& state = request.state();
  const Index H = config.head_width;
  const Index layer = request.name.layer;
  if (request.name.kind == TraceKind::kKey) {
    const PackedView<const float> keys = state.Keys(layer, head);
    for (Index s = 0; s < out.shape[0]; ++s) {
      for (Index h = 0; h < H; ++h) out(s, h) = keys(s, h);
    }
    return;
  }
  if (request.name.kind == TraceKind::kValue) {
    const PackedView<const float> values = state.Values(layer, head);
    for (Index s = 0; s < out.shape[0]; ++s) {
      for (Index h = 0; h < H; ++h) out(s, h) = values(h, s);
    }
    return;
  }
  const AttentionOptions options = BlockAttention(config, request.rows.first, request.edits());
  const Head ready = BlockHead(config, state, layer, head, request.rows);
  if (request.name.kind == TraceKind::kQuery) {
    Copy(ready.inputs.queries, out);
  } else if (request.name.kind == TraceKind::kHeadOutput) {
    AttendHead(Arch{}, ready, options, state.pattern, out);
  } else {
    ScoreStage(Arch{}, ready, 0, options, StageOf(request.name.kind), out);
  }
}

/// 'attn.output' or 'feed_forward.output' of a few rows, as the block computes them.
void BlockOutput(const Request& request, Rows rows, Matrix out) {
  RunState& state = request.state();
  const Transformer& model = request.run.model();
  const Index layer = request.name.layer;
  const BlockWeights& weights = model.weights().blocks[static_cast<std::size_t>(layer)];
  const Index T = rows.count;
  const Matrix head_outputs = state.head_outputs.Rows(0, T);
  AttendRows(model, layer, rows, request.edits(), state, head_outputs);
  if (request.name.kind == TraceKind::kAttnOutput) {
    Apply(Arch{}, weights.output, head_outputs, out);
    return;
  }
  const Matrix summed = state.summed.Rows(0, T);
  const Matrix normed = state.normed.Rows(0, T);
  Apply(Arch{}, weights.output, head_outputs, state.residual[layer].Rows(rows.first, T), summed);
  NormRows(model, summed, weights.feed_forward_norm, normed);
  Apply(Arch{}, weights.feed_forward, normed, state.gated.Rows(0, T), state.raised.Rows(0, T), ConstMatrix{}, out);
}

/// The (T, C) of a name without heads.
void StreamTensor(const Request& request, Matrix out) {
  RunState& state = request.state();
  const Transformer& model = request.run.model();
  switch (request.name.kind) {
    case TraceKind::kEmbedding:
      return Copy(request.Asked(state.residual[0]), out);
    case TraceKind::kResidual:
      return Copy(request.Asked(state.residual[request.name.layer + 1]), out);
    case TraceKind::kFinalNorm:
      return NormRows(model, request.Asked(state.residual[request.config().layers]), model.weights().final_norm, out);
    default:
      break;
  }
  for (Index t = 0; t < request.rows.count; t += state.rows) {
    const Index count = std::min(state.rows, request.rows.count - t);
    BlockOutput(request, {request.rows.first + t, count}, out.Rows(t, count));
  }
}

void CheckRange(const TransformerRun& run, Index first_query, Index queries) {
  if (first_query < 0 || queries < 0 || first_query > run.length() || queries > run.length() - first_query) {
    throw Error(ErrorCode::kOption, "tokens " + std::to_string(first_query) + " to " +
                                        std::to_string(first_query + queries) + " were asked for, " +
                                        std::to_string(run.length()) + " are computed");
  }
}

}  // namespace

TraceTensor ComputeTrace(TransformerRun& run, const std::string& name, Index head, Index first_query, Index queries) {
  const Config& config = run.model().config();
  const Request request{run, ParseTraceName(name, config), {first_query, queries}};
  CheckRange(run, first_query, queries);
  std::vector<Index> shape = TraceShape(request.name, config, queries, request.S());
  if (!request.name.PerHead()) {
    if (head != -1) throw Error(ErrorCode::kOption, "'" + name + "' has no heads to choose from");
    TraceTensor result{Numbers(shape), shape};
    StreamTensor(request, {result.data.data(), {shape[0], shape[1]}});
    return result;
  }
  const Index heads = shape[0];
  if (head < -1 || head >= heads) {
    throw Error(ErrorCode::kOption,
                "'" + name + "': head is " + std::to_string(head) + ", expected 0 to " + std::to_string(heads - 1));
  }
  const Index rows = shape[1];
  const Index columns = shape[2];
  if (head >= 0) {
    shape.erase(shape.begin());
    TraceTensor result{Numbers(shape), shape};
    HeadTensor(request, head, {result.data.data(), {rows, columns}});
    return result;
  }
  TraceTensor result{Numbers(shape), shape};
  for (Index n = 0; n < heads; ++n) {
    HeadTensor(request, n, {result.data.data() + n * rows * columns, {rows, columns}});
  }
  return result;
}

}  // namespace attenscope
