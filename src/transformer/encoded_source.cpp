// The encoder's blocks, then the keys and values that each decoder layer has of its last states.
#include "transformer/encoded_source.h"

#include "tensor/error.h"

namespace attenscope {

std::uint64_t RunUnit(const Stack& stack, const Schedule::Unit& unit, const TokenList& tokens, Index length,
                      const StackChanges* changes, StackState& state) {
  const auto count = static_cast<std::uint64_t>(unit.rows.count);
  switch (unit.work) {
    case Schedule::Work::kEmbed:
      Embed(stack, tokens.Range(unit.rows.first, unit.rows.count), unit.rows, changes, state);
      return 0;
    case Schedule::Work::kProject:
      ProjectRows(stack, unit.layer, unit.rows, changes, state);
      return count * ProjectWork(stack.config, stack.sizes);
    default:
      MixRows(stack, unit.layer, unit.rows, length, changes, state);
      return count * MixWork(stack.config, stack.sizes, stack.sizes.causal ? unit.rows.first + unit.rows.count : length,
                             state.source ? state.source->length : 0);
  }
}

Index CheckedCapacity(const Config& config, Index capacity) {
  if (capacity < 1 || capacity > config.context) {
    throw Error(ErrorCode::kTooLong, "a run of " + std::to_string(capacity) +
                                         " tokens was asked for, the model takes 1 to " +
                                         std::to_string(config.context));
  }
  return capacity;
}

EncodedSource::EncodedSource(const Transformer& model, Index capacity)
    : model_(&model),
      rows_(RowsAtOnce(model.config(), model.config().encoder, CheckedCapacity(model.config(), capacity), 0)),
      memory_(model.config(), capacity, rows_),
      state_(model.config(), model.config().encoder, capacity, rows_, nullptr),
      schedule_(model.config(), model.config().encoder, model.config().layers, RememberWork(model.config()), rows_) {
  state_.distance_table.Fill(model.config(), model.config().encoder, model.weights().encoder);
}

void EncodedSource::SetText(const Tokens& source) {
  const Config& config = model_->config();
  const Index S = static_cast<Index>(source.ids.size());
  if (length() > 0) throw Error(ErrorCode::kOption, "a run takes one source");
  if (S == 0) throw Error(ErrorCode::kOption, "the source has no tokens");
  if (S > memory_.capacity) {
    throw Error(ErrorCode::kTooLong, "a source of " + std::to_string(S) + " tokens does not fit a run of " +
                                         std::to_string(memory_.capacity));
  }
  tokens_.Check(config, config.encoder_vocabulary > 0 ? config.encoder_vocabulary : config.vocabulary, source);
  tokens_.Append(source);
  state_.visible = tokens_.visible();
  memory_.visible = tokens_.visible();
  schedule_.Append(S);
  memory_.length = S;
}

std::uint64_t EncodedSource::Advance(const ModelChanges& changes) {
  const Config& config = model_->config();
  const Schedule::Unit unit = schedule_.Next();
  std::uint64_t work;
  if (unit.work == Schedule::Work::kTail) {
    RememberSource(*model_, unit.layer, unit.rows, &changes.encoder, &changes.stack, state_, memory_);
    work = static_cast<std::uint64_t>(unit.rows.count) * RememberWork(config);
  } else {
    work = RunUnit(model_->encoder(), unit, tokens_, length(), &changes.encoder, state_);
  }
  schedule_.Done(unit);
  return work;
}

}  // namespace attenscope
