// Chunks of rows through blocks, counted in multiply-adds so that a step stays short.
#include "model/transformer_run.h"

#include <algorithm>

#include "trace/compute.h"

namespace attenscope {

namespace {

/// Multiply-adds of one step: about 20 ms on a slow phone's core, a millisecond or a few on a laptop's.
constexpr std::uint64_t kStepWork = 100'000'000;

/// Most rows in hand at once: a multiple of the tile, enough to read each weight once for many tokens.
constexpr Index kMostRows = 96;

/// Of one row of a block that sees `keys` keys.
std::uint64_t BlockWork(const Config& config, Index keys) {
  const auto C = static_cast<std::uint64_t>(config.width);
  const auto attention = static_cast<std::uint64_t>(2 * config.heads + 2 * config.key_value_heads) *
                         static_cast<std::uint64_t>(config.head_width);
  const std::uint64_t seen =
      static_cast<std::uint64_t>(2 * config.heads * config.head_width) * static_cast<std::uint64_t>(keys);
  return C * (attention + 3 * static_cast<std::uint64_t>(config.feed_forward_width)) + seen;
}

std::uint64_t LogitsWork(const Config& config) {
  return static_cast<std::uint64_t>(config.width) * static_cast<std::uint64_t>(config.vocabulary);
}

/// Rows whose work per step stays within bounds while they see `keys` keys, at least one tile.
Index RowsAtOnce(const Config& config, Index capacity, Index keys) {
  const std::uint64_t work = std::max(BlockWork(config, keys), LogitsWork(config));
  const Index affordable = static_cast<Index>(std::min<std::uint64_t>(kStepWork / work, kMostRows));
  return std::min(std::max(affordable, kQueryTile), std::max<Index>(capacity, 1));
}

Index CheckedCapacity(const Transformer& model, Index capacity) {
  if (capacity < 1 || capacity > model.config().context) {
    throw Error(ErrorCode::kTooLong, "a run of " + std::to_string(capacity) +
                                         " tokens was asked for, the model takes 1 to " +
                                         std::to_string(model.config().context));
  }
  return capacity;
}

}  // namespace

TransformerRun::TransformerRun(std::shared_ptr<const Transformer> model, Index capacity)
    : model_(std::move(model)),
      state_(model_->config(), CheckedCapacity(*model_, capacity), RowsAtOnce(model_->config(), capacity, 0)),
      edits_(static_cast<std::size_t>(model_->config().layers)) {}

void TransformerRun::SetEdits(const std::vector<Edit>& edits) {
  if (!ids_.empty()) throw Error(ErrorCode::kOption, "edits are set before the first token is appended");
  edits_ = PlacePatternEdits(edits, model_->config().layers, model_->config().heads);
}

void TransformerRun::SetSource(std::span<const std::int32_t>) {
  throw Error(ErrorCode::kOption, "the model has no encoder that would take a source");
}

void TransformerRun::Append(std::span<const std::int32_t> ids, LogitsWanted logits) {
  const Config& config = model_->config();
  const Index T = static_cast<Index>(ids.size());
  if (appended() + T > state_.capacity) {
    throw Error(ErrorCode::kTooLong,
                std::to_string(appended() + T) + " tokens do not fit a run of " + std::to_string(state_.capacity));
  }
  for (std::int32_t id : ids) {
    if (id < 0 || id >= config.vocabulary) {
      throw Error(ErrorCode::kOption, "token id " + std::to_string(id) + " is outside the vocabulary, 0 to " +
                                          std::to_string(config.vocabulary - 1));
    }
  }
  if (computed_ != appended())
    throw Error(ErrorCode::kOption, "tokens are appended while others are still to be computed");
  const Index rows = logits == LogitsWanted::kAll ? T : logits == LogitsWanted::kLast ? std::min<Index>(T, 1) : 0;
  const std::uint64_t size = static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(config.vocabulary);
  try {
    if (size > logits_.max_size()) throw std::bad_alloc();
    logits_.resize(static_cast<std::size_t>(size));
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::kMemory, "logits of " + std::to_string(rows) + " tokens need " +
                                        std::to_string(size * sizeof(float)) + " bytes, more than there is memory for");
  }
  logits_rows_ = rows;
  logits_first_ = appended() + T - rows;
  ids_.insert(ids_.end(), ids.begin(), ids.end());
}

void TransformerRun::StartRows() {
  const Index affordable = RowsAtOnce(model_->config(), state_.rows, computed_);
  const Rows rows{computed_, std::min(affordable, appended() - computed_)};
  Embed(*model_, std::span(ids_).subspan(static_cast<std::size_t>(rows.first), static_cast<std::size_t>(rows.count)),
        rows, state_);
  cursor_ = Cursor{rows, 0};
}

std::uint64_t TransformerRun::ComputeLogits(Rows rows) {
  const Index V = model_->config().vocabulary;
  const Index first = std::max(rows.first, logits_first_);
  const Index count = rows.first + rows.count - first;
  if (logits_rows_ == 0 || count <= 0) return 0;
  const Matrix all(logits_.data(), {logits_rows_, V});
  Logits(*model_, {first, count}, state_, all.Rows(first - logits_first_, count));
  return static_cast<std::uint64_t>(count) * LogitsWork(model_->config());
}

bool TransformerRun::Step() {
  const Config& config = model_->config();
  std::uint64_t work = 0;
  while (work < kStepWork && computed_ < appended()) {
    if (!cursor_) StartRows();
    const Rows rows = cursor_->rows;
    if (cursor_->layer < config.layers) {
      Block(*model_, cursor_->layer, rows, edits_[static_cast<std::size_t>(cursor_->layer)], state_);
      ++cursor_->layer;
      work += static_cast<std::uint64_t>(rows.count) * BlockWork(config, rows.first + rows.count);
      continue;
    }
    work += ComputeLogits(rows);
    computed_ += rows.count;
    cursor_.reset();
  }
  return computed_ < appended();
}

TraceTensor TransformerRun::ComputeTrace(const std::string& name, Index head, Index first_query, Index queries) {
  return attenscope::ComputeTrace(*this, name, head, first_query, queries);
}

Index TransformerRun::AttentionLayers(Part part) const {
  if (part == Part::kCross) throw Error(ErrorCode::kOption, "the model has no cross-attention");
  return model_->config().layers;
}

PatternPlace TransformerRun::Patterns(Part part, Index layer) const {
  if (layer < 0 || layer >= AttentionLayers(part)) {
    throw Error(ErrorCode::kOption,
                "layer is " + std::to_string(layer) + ", expected 0 to " + std::to_string(AttentionLayers(part) - 1));
  }
  return {"blocks." + std::to_string(layer) + ".attn.pattern", model_->config().heads, computed_, computed_, true};
}

}  // namespace attenscope
