// Each kind of a recurrent model's traced tensors, from its states, queries and packed keys and values.
#include "recurrent/compute_trace.h"

#include <algorithm>

#include "insight/picture.h"
#include "recurrent/decoder.h"
#include "tensor/matrix.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

/// One computation: the run, the name and the queries asked for.
struct Request {
  RecurrentRun& run;
  RecurrentName name;
  Rows rows;

  const RecurrentConfig& config() const { return run.config(); }
  RecurrentState& state() const { return run.state(); }
  Index S() const { return run.sources(); }
  /// The rows asked for, of a tensor over all tokens.
  ConstMatrix Asked(Matrix all) const { return all.Rows(rows.first, rows.count); }
};

Head ReadyHead(const Request& request, Index head) {
  const RecurrentState& state = request.state();
  const RecurrentWeights& weights = request.run.weights();
  switch (request.name.place) {
    case RecurrentPlace::kSelf:
      return SelfHead(request.config(), state, head, request.rows, request.S());
    case RecurrentPlace::kPooling:
      return PoolingHead(weights, state, request.S());
    default:
      return CrossHead(weights, state, request.Asked(state.queries), request.S());
  }
}

AttentionOptions OptionsOf(const Request& request) {
  return request.name.place == RecurrentPlace::kSelf ? SelfAttention(request.config()) : AttentionOptions{};
}

const AttentionChanges& ChangesOf(const Request& request) {
  const RecurrentChanges& changes = request.run.changes();
  return request.name.place == RecurrentPlace::kSelf ? changes.self : changes.attention;
}

/// One head's (T, S), (S, H) or (T, H).
void HeadTensor(const Request& request, Index head, Matrix out) {
  const Head ready = ReadyHead(request, head);
  const AttentionChanges& changes = ChangesOf(request);
  // A learned query stands at no place of the text.
  const QueryPlaces places{request.name.place == RecurrentPlace::kPooling ? 0 : request.rows.first};
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
    case TraceKind::kAttnOutput:  // a learned query's only head is the whole output
      Attend(ready, OptionsOf(request), &changes, places, request.state().pattern, out);
      if (request.name.kind == TraceKind::kAttnOutput) ApplyEdits(changes.output, 0, 0, 1, out);
      return;
    default:
      return ScoresAt(StageOf(request.name.kind), ready, OptionsOf(request), &changes, places, out);
  }
}

/// What the self-attention adds to the states (S, M), a few rows at a time as in the run.
void SelfOutput(const Request& request, Matrix out) {
  RecurrentState& state = request.state();
  for (Index t = 0; t < request.rows.count; t += state.rows) {
    const Index count = std::min(state.rows, request.rows.count - t);
    const Matrix head_outputs = state.projected.Rows(0, count).Columns(0, request.config().StateWidth());
    SelfAttendRows(request.config(), {request.rows.first + t, count}, request.S(), request.run.changes().self, state,
                   head_outputs);
    AttentionOutput(request.run.weights().self_attention.output, nullptr, head_outputs, {request.rows.first + t},
                    &request.run.changes().self, out.Rows(t, count));
  }
}

/// The (T, width) of a name without heads.
void RowsTensor(const Request& request, Matrix out) {
  const RecurrentState& state = request.state();
  const RecurrentConfig& config = request.config();
  if (request.name.kind == TraceKind::kAttnOutput) {
    return request.name.place == RecurrentPlace::kSelf ? SelfOutput(request, out) : HeadTensor(request, 0, out);
  }
  const bool embedding = request.name.kind == TraceKind::kEmbedding;
  if (request.name.place == RecurrentPlace::kEncoder) {
    return Copy(request.Asked(embedding ? state.embedding : state.hidden[request.name.layer]), out);
  }
  return Copy(request.Asked(embedding ? state.inputs.Columns(0, config.embedding_width)
                                      : state.outputs.Columns(0, config.decoder_width)),
              out);
}

void CheckRange(const Request& request) {
  const bool target = request.config().Decodes() && request.name.place != RecurrentPlace::kEncoder &&
                      request.name.place != RecurrentPlace::kSelf;
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
