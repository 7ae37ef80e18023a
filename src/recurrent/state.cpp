// Lays out the one allocation of a recurrent run.
#include "recurrent/state.h"

#include <algorithm>
#include <string>

namespace attenscope {

namespace {

constexpr Index kPanel = kPanelRows<simd::DefaultArch>;

PackedView<float> TakePacked(Arena& arena, Index rows, Index columns) {
  return MakePacked(arena.Take<float>(PackedSize(rows, columns, kPanel)), rows, columns, kPanel);
}

LstmState TakeState(Arena& arena, Index width) {
  const auto floats = static_cast<std::uint64_t>(width);
  return {arena.Take<float>(floats), arena.Take<float>(floats)};
}

}  // namespace

RecurrentState::RecurrentState(const RecurrentConfig& config, Index source_, Index target_, Index rows_)
    : source(source_), target(target_), rows(rows_) {
  Arena counting;
  Layout(config, counting);
  bytes_ = counting.used();
  memory_ = AllocateZeroed(bytes_, "a run of " + std::to_string(source + target) + " tokens");
  Arena arena(memory_.get());
  Layout(config, arena);
  if (config.encoder_heads == 0) states = hidden[config.layers - 1];
}

void RecurrentState::Layout(const RecurrentConfig& config, Arena& arena) {
  const Index S = source, T = target, R = rows;
  const Index E = config.embedding_width, A = config.attention_width, G = config.decoder_width;
  const Index M = config.StateWidth();

  embedding = arena.Tensor<2>({S, E});
  hidden = arena.Tensor<3>({config.layers, S, M});
  if (config.encoder_heads > 0) {
    states = arena.Tensor<2>({S, M});
    self_queries = arena.Tensor<2>({S, M});
    head_width_ = M / config.encoder_heads;
    const auto heads = static_cast<std::uint64_t>(config.encoder_heads);
    self_keys_ = arena.Take<float>(heads * PackedSize(S, head_width_, kPanel));
    self_values_ = arena.Take<float>(heads * PackedSize(head_width_, S, kPanel));
  }
  keys = TakePacked(arena, S, A);
  values = TakePacked(arena, M, S);
  if (config.Pools()) context = arena.Tensor<2>({1, M});

  if (config.Decodes()) {
    if (!config.Pools()) queries = arena.Tensor<2>({T, A});
    inputs = arena.Tensor<2>({T, E + M});
    outputs = arena.Tensor<2>({T, G + M});
    decoder = TakeState(arena, G);
  }

  gates = arena.Tensor<2>({R, 4 * std::max(config.width, G)});
  layer = TakeState(arena, config.width);
  projected = arena.Tensor<2>({R, std::max(M, A)});
  pattern = arena.Take<float>(static_cast<std::uint64_t>(kQueryTile * S));
}

PackedView<float> RecurrentState::SelfKeys(Index head) const {
  const std::uint64_t floats = PackedSize(source, head_width_, kPanel);
  return MakePacked(self_keys_ + static_cast<std::uint64_t>(head) * floats, source, head_width_, kPanel);
}

PackedView<float> RecurrentState::SelfValues(Index head) const {
  const std::uint64_t floats = PackedSize(head_width_, source, kPanel);
  return MakePacked(self_values_ + static_cast<std::uint64_t>(head) * floats, head_width_, source, kPanel);
}

}  // namespace attenscope
