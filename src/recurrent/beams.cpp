// Computes one token of every beam, each from a copy of the state of its parent.
#include "recurrent/beams.h"

#include <algorithm>

#include "recurrent/decoder.h"

namespace attenscope {

namespace {

std::size_t Size(Index rows, Index columns) {
  return static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
}

/// Sets the source and allocates a state of its size. The state has no memory for a target, because beams have memory
/// of their own.
RecurrentState MakeState(const RecurrentConfig& config, std::span<const std::int32_t> ids, RecurrentSource& source) {
  source.Set(ids, config.context);
  return RecurrentState(config, source.size(), 0, std::min(source.size(), kRecurrentRows));
}

}  // namespace

RecurrentBeams::RecurrentBeams(std::shared_ptr<const Recurrent> model, std::span<const std::int32_t> source,
                               const std::vector<Edit>& edits)
    : model_(std::move(model)),
      source_(*model_),
      state_(MakeState(model_->config(), source, source_)),
      changes_(PlaceRecurrentEdits(edits, model_->config())),
      query_(Size(1, model_->config().attention_width)),
      input_(Size(1, model_->config().embedding_width + model_->config().StateWidth())) {}

void RecurrentBeams::Advance(std::span<const Index> parents, std::span<const std::int32_t> tokens) {
  const RecurrentConfig& config = model_->config();
  parents_.assign(parents.begin(), parents.end());
  tokens_.assign(tokens.begin(), tokens.end());
  ++position_;
  row_ = 0;
  std::swap(states_, before_);
  states_.resize(Size(beams(), 2 * config.decoder_width));
  outputs_.resize(Size(beams(), config.decoder_width + config.StateWidth()));
  logits_.resize(Size(beams(), config.vocabulary));
}

/// Gives each beam the state of its parent, or for the first token the initial state, which is computed from the
/// source.
void RecurrentBeams::TakeStates() {
  const Index G = model_->config().decoder_width;
  for (Index beam = 0; beam < beams(); ++beam) {
    float* to = states_.data() + beam * 2 * G;
    if (parents_.empty()) {
      std::copy_n(state_.decoder.hidden, G, to);
      std::copy_n(state_.decoder.cell, G, to + G);
    } else {
      std::copy_n(before_.data() + parents_[static_cast<std::size_t>(beam)] * 2 * G, 2 * G, to);
    }
  }
}

bool RecurrentBeams::Step() {
  const RecurrentConfig& config = model_->config();
  const RecurrentWeights& weights = model_->weights();
  const Index A = config.attention_width, G = config.decoder_width, M = config.StateWidth();
  const Index in = config.embedding_width + M;
  std::uint64_t work = 0;
  while (!source_.done()) {
    if (work >= kRecurrentStepWork) return true;
    work += source_.Advance(changes_, state_);
  }
  if (row_ == 0) TakeStates();
  const Matrix outputs(outputs_.data(), {beams(), G + M});
  while (row_ < beams()) {
    if (work >= kRecurrentStepWork) return true;
    float* state = states_.data() + row_ * 2 * G;
    Decode(config, weights, tokens_[static_cast<std::size_t>(row_)], position_, source_.size(), changes_, state_,
           {Matrix(query_.data(), {1, A}), Matrix(input_.data(), {1, in}), outputs.Rows(row_, 1), {state, state + G}});
    work += DecodeWork(config, source_.size());
    ++row_;
    // The logits of several beams are computed together, so that each weight is read once.
    const Index group = row_ % kQueryTile == 0 ? kQueryTile : row_ == beams() ? row_ % kQueryTile : 0;
    if (group == 0) continue;
    DecoderLogits(weights, outputs.Rows(row_ - group, group), logits().Rows(row_ - group, group));
    work += static_cast<std::uint64_t>(group) * LogitsWork(config);
  }
  return false;
}

Matrix RecurrentBeams::logits() { return {logits_.data(), {beams(), model_->config().vocabulary}}; }

}  // namespace attenscope
