// The order in which a run computes the rows of a stack, in units of bounded work.
#pragma once

#include <cstdint>

#include "model/rows.h"
#include "model/step_work.h"
#include "transformer/config.h"

namespace attenscope {

/// Returns the number of rows that one step can take through half a block while they see `keys` keys: whole tiles, at
/// least one tile, at most `capacity` rows.
Index RowsAtOnce(const Config& config, const StackConfig& sizes, Index capacity, Index keys);

// The functions below return multiply-adds for one row.

/// Returns the work of the first half of a block.
std::uint64_t ProjectWork(const Config& config, const StackConfig& sizes);
/// Returns the work of the second half of a block for a row that sees `keys` keys and `source_keys` keys of a source.
std::uint64_t MixWork(const Config& config, const StackConfig& sizes, Index keys, Index source_keys);
/// Returns the work of the keys and values that one decoder layer keeps for a source token.
std::uint64_t RememberWork(const Config& config);
/// Returns the work of the logits.
std::uint64_t LogitsWork(const Config& config);

/// The progress of a stack, and the choice of the next unit.
///
/// In a causal stack, a group of rows passes all layers before the next group. In other stacks, whose tokens see later
/// tokens, all rows pass the first half of a block before any row passes the second half.
class Schedule {
 public:
  /// The work of a unit.
  enum class Work {
    kEmbed,
    kProject,  // the first half of a block: norm, queries, keys and values
    kMix,      // the second half: attention and feed-forward
    kTail,     // the passes after the last block
  };

  /// One unit of work for `rows` in block `layer`. For kTail, `layer` is the index of the pass after the last block.
  struct Unit {
    Work work;
    Index layer;
    Rows rows;
  };

  /// Creates a schedule with `tails` passes after the blocks, each with `tail_work` multiply-adds for a row. A unit has
  /// at most `rows` rows.
  Schedule(const Config& config, const StackConfig& sizes, Index tails, std::uint64_t tail_work, Index rows)
      : config_(&config), sizes_(&sizes), tails_(tails), tail_work_(tail_work), rows_(rows) {}

  /// Queues `count` more rows.
  void Append(Index count) { appended_ += count; }
  /// Queues all computed rows again, from a depth on (see StackChanges). Call this function only while not busy.
  void Restart(Index depth);
  Index appended() const { return appended_; }
  /// Returns the number of rows that have passed everything.
  Index computed() const { return computed_; }
  bool busy() const { return computed_ < appended_; }

  /// Returns the next unit. Call this function only while busy.
  Unit Next();
  /// Reports that the unit of the last Next is computed.
  void Done(const Unit& unit);

 private:
  /// Begins the pass at `depth` for a new group.
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
  Index again_ = 0;  // after a restart: the number of rows that have passed all depths below `again_depth_`
  Index again_depth_ = 0;
  Rows group_{0, 0};  // the current group of rows; empty: the next unit begins a group
  Index next_ = 0;    // the first row of the group that the current pass has not computed
  Work work_ = Work::kEmbed;
  Index layer_ = 0;
};

}  // namespace attenscope
