// In which order the rows of a stack are computed, cut into units of bounded work.
#pragma once

#include "transformer/forward.h"

namespace attenscope {

/// Multiply-adds of one step: about 20 ms on a slow phone's core, a millisecond or a few on a laptop's.
inline constexpr std::uint64_t kStepWork = 100'000'000;

/// Rows whose work in half a block stays within a step while they see `keys` keys: whole tiles, at least one, at most
/// `capacity`.
Index RowsAtOnce(const Config& config, const StackConfig& sizes, Index capacity, Index keys);

/// Of one row: a block's first half, its second half when it sees `keys` keys and `source_keys` of a source, what a
/// decoder's layer keeps of a source, the logits.
std::uint64_t ProjectWork(const Config& config, const StackConfig& sizes);
std::uint64_t MixWork(const Config& config, const StackConfig& sizes, Index keys, Index source_keys);
std::uint64_t RememberWork(const Config& config);
std::uint64_t LogitsWork(const Config& config);

/// Where a stack is. Where tokens do not see later ones, a chunk of rows goes through all layers before the next chunk;
/// where they do, all rows go through a block's first half before any goes through the second.
class Schedule {
 public:
  enum class Work { kEmbed, kProject, kMix, kTail };

  /// One unit: `rows` of what `work` says, in `layer`; of kTail, `layer` counts the passes over the rows after the last
  /// block.
  struct Unit {
    Work work;
    Index layer;
    Rows rows;
  };

  /// `tails` passes follow the blocks, each of so much work a row; `rows` is the most at once.
  Schedule(const Config& config, const StackConfig& sizes, Index tails, std::uint64_t tail_work, Index rows)
      : config_(&config), sizes_(&sizes), tails_(tails), tail_work_(tail_work), rows_(rows) {}

  void Append(Index count) { appended_ += count; }
  /// All that is computed is to be done again from a depth on, as StackChanges counts them; call while not busy.
  void Restart(Index depth);
  Index appended() const { return appended_; }
  /// Tokens that are through everything.
  Index computed() const { return computed_; }
  bool busy() const { return computed_ < appended_; }

  /// What is to be done next; call while busy.
  Unit Next();
  /// It is done.
  void Done(const Unit& unit);

 private:
  /// A group's first pass.
  void Begin(Index depth);
  /// Goes on to the next pass over the group's rows.
  void NextPass();

  const Config* config_;
  const StackConfig* sizes_;
  Index tails_;
  std::uint64_t tail_work_;
  Index rows_;
  Index appended_ = 0;
  Index computed_ = 0;
  Index again_ = 0;  // the first tokens, which are through all below `again_depth_`
  Index again_depth_ = 0;
  Rows group_{0, 0};  // the rows that go through the layers together; none: a group is to be begun
  Index next_ = 0;    // the first of them that this pass has not done
  Work work_ = Work::kEmbed;
  Index layer_ = 0;
};

}  // namespace attenscope
