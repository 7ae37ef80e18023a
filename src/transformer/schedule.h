// The order in which the rows of a stack are computed, in units of bounded work.
#pragma once

#include <cstdint>

#include "model/rows.h"
#include "model/step_work.h"
#include "transformer/config.h"

namespace attenscope {

/// How many rows go through half a block within one step while they see `keys` keys: whole tiles, at least one tile, at
/// most `capacity` rows.
Index RowsAtOnce(const Config& config, const StackConfig& sizes, Index capacity, Index keys);

// Multiply-adds of one row.

/// In the first half of a block.
std::uint64_t ProjectWork(const Config& config, const StackConfig& sizes);
/// In the second half of a block, if the row sees `keys` keys and `source_keys` keys of a source.
std::uint64_t MixWork(const Config& config, const StackConfig& sizes, Index keys, Index source_keys);
/// Of the keys and values that one decoder layer keeps of a source token.
std::uint64_t RememberWork(const Config& config);
/// Of the logits.
std::uint64_t LogitsWork(const Config& config);

/// How far a stack has come, and which unit is next.
///
/// In a causal stack a group of rows goes through all layers before the next group. In a stack whose tokens see later
/// ones, all rows go through the first half of a block before any row goes through the second.
class Schedule {
 public:
  enum class Work {
    kEmbed,
    kProject,  // the first half of a block: norm, queries, keys and values
    kMix,      // the second half: attention and feed-forward
    kTail,     // what follows the last block
  };

  /// One unit of work on `rows` in block `layer`. For kTail, `layer` numbers the passes after the last block.
  struct Unit {
    Work work;
    Index layer;
    Rows rows;
  };

  /// `tails` passes follow the blocks, each of `tail_work` multiply-adds a row. A unit has at most `rows` rows.
  Schedule(const Config& config, const StackConfig& sizes, Index tails, std::uint64_t tail_work, Index rows)
      : config_(&config), sizes_(&sizes), tails_(tails), tail_work_(tail_work), rows_(rows) {}

  /// Queues `count` more rows.
  void Append(Index count) { appended_ += count; }
  /// Queues all computed rows again, from a depth on (see StackChanges). Call while not busy.
  void Restart(Index depth);
  Index appended() const { return appended_; }
  /// Rows that have gone through all passes.
  Index computed() const { return computed_; }
  bool busy() const { return computed_ < appended_; }

  /// The next unit. Call while busy.
  Unit Next();
  /// Says that the unit of the last Next is computed.
  void Done(const Unit& unit);

 private:
  /// Begins the first pass of a group.
  void Begin(Index depth);
  /// Begins the next pass over the rows of the group.
  void NextPass();

  const Config* config_;
  const StackConfig* sizes_;
  Index tails_;
  std::uint64_t tail_work_;
  Index rows_;
  Index appended_ = 0;
  Index computed_ = 0;
  Index again_ = 0;  // after a restart: how many rows have gone through all passes below `again_depth_`
  Index again_depth_ = 0;
  Rows group_{0, 0};  // the rows that go through the layers together; none: the next unit begins a group
  Index next_ = 0;    // the first row of the group that the pass has not computed
  Work work_ = Work::kEmbed;
  Index layer_ = 0;
};

}  // namespace attenscope
