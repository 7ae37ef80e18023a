// Units of work, counted in multiply-adds so that a step stays short.
#include "model/schedule.h"

#include <algorithm>

namespace attenscope {

namespace {

/// Most rows in hand at once: a multiple of the tile, enough to read each weight once for many tokens.
constexpr Index kMostRows = 96;

std::uint64_t Product(Index a, Index b) { return static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b); }

}  // namespace

std::uint64_t ProjectWork(const Config& config, const StackConfig& sizes) {
  return Product(config.width, (sizes.heads + 2 * sizes.key_value_heads) * sizes.head_width);
}

std::uint64_t MixWork(const Config& config, const StackConfig& sizes, Index keys, Index source_keys) {
  const Index heads_width = sizes.heads * sizes.head_width;
  const Index projections = source_keys > 0 ? 3 : 1;  // the output's; the cross-attention's query and output
  return Product(config.width, projections * heads_width + (config.gated ? 3 : 2) * sizes.feed_forward_width) +
         Product(2 * heads_width, keys + source_keys);
}

std::uint64_t LogitsWork(const Config& config) {
  const Index D = config.head.width;
  return D > 0 ? Product(D, config.width + config.Outputs()) : Product(config.width, config.Outputs());
}

Index RowsAtOnce(const Config& config, const StackConfig& sizes, Index capacity, Index keys) {
  const std::uint64_t work = std::max(ProjectWork(config, sizes) + MixWork(config, sizes, keys, 0), LogitsWork(config));
  const Index affordable = static_cast<Index>(std::min<std::uint64_t>(kStepWork / work, kMostRows));
  return std::min(std::max(affordable, kQueryTile), std::max<Index>(capacity, 1));
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
    group_ = {computed_, sizes_->causal ? std::min(RowsAtOnce(*config_, *sizes_, rows_, computed_), left) : left};
    next_ = group_.first;
    Begin(again ? again_depth_ : 0);
  }
  const Index keys = sizes_->causal ? computed_ : appended_;
  const Index left = group_.first + group_.count - next_;
  return {work_, layer_, {next_, std::min(RowsAtOnce(*config_, *sizes_, rows_, keys), left)}};
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
