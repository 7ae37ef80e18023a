// Computes each kind of traced tensor from the states, queries, keys and values that the run has kept.
#include "recurrent/compute_trace.h"

#include <algorithm>

#include "insight/picture.h"
#include "recurrent/decoder.h"
#include "tensor/matrix.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

/// A request for a traced tensor: its name and its queries.
struct Request {
  RecurrentRun& run;
  RecurrentName name;
  Rows rows;

  const RecurrentConfig& config() const { return run.config(); }
  RecurrentState& state() const { return run.state(); }
  Index S() const { return run.sources(); }
  /// Returns the requested rows of a tensor over all tokens.
  ConstMatrix RowsOf(Matrix all) const { return all.Rows(rows.first, rows.count); }
};

Head MakeHead(const Request& request, Index head) {
  const RecurrentState& state = request.state();
  const RecurrentWeights& weights = request.run.weights();
  switch (request.name.part) {
    case RecurrentPart::kSelf:
      return SelfHead(request.config(), state, head, request.rows, request.S());
    case RecurrentPart::kPooling:
      return PoolingHead(weights, state, request.S());
    default:
      return CrossHead(weights, state, request.RowsOf(state.queries), request.S());
  }
}

/// Returns the edits and the positions of the queries of an attention.
AttentionContext AttentionOf(const Request& request) {
  const RecurrentChanges& changes = request.run.changes();
  switch (request.name.part) {
    case RecurrentPart::kSelf:
      return SelfAttention(request.config(), changes, request.rows);
    case RecurrentPart::kPooling:
      // A learned query is not a token and has no position.
      return {.changes = &changes.attention};
    default:
      return {.changes = &changes.attention, .positions = {request.rows.first}};
  }
}

/// Computes the tensor of one head: (T, S), (S, H) or (T, H).
void HeadTensor(const Request& request, Index head, Matrix out) {
  const Head ready = MakeHead(request, head);
  const AttentionContext attention = AttentionOf(request);
  switch (request.name.kind) {
    case TraceKind::kQuery:
      return Copy(ready.inputs.queries, out);
    case TraceKind::kKey:
      for (Index s = 0; s < out.shape[0]; ++s) UnpackRow(ready.inputs.keys, s, &out(s, 0));
      return;
    case TraceKind::kValue:
      for (Index s = 0; s < out.shape[0]; ++s) {
        for (Index h = 0; h < out.shape[1]; ++h) out(s, h) = ready.values(h, s);
      }
      return;
    case TraceKind::kHeadOutput:
    case TraceKind::kAttnOutput:  // a pooling has one head, whose output is the output of the attention
      Attend(ready, attention, request.state().pattern, out);
      if (request.name.kind == TraceKind::kAttnOutput) ApplyEdits(attention.changes->output, 0, 0, 1, out);
      return;
    default:
      return ScoresAt(StageOf(request.name.kind), ready, attention, out);
  }
}

/// Computes the vectors (S, M) that the self-attention adds to the states, a few rows at a time, as the run does.
void SelfOutput(const Request& request, Matrix out) {
  RecurrentState& state = request.state();
  for (Index t = 0; t < request.rows.count; t += state.rows) {
    const Index count = std::min(state.rows, request.rows.count - t);
    const Matrix head_outputs = state.projected.Rows(0, count).Columns(0, request.config().StateWidth());
    const Rows rows{request.rows.first + t, count};
    const RecurrentChanges& changes = request.run.changes();
    SelfAttendRows(request.config(), rows, request.S(), changes, state, head_outputs);
    AttentionOutput(request.run.weights().self_attention.output, nullptr, head_outputs,
                    SelfAttention(request.config(), changes, rows), out.Rows(t, count));
  }
}

/// Computes a tensor (T, width) without heads.
void RowsTensor(const Request& request, Matrix out) {
  const RecurrentState& state = request.state();
  const RecurrentConfig& config = request.config();
  if (request.name.kind == TraceKind::kAttnOutput) {
    return request.name.part == RecurrentPart::kSelf ? SelfOutput(request, out) : HeadTensor(request, 0, out);
  }
  const bool embedding = request.name.kind == TraceKind::kEmbedding;
  if (request.name.part == RecurrentPart::kEncoder) {
    return Copy(request.RowsOf(embedding ? state.embedding : state.hidden[request.name.layer]), out);
  }
  return Copy(request.RowsOf(embedding ? state.inputs.Columns(0, config.embedding_width)
                                       : state.outputs.Columns(0, config.decoder_width)),
              out);
}

void CheckRange(const Request& request) {
  const bool target = request.config().Decodes() && request.name.part != RecurrentPart::kEncoder &&
                      request.name.part != RecurrentPart::kSelf;
  const Index computed = target ? request.run.targets() : request.run.sources();
  CheckTokens("a trace", request.rows.first, request.rows.count, computed);
}

}  // namespace

TraceTensor ComputeRecurrentTrace(RecurrentRun& run, const std::string& name, Index head, Index first_query,
                                  Index queries) {
  const Request request{run, ParseRecurrentName(name, run.config()), {first_query, queries}};
  CheckRange(request);
  if (request.name.kind == TraceKind::kPicture) {
    RecurrentName pattern = request.name;
    pattern.kind = TraceKind::kPattern;
    const std::vector<Index> shape = RecurrentTraceShape(pattern, run.config(), queries, request.S());
    return ComputePicture(run, name, {shape[0], shape[1], shape[2]}, head, first_query, queries);
  }
  const std::vector<Index> shape = RecurrentTraceShape(request.name, run.config(), queries, request.S());
  return MakeTrace(name, shape, head, request.name.PerHead(), [&](Index n, Matrix out) {
    request.name.PerHead() ? HeadTensor(request, n, out) : RowsTensor(request, out);
  });
}

}  // namespace attenscope
