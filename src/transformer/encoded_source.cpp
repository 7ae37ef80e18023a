// Computes the blocks of the encoder, and then the keys and values of its last states for each decoder layer.
#include "transformer/encoded_source.h"

#include "tensor/error.h"
#include "transformer/logits.h"

namespace attenscope {

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

void EncodedSource::Remember(Index layer, Rows rows, const ModelChanges& changes) {
  const StackContext context = encoder_run(changes).Context(rows);
  const Matrix states = context.scratch.normed;
  FinalNorm(context, state_.residual[context.stack.sizes.layers].Rows(rows.first, rows.count), states);
  const AttentionWeights& cross = model_->stack().weights.blocks[static_cast<std::size_t>(layer)].cross;
  // The keys and values have memory of their own, because the heads of the decoder may have other sizes than those of
  // the encoder.
  const Matrix keys = memory_.keys.Rows(0, rows.count);
  const Matrix values = memory_.values.Rows(0, rows.count);
  Apply(simd::DefaultArch{}, cross.key, states, keys);
  Apply(simd::DefaultArch{}, cross.value, states, values);
  if (const BlockChanges* block = changes.stack.OfBlock(layer)) {
    const Index heads = model_->config().key_value_heads;
    ApplyHeadEdits(block->cross.keys, heads, rows.first, 1, keys);
    ApplyHeadEdits(block->cross.values, heads, rows.first, 1, values);
  }
  memory_.cache.Remember(layer, rows.first, keys, values);
}

std::uint64_t EncodedSource::Advance(const ModelChanges& changes) {
  const Schedule::Unit unit = schedule_.Next();
  std::uint64_t work;
  if (unit.work == Schedule::Work::kTail) {
    Remember(unit.layer, unit.rows, changes);
    work = static_cast<std::uint64_t>(unit.rows.count) * RememberWork(model_->config());
  } else {
    work = RunUnit(encoder_run(changes), unit);
  }
  schedule_.Done(unit);
  return work;
}

}  // namespace attenscope
