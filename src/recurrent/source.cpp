// Computes the passes over a source in units. The multiply-adds of a row decide the number of rows of a unit.
#include "recurrent/source.h"

#include <algorithm>
#include <string>

namespace attenscope {

void RecurrentSource::Set(std::span<const std::int32_t> ids, Index capacity) {
  if (!ids_.empty()) throw Error(ErrorCode::kOption, "a recurrent model reads its text once, all of it at once");
  if (ids.empty()) throw Error(ErrorCode::kOption, "the text has no tokens: there is nothing to attend to");
  const Index S = static_cast<Index>(ids.size());
  if (S > capacity) {
    throw Error(ErrorCode::kTooLong,
                "a text of " + std::to_string(S) + " tokens does not fit a run of " + std::to_string(capacity));
  }
  CheckIds(ids, model_.config().vocabulary);
  ids_.assign(ids.begin(), ids.end());
}

Index RecurrentSource::progress() const {
  if (done_) return size();
  const std::uint64_t rows = static_cast<std::uint64_t>(pass_) * ids_.size() + static_cast<std::uint64_t>(row_);
  return static_cast<Index>(rows / passes_.size());
}

std::uint64_t RecurrentSource::Advance(const RecurrentChanges& changes, RecurrentState& state) {
  const RecurrentConfig& config = model_.config();
  const RecurrentWeights& weights = model_.weights();
  if (pass_ < passes_.size()) {
    const EncoderPass& pass = passes_[pass_];
    const std::uint64_t work = PassWork(config, pass, size());
    const auto affordable = static_cast<Index>(std::min<std::uint64_t>(kRecurrentStepWork / work, kRecurrentRows));
    const Index count = std::min({std::max<Index>(affordable, 1), state.rows, size() - row_});
    Encode(config, weights, pass, ids_, {row_, count}, changes, state);
    row_ += count;
    if (row_ == size()) {
      row_ = 0;
      ++pass_;
    }
    return static_cast<std::uint64_t>(count) * work;
  }
  if (config.Pools()) Pool(weights, size(), changes.attention, state);
  if (config.Decodes()) Bridge(config, weights, size(), state);
  done_ = true;
  return static_cast<std::uint64_t>(size()) * static_cast<std::uint64_t>(config.StateWidth());
}

void RecurrentSource::Restart(RecurrentChanges::Reach from) {
  using Reach = RecurrentChanges::Reach;
  const auto reach_of = [](EncoderPassKind kind) {
    switch (kind) {
      case EncoderPassKind::kSelfProject:
        return Reach::kSelfProject;
      case EncoderPassKind::kSelfAttend:
        return Reach::kSelfAttend;
      case EncoderPassKind::kKeys:
        return Reach::kKeys;
      default:
        return Reach::kSource;
    }
  };
  pass_ = 0;
  while (pass_ < passes_.size() && reach_of(passes_[pass_].kind) < from) ++pass_;
  row_ = 0;
  done_ = false;
}

}  // namespace attenscope
