// Computes the passes of the encoder over its source.
#include "recurrent/encoder.h"

#include <algorithm>
#include <cmath>

#include "kernels/lstm_cell.h"
#include "tensor/matrix.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

/// Sets a state to zeros, with which each direction of each layer begins.
void Clear(LstmState state, Index width) {
  std::fill_n(state.hidden, width, 0.0f);
  std::fill_n(state.cell, width, 0.0f);
}

void RunLstm(const RecurrentConfig& config, const RecurrentWeights& weights, const EncoderPass& pass, Rows rows,
             bool first, RecurrentState& state) {
  const bool reverse = pass.kind == EncoderPassKind::kBackward;
  const LstmLayer& layer = weights.encoder[static_cast<std::size_t>(pass.layer)];
  const LstmDirection& direction = reverse ? layer.backward : layer.forward;
  const ConstMatrix x = pass.layer == 0 ? state.embedding : state.hidden[pass.layer - 1];
  const Matrix gates = state.gates.Rows(0, rows.count).Columns(0, 4 * config.width);
  const Matrix hidden = state.hidden[pass.layer].Columns(reverse ? config.width : 0, config.width);
  if (first) Clear(state.layer, config.width);
  LstmInputs(direction, x.Rows(rows.first, rows.count), gates);
  LstmSteps(direction, reverse, gates, state.layer, hidden.Rows(rows.first, rows.count));
}

/// Writes the transpose of x (T, M) to columns [at, at + T) of `packed`.
void PackColumns(ConstMatrix x, Index at, PackedView<float> packed) {
  for (Index r = 0; r < x.shape[0]; ++r) {
    for (Index c = 0; c < x.shape[1]; ++c) packed(c, at + r) = x(r, c);
  }
}

void SelfProject(const RecurrentConfig& config, const RecurrentWeights& weights, Rows rows,
                 const AttentionChanges& changes, RecurrentState& state) {
  const Index heads = config.encoder_heads;
  const Index H = config.StateWidth() / config.encoder_heads;
  const ConstMatrix x = state.hidden[config.layers - 1].Rows(rows.first, rows.count);
  const Matrix projected = state.projected.Rows(0, rows.count).Columns(0, config.StateWidth());
  const Matrix queries = state.self_queries.Rows(rows.first, rows.count);
  Apply(Arch{}, weights.self_attention.query, x, queries);
  ApplyHeadEdits(changes.queries, heads, rows.first, 1, queries);
  Apply(Arch{}, weights.self_attention.key, x, projected);
  ApplyHeadEdits(changes.keys, heads, rows.first, 1, projected);
  for (Index head = 0; head < config.encoder_heads; ++head) {
    Pack(projected.Columns(head * H, H), state.SelfKeys(head), rows.first);
  }
  Apply(Arch{}, weights.self_attention.value, x, projected);
  ApplyHeadEdits(changes.values, heads, rows.first, 1, projected);
  for (Index head = 0; head < config.encoder_heads; ++head) {
    PackColumns(projected.Columns(head * H, H), rows.first, state.SelfValues(head));
  }
}

void ComputeKeys(const RecurrentConfig& config, const RecurrentWeights& weights, Rows rows,
                 const AttentionChanges& changes, RecurrentState& state) {
  const ConstMatrix states = state.states.Rows(rows.first, rows.count);
  const Matrix keys = state.projected.Rows(0, rows.count).Columns(0, config.attention_width);
  Apply(Arch{}, config.Pools() ? weights.pooling.projection : weights.attention.key, states, keys);
  if (config.Pools()) {
    for (Index r = 0; r < rows.count; ++r) Tanh(Arch{}, &keys(r, 0), config.attention_width);
  }
  ApplyHeadEdits(changes.keys, 1, rows.first, 1, keys);
  Pack(keys, state.keys, rows.first);
  if (changes.values.empty()) return PackColumns(states, rows.first, state.values);
  // The edits change a copy, because other parts of the model read the states, too.
  const Matrix values = state.projected.Rows(0, rows.count).Columns(0, config.StateWidth());
  Copy(states, values);
  ApplyHeadEdits(changes.values, 1, rows.first, 1, values);
  PackColumns(values, rows.first, state.values);
}

}  // namespace

std::vector<EncoderPass> EncoderPasses(const RecurrentConfig& config) {
  std::vector<EncoderPass> passes{{EncoderPassKind::kEmbed}};
  for (Index layer = 0; layer < config.layers; ++layer) {
    passes.push_back({EncoderPassKind::kForward, layer});
    if (config.bidirectional) passes.push_back({EncoderPassKind::kBackward, layer});
  }
  if (config.encoder_heads > 0) {
    passes.push_back({EncoderPassKind::kSelfProject});
    passes.push_back({EncoderPassKind::kSelfAttend});
  }
  passes.push_back({EncoderPassKind::kKeys});
  return passes;
}

