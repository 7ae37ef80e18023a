// Computes a step of the decoder: attends to the source, then updates the state.
#include "recurrent/decoder.h"

#include "recurrent/encoder.h"
#include "tensor/matrix.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

}  // namespace

DecoderRow TargetRow(const RecurrentState& state, Index t) {
  return {state.queries.data ? state.queries.Rows(t, 1) : Matrix{}, state.inputs.Rows(t, 1), state.outputs.Rows(t, 1),
          state.decoder};
}

Head CrossHead(const RecurrentWeights& weights, const RecurrentState& state, ConstMatrix queries, Index S) {
  Head ready;
  ready.inputs.queries = queries;
  ready.inputs.keys = state.keys.FirstRows(S);
  ready.inputs.hidden = weights.attention.score.data();
  ready.values = state.values;
  return ready;
}

void Decode(const RecurrentConfig& config, const RecurrentWeights& weights, std::int32_t id, Index t, Index S,
            const RecurrentChanges& changes, const RecurrentState& state, DecoderRow row) {
  const Index E = config.embedding_width, G = config.decoder_width, M = config.StateWidth();
  // 1. Compute the context from the state before this token.
  const Matrix context = row.input.Columns(E, M);
  if (config.Pools()) {
    Copy(state.context, context);
  } else {
    Apply(Arch{}, weights.attention.query, ConstMatrix(row.state.hidden, {1, G}), row.query);
    ApplyEdits(changes.attention.queries, 0, t, 1, row.query);
    // The query sees every state of the source. The scores are not scaled.
    Attend(CrossHead(weights, state, row.query, S), {.changes = &changes.attention, .positions = {t}}, state.pattern,
           context);
  }
  // 2. Update the state.
  weights.decoder_embedding.GetRow(id, row.input.data);
  ApplyEdits(changes.target_embedding, 0, t, 1, row.input.Columns(0, E));
  const Matrix gates = state.gates.Rows(0, 1).Columns(0, 4 * G);
  LstmInputs(weights.decoder, row.input, gates);
  LstmSteps(weights.decoder, false, gates, row.state, row.output.Columns(0, G));
  Copy(context, row.output.Columns(G, M));
}

std::uint64_t DecodeWork(const RecurrentConfig& config, Index S) {
  const auto E = static_cast<std::uint64_t>(config.embedding_width);
  const auto A = static_cast<std::uint64_t>(config.attention_width);
  const auto G = static_cast<std::uint64_t>(config.decoder_width);
  const auto M = static_cast<std::uint64_t>(config.StateWidth());
  const std::uint64_t attention = config.Pools() ? 0 : G * A + static_cast<std::uint64_t>(S) * (kFunctionWork * A + M);
  return kRowWork + attention + 4 * G * (E + M + G);
}

std::uint64_t LogitsWork(const RecurrentConfig& config) {
  return static_cast<std::uint64_t>(config.vocabulary) *
         static_cast<std::uint64_t>(config.decoder_width + config.StateWidth());
}

void DecoderLogits(const RecurrentWeights& weights, ConstMatrix outputs, Matrix logits) {
  Apply(Arch{}, weights.output, outputs, logits);
}

}  // namespace attenscope
