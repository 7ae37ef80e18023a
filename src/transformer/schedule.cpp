// Divides the work of a stack into units. The number of multiply-adds decides the size of a unit, so that each step is
// short.
#include "transformer/schedule.h"

#include <algorithm>

#include "attention/attention.h"

namespace attenscope {

namespace {

/// The largest number of rows of a unit: a multiple of the tile, so large that one read of each weight serves many
/// tokens.
constexpr Index kMostRows = 96;

std::uint64_t Product(Index a, Index b) { return static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b); }

/// Returns the number of rows that fit into a step if each row takes `work` multiply-adds: whole tiles, at least one
/// tile, at most `most` rows.
Index RowsWithinStep(std::uint64_t work, Index most) {
  const Index tiles = static_cast<Index>(kStepWork / std::max<std::uint64_t>(work, 1)) / kQueryTile;
  return std::min(std::max<Index>(tiles, 1) * kQueryTile, most);
}

/// Returns the size of the first part when `rows` rows are divided into parts of at most `most` rows. The parts are
/// even and consist of whole tiles, because a small last part would read all weights for a few rows.
Index EvenPart(Index rows, Index most) {
  const Index parts = (rows + most - 1) / most;
  const Index tiles = (rows + parts * kQueryTile - 1) / (parts * kQueryTile);
  return std::min({tiles * kQueryTile, rows, most});
}

}  // namespace

std::uint64_t ProjectWork(const Config& config, const StackConfig& sizes) {
  return Product(config.width, (sizes.heads + 2 * sizes.key_value_heads) * sizes.head_width);
}

std::uint64_t MixWork(const Config& config, const StackConfig& sizes, Index keys, Index source_keys) {
  const Index heads_width = sizes.heads * sizes.head_width;
  // The output projection; with a source also the query and output projections of the cross-attention.
  const Index projections = source_keys > 0 ? 3 : 1;
  return Product(config.width, projections * heads_width + (config.gated ? 3 : 2) * sizes.feed_forward_width) +
         Product(2 * heads_width, keys + source_keys);
}

std::uint64_t RememberWork(const Config& config) {
  return Product(2 * config.width, config.key_value_heads * config.head_width);
}

std::uint64_t LogitsWork(const Config& config) {
  const Index D = config.head.width;
  return D > 0 ? Product(D, config.width + config.Outputs()) : Product(config.width, config.Outputs());
}

Index RowsAtOnce(const Config& config, const StackConfig& sizes, Index capacity, Index keys) {
  const std::uint64_t work = std::max(ProjectWork(config, sizes), MixWork(config, sizes, keys, 0));
  return RowsWithinStep(work, std::min(kMostRows, std::max<Index>(capacity, 1)));
}

void Schedule::Restart(Index depth) {
  again_ = computed_;
  again_depth_ = depth;
  computed_ = 0;
}

Schedule::Unit Schedule::Next() {
  if (group_.count == 0) {
    const bool again = computed_ < again_;
    const Index left = (again ? again_ : appended_) - computed_;
    group_ = {computed_, sizes_->causal ? EvenPart(left, RowsAtOnce(*config_, *sizes_, rows_, computed_)) : left};
    next_ = group_.first;
    Begin(again ? again_depth_ : 0);
  }
  const Index keys = sizes_->causal ? computed_ : appended_;
  const Index most =
      work_ == Work::kTail ? RowsWithinStep(tail_work_, rows_) : RowsAtOnce(*config_, *sizes_, rows_, keys);
  return {work_, layer_, {next_, EvenPart(group_.first + group_.count - next_, most)}};
}

void Schedule::Begin(Index depth) {
  layer_ = depth == 0 ? 0 : (depth - 1) / 2;
  work_ = depth == 0 ? Work::kEmbed : depth % 2 == 1 ? Work::kProject : Work::kMix;
  if (layer_ < sizes_->layers) return;
  work_ = Work::kTail;
  layer_ = 0;
}

void Schedule::Done(const Unit& unit) {
  next_ += unit.rows.count;
  if (next_ == group_.first + group_.count) NextPass();
}

void Schedule::NextPass() {
  next_ = group_.first;
  if (work_ == Work::kProject) {
    work_ = Work::kMix;
    return;
  }
  layer_ = work_ == Work::kEmbed ? 0 : layer_ + 1;
  if (work_ != Work::kTail) work_ = Work::kProject;
  if (work_ == Work::kProject && layer_ == sizes_->layers) {
    work_ = Work::kTail;
    layer_ = 0;
  }
  if (work_ == Work::kTail && layer_ == tails_) {
    computed_ += group_.count;
    group_.count = 0;
  }
}

}  // namespace attenscope