std::uint64_t PassWork(const RecurrentConfig& config, const EncoderPass& pass, Index S) {
  const auto states = static_cast<std::uint64_t>(S);
  const auto N = static_cast<std::uint64_t>(config.encoder_heads);
  const auto E = static_cast<std::uint64_t>(config.embedding_width);
  const auto D = static_cast<std::uint64_t>(config.width);
  const auto M = static_cast<std::uint64_t>(config.StateWidth());
  switch (pass.kind) {
    case EncoderPassKind::kEmbed:
      return kRowWork + E;
    case EncoderPassKind::kForward:
    case EncoderPassKind::kBackward:
      return kRowWork + 4 * D * ((pass.layer == 0 ? E : M) + D);
    case EncoderPassKind::kSelfProject:
      return kRowWork + 3 * M * M;
    case EncoderPassKind::kSelfAttend:
      return kRowWork + M * (2 * states + M) + kFunctionWork * N * states;
    case EncoderPassKind::kKeys:
      return kRowWork + M * static_cast<std::uint64_t>(config.attention_width);
  }
  return 0;
}

void Encode(const RecurrentConfig& config, const RecurrentWeights& weights, const EncoderPass& pass,
            std::span<const std::int32_t> source, Rows rows, const RecurrentChanges& changes, RecurrentState& state) {
  const Index S = static_cast<Index>(source.size());
  switch (pass.kind) {
    case EncoderPassKind::kEmbed:
      for (Index s = rows.first; s < rows.first + rows.count; ++s) {
        weights.embedding.GetRow(source[static_cast<std::size_t>(s)], &state.embedding(s, 0));
      }
      return ApplyEdits(changes.embedding, 0, rows.first, 1, state.embedding.Rows(rows.first, rows.count));
    case EncoderPassKind::kForward:
    case EncoderPassKind::kBackward: {
      const bool reverse = pass.kind == EncoderPassKind::kBackward;
      const Index first = reverse ? S - rows.first - rows.count : rows.first;
      return RunLstm(config, weights, pass, {first, rows.count}, rows.first == 0, state);
    }
    case EncoderPassKind::kSelfProject:
      return SelfProject(config, weights, rows, changes.self, state);
    case EncoderPassKind::kSelfAttend: {
      const Matrix head_outputs = state.projected.Rows(0, rows.count).Columns(0, config.StateWidth());
      const ConstMatrix hidden = state.hidden[config.layers - 1].Rows(rows.first, rows.count);
      const Matrix states = state.states.Rows(rows.first, rows.count);
      SelfAttendRows(config, rows, S, changes, state, head_outputs);
      if (changes.self.output.empty()) {
        return Apply(Arch{}, weights.self_attention.output, head_outputs, hidden, states);
      }
      AttentionOutput(weights.self_attention.output, nullptr, head_outputs, SelfAttention(config, changes, rows),
                      states);
      return Add(hidden, states);
    }
    case EncoderPassKind::kKeys:
      return ComputeKeys(config, weights, rows, changes.attention, state);
  }
}

Head SelfHead(const RecurrentConfig& config, const RecurrentState& state, Index head, Rows rows, Index S) {
  const Index H = config.StateWidth() / config.encoder_heads;
  Head ready;
  ready.inputs.queries = state.self_queries.Rows(rows.first, rows.count).Columns(head * H, H);
  ready.inputs.keys = state.SelfKeys(head).FirstRows(S);
  ready.values = state.SelfValues(head);
  ready.index = head;
  return ready;
}

AttentionContext SelfAttention(const RecurrentConfig& config, const RecurrentChanges& changes, Rows rows) {
  AttentionOptions options;
  const Index head_width = config.StateWidth() / config.encoder_heads;
  options.scale = 1.0f / std::sqrt(static_cast<float>(head_width));
  return {options, &changes.self, {rows.first}};
}

void SelfAttendRows(const RecurrentConfig& config, Rows rows, Index S, const RecurrentChanges& changes,
                    RecurrentState& state, Matrix head_outputs) {
  const Index H = config.StateWidth() / config.encoder_heads;
  const AttentionContext attention = SelfAttention(config, changes, rows);
  for (Index head = 0; head < config.encoder_heads; ++head) {
    Attend(SelfHead(config, state, head, rows, S), attention, state.pattern, head_outputs.Columns(head * H, H));
  }
}

Head PoolingHead(const RecurrentWeights& weights, const RecurrentState& state, Index S) {
  Head ready;
  ready.inputs.queries = {weights.pooling.query.data(), {1, weights.pooling.query.size()}};
  ready.inputs.keys = state.keys.FirstRows(S);
  ready.values = state.values;
  return ready;
}

void Pool(const RecurrentWeights& weights, Index S, const AttentionChanges& changes, RecurrentState& state) {
  // The scores are not scaled.
  Attend(PoolingHead(weights, state, S), {.changes = &changes}, state.pattern, state.context);
  ApplyEdits(changes.output, 0, 0, 1, state.context);
}

void Bridge(const RecurrentConfig& config, const RecurrentWeights& weights, Index S, RecurrentState& state) {
  const Index D = config.width, G = config.decoder_width;
  const Matrix last = state.hidden[config.layers - 1];
  const Matrix f = state.projected.Rows(0, 1).Columns(0, config.StateWidth());
  Copy(last.Rows(S - 1, 1).Columns(0, D), f.Columns(0, D));
  if (config.bidirectional) Copy(last.Rows(0, 1).Columns(D, D), f.Columns(D, D));
  Apply(Arch{}, weights.bridge_hidden, f, Matrix(state.decoder.hidden, {1, G}));
  Apply(Arch{}, weights.bridge_cell, f, Matrix(state.decoder.cell, {1, G}));
  Tanh(Arch{}, state.decoder.hidden, G);
  Tanh(Arch{}, state.decoder.cell, G);
}

}  // namespace attenscope
