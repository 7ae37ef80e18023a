// Tests the units of work: the rows that pass a block, or the end of the model, together.
#include "transformer/schedule.h"

#include <vector>

#include "attention/attention.h"

namespace attenscope {
namespace {

/// Returns the config of a BERT with the sizes of MiniLM (Wang et al. 2020), or of its decoder.
Config MiniLm(bool causal, Index vocabulary) {
  Config config;
  config.layers = 2;
  config.heads = config.key_value_heads = 12;
  config.head_width = 32;
  config.width = 384;
  config.feed_forward_width = 1536;
  config.gated = false;
  config.causal = causal;
  config.vocabulary = vocabulary;
  config.context = 512;
  return config;
}

/// Returns all units of a text of `length` tokens, in order.
std::vector<Schedule::Unit> Units(const Config& config, Index length) {
  Schedule schedule(config, config, 1, LogitsWork(config), RowsAtOnce(config, config, length, 0));
  schedule.Append(length);
  std::vector<Schedule::Unit> units;
  while (schedule.busy()) {
    units.push_back(schedule.Next());
    schedule.Done(units.back());
  }
  return units;
}

TEST_CASE("schedule: every row passes every block once, in order; causal rows go in groups") {
  for (const bool causal : {false, true}) {
    for (const Index length : {Index{1}, Index{5}, Index{6}, Index{7}, Index{128}, Index{509}}) {
      const Config config = MiniLm(causal, 30522);
      std::vector<Index> next(static_cast<std::size_t>(2 + 2 * config.layers), 0);
      for (const Schedule::Unit& unit : Units(config, length)) {
        const Index pass = unit.work == Schedule::Work::kEmbed ? 0
                           : unit.work == Schedule::Work::kTail
                               ? 1 + 2 * config.layers
                               : 1 + 2 * unit.layer + (unit.work == Schedule::Work::kMix ? 1 : 0);
        Index& row = next[static_cast<std::size_t>(pass)];
        CHECK(unit.rows.first == row);
        CHECK(unit.rows.count > 0);
        row += unit.rows.count;
        if (pass > 0) CHECK(row <= next[static_cast<std::size_t>(pass - 1)]);
      }
      for (const Index rows : next) CHECK(rows == length);
    }
  }
}

TEST_CASE("schedule: a unit stays within the work of a step, or is one tile of rows") {
  for (const bool causal : {false, true}) {
    const Config config = MiniLm(causal, 30522);
    for (const Schedule::Unit& unit : Units(config, 509)) {
      const std::uint64_t work = unit.work == Schedule::Work::kProject ? ProjectWork(config, config)
                                 : unit.work == Schedule::Work::kMix
                                     ? MixWork(config, config, causal ? unit.rows.first : 509, 0)
                                 : unit.work == Schedule::Work::kTail ? LogitsWork(config)
                                                                      : 0;
      if (unit.rows.count > kQueryTile) CHECK(static_cast<std::uint64_t>(unit.rows.count) * work <= kStepWork);
    }
  }
}

TEST_CASE("schedule: the number of rows per unit does not depend on the size of the vocabulary") {
  // 128 rows of 1.4 million multiply-adds each; 66 of them fit into a step.
  for (const Index vocabulary : {Index{10}, Index{30522}, Index{250000}}) {
    Index first_halves = 0, second_halves = 0;
    for (const Schedule::Unit& unit : Units(MiniLm(false, vocabulary), 128)) {
      if (unit.work == Schedule::Work::kProject) ++first_halves;
      if (unit.work == Schedule::Work::kMix) ++second_halves;
      if (unit.work != Schedule::Work::kTail) CHECK(unit.rows.count >= 62);
    }
    CHECK(first_halves == 4);
    CHECK(second_halves == 4);
  }
}

TEST_CASE("schedule: a text is divided evenly, in whole tiles, so that no small unit reads all weights") {
  const std::vector<Schedule::Unit> units = Units(MiniLm(true, 1000), 150);
  std::vector<Index> counts;
  for (const Schedule::Unit& unit : units) {
    if (unit.work == Schedule::Work::kEmbed) counts.push_back(unit.rows.count);
  }
  REQUIRE(counts.size() == 3);
  CHECK(counts[0] == 54);
  CHECK(counts[1] == 48);
  CHECK(counts[2] == 48);
}

TEST_CASE("schedule: a model without outputs has no work after its last block") {
  Config config = MiniLm(false, 1000);
  config.head.outputs = 0;
  CHECK(LogitsWork(config) == 0);
  CHECK(Units(config, 100).back().rows.count > 0);
}

}  // namespace
}  // namespace attenscope
