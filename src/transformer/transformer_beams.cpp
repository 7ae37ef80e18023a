// Computes one token of every beam together, through the blocks of the decoder.
#include "transformer/transformer_beams.h"

#include <algorithm>

#include "transformer/embed.h"
#include "transformer/logits.h"
#include "transformer/place_edits.h"

namespace attenscope {

namespace {

/// The first size of a slot, in tokens: longer than most sentences, and quick to allocate.
constexpr Index kFirstRoom = 64;

/// Returns the number of beams after a check of the options.
Index CheckedBeams(const BeamOptions& options, Index vocabulary) {
  Validate(options, vocabulary);
  return options.beams;
}

/// Returns the row of a table (1, columns) repeated as `count` rows.
ConstMatrix Repeated(ConstMatrix row, Index count) { return {row.data, {count, row.shape[1]}, {0, 1}}; }

}  // namespace

TransformerBeams::TransformerBeams(std::shared_ptr<const Transformer> model, const Tokens& source,
                                   const BeamOptions& options, const std::vector<Edit>& edits)
    : model_(std::move(model)),
      beams_(CheckedBeams(options, model_->config().vocabulary)),
      source_(*model_, static_cast<Index>(source.ids.size())),
      changes_(PlaceEdits(edits, model_->config(), options.max_length, static_cast<Index>(source.ids.size()))) {
  const Config& config = model_->config();
  // The search chooses the last token, but the model does not read it.
  CheckedCapacity(config, options.max_length - 1);
  source_.SetText(source);
  const auto layout = [&](Arena& arena) {
    const Index queries = config.heads * config.head_width;
    const Index pairs = config.RotaryWidth(config) / 2;
    scratch_.Layout(config, config, beams_, std::max(options.max_length, source_.length()), arena);
    for (Matrix& stream : streams_) stream = arena.Tensor<2>({beams_, config.width});
    queries_ = arena.Tensor<2>({beams_, queries});
    cross_queries_ = arena.Tensor<2>({beams_, queries});
    cosines_ = arena.Tensor<2>({1, pairs});
    sines_ = arena.Tensor<2>({1, pairs});
    distance_table_.Layout(config, config, options.max_length, arena);
    logits_ = arena.Tensor<2>({beams_, config.vocabulary});
  };
  memory_ = AllocateLaidOut("a search with " + std::to_string(beams_) + " beams", layout);
  distance_table_.Fill(config, config, model_->weights().stack);
}

void TransformerBeams::MakeRoom(Index capacity) {
  if (capacity <= capacity_) return;
  const Index room = std::max({capacity, 2 * capacity_, kFirstRoom});
  std::vector<Slot> slots(static_cast<std::size_t>(beams_));
  for (std::size_t i = 0; i < slots.size(); ++i) {
    slots[i].memory = AllocateLaidOut("the keys and values of a beam",
                                      [&](Arena& arena) { slots[i].cache.Layout(model_->config(), room, arena); });
    if (!slots_.empty()) slots[i].cache.Copy(slots_[i].cache, position_);
  }
  slots_ = std::move(slots);
  capacity_ = room;
}

/// Gives each row a slot with the keys and values of its parent. The first child of a parent keeps the parent's slot;
/// the others copy it into slots that no row uses.
void TransformerBeams::Inherit(std::span<const Index> parents) {
  std::vector<bool> taken(slots_.size());
  std::vector<Index> slot_of(parents.size(), -1);
  for (std::size_t row = 0; row < parents.size(); ++row) {
    const Index slot = slot_of_[static_cast<std::size_t>(parents[row])];
    if (taken[static_cast<std::size_t>(slot)]) continue;
    taken[static_cast<std::size_t>(slot)] = true;
    slot_of[row] = slot;
  }
  for (std::size_t row = 0; row < parents.size(); ++row) {
    if (slot_of[row] >= 0) continue;
    const Index free = std::find(taken.begin(), taken.end(), false) - taken.begin();
    const Index from = slot_of_[static_cast<std::size_t>(parents[row])];
    slots_[static_cast<std::size_t>(free)].cache.Copy(slots_[static_cast<std::size_t>(from)].cache, position_);
    taken[static_cast<std::size_t>(free)] = true;
    slot_of[row] = free;
  }
  slot_of_ = std::move(slot_of);
}

void TransformerBeams::Advance(std::span<const Index> parents, std::span<const std::int32_t> tokens) {
  ++position_;
  MakeRoom(position_ + 1);
  if (position_ == 0) {
    for (std::size_t row = 0; row < tokens.size(); ++row) slot_of_.push_back(static_cast<Index>(row));
  } else {
    Inherit(parents);
  }
  tokens_.assign(tokens.begin(), tokens.end());
  layer_ = -1;
}

StackContext TransformerBeams::Context() const {
  return {model_->stack(), {position_, 0}, changes_.stack, scratch_.First(static_cast<Index>(tokens_.size()))};
}

void TransformerBeams::Embed() {
  const Index rows = static_cast<Index>(tokens_.size());
  EmbedTokens(Context(), tokens_, streams_[0].Rows(0, rows));
  ComputeAngles(model_->stack(), position_, cosines_, sines_);
}

void TransformerBeams::RunBlock(Index layer) {
  const BlockContext block(Context(), layer);
  const Index rows = static_cast<Index>(tokens_.size());
  const Matrix x = streams_[layer % 2].Rows(0, rows);
  const Matrix queries = queries_.Rows(0, rows);
  Angles angles{Repeated(cosines_, rows), Repeated(sines_, rows)};
  if (block.block_changes && block.block_changes->attn.rotation) {
    const RotationTable& rotation = *block.block_changes->attn.rotation;
    angles = {Repeated(rotation.cosines().Rows(position_, 1), rows),
              Repeated(rotation.sines().Rows(position_, 1), rows)};
  }
  ProjectSelf(block, x, angles, queries);
  for (Index row = 0; row < rows; ++row) {
    const KeyValues& cache = slots_[static_cast<std::size_t>(slot_of_[static_cast<std::size_t>(row)])].cache;
    cache.Remember(layer, position_, block.scratch.keys.Rows(row, 1), block.scratch.values.Rows(row, 1));
    AttendHeads(block.stack.sizes,
                {.queries = queries.Rows(row, 1),
                 .cache = &cache,
                 .layer = layer,
                 .keys = position_ + 1,
                 .attention = block.SelfAttention(),
                 .distance_table = &distance_table_},
                block.scratch.patterns, block.scratch.head_outputs.Rows(row, 1));
  }
  FinishBlock(block, x, &source_.memory(), cross_queries_.Rows(0, rows), streams_[(layer + 1) % 2].Rows(0, rows));
}

bool TransformerBeams::Step() {
  const Config& config = model_->config();
  const Index rows = static_cast<Index>(tokens_.size());
  std::uint64_t work = 0;
  while (work < kStepWork && layer_ <= config.layers) {
    if (source_.busy()) {
      work += source_.Advance(changes_);
      continue;
    }
    if (layer_ < 0) {
      Embed();
    } else if (layer_ < config.layers) {
      RunBlock(layer_);
      work += static_cast<std::uint64_t>(rows) *
              (ProjectWork(config, config) + MixWork(config, config, position_ + 1, source_.length()));
    } else {
      ComputeLogits(Context(), *model_, streams_[layer_ % 2].Rows(0, rows), logits_.Rows(0, rows));
      work += static_cast<std::uint64_t>(rows) * LogitsWork(config);
    }
    ++layer_;
  }
  return layer_ <= config.layers;
}

}  // namespace attenscope
