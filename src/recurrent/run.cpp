// Computes the source first, and then one target token after another.
#include "recurrent/run.h"

#include <algorithm>
#include <string>

#include "recurrent/compute_trace.h"
#include "recurrent/decoder.h"
#include "recurrent/place_edits.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

void CheckCapacity(const char* what, Index capacity, Index most) {
  if (capacity >= 1 && capacity <= most) return;
  throw Error(ErrorCode::kTooLong, std::string(what) + " of " + std::to_string(capacity) +
                                       " tokens was asked for, the model takes 1 to " + std::to_string(most));
}

/// Returns the state of a run. The text of a classifier is its source.
RecurrentState MakeState(const RecurrentConfig& config, Index capacity, Index source_capacity) {
  CheckCapacity("a run", capacity, config.context);
  if (config.Decodes()) {
    if (source_capacity < 1) throw Error(ErrorCode::kOption, "the decoder needs a source of at least one token");
    CheckCapacity("a source", source_capacity, config.context);
    return RecurrentState(config, source_capacity, capacity, std::min(source_capacity, kRecurrentRows));
  }
  if (source_capacity != 0) throw Error(ErrorCode::kOption, "a classifier has no encoder that would take a source");
  return RecurrentState(config, capacity, 0, std::min(capacity, kRecurrentRows));
}

}  // namespace

RecurrentRun::RecurrentRun(std::shared_ptr<const Recurrent> model, Index capacity, Index source_capacity)
    : model_(std::move(model)), state_(MakeState(model_->config(), capacity, source_capacity)), source_(*model_) {}

Index RecurrentRun::LogitsWidth() const { return config().Decodes() ? config().vocabulary : config().labels; }

void RecurrentRun::SetEdits(const std::vector<Edit>& edits) {
  if (source_.size() > 0) throw Error(ErrorCode::kOption, "edits are set before the first token is appended");
  changes_ = PlaceRecurrentEdits(edits, config());
}

void RecurrentRun::Restart(const std::vector<Edit>& edits, LogitsWanted logits) {
  if (!source_.done() || computed_ != static_cast<Index>(ids_.size())) {
    throw Error(ErrorCode::kOption, "a run starts again once everything is computed");
  }
  RecurrentChanges changes = PlaceRecurrentEdits(edits, config());
  const Index T = config().Decodes() ? computed_ : 1;
  logits_.Want(logits, 0, T, LogitsWidth());
  // The initial state of the decoder is computed at the end of the source.
  source_.Restart(std::min(changes_.first, changes.first));
  computed_ = 0;
  changes_ = std::move(changes);
}

void RecurrentRun::SetSource(const Tokens& source) {
  if (!config().Decodes()) throw Error(ErrorCode::kOption, "a classifier has no encoder that would take a source");
  source_.Set(source.OnlyIds(), state_.source);
}

void RecurrentRun::Append(const Tokens& tokens, LogitsWanted logits) {
  const std::span<const std::int32_t> ids = tokens.OnlyIds();
  const Index T = static_cast<Index>(ids.size());
  if (!config().Decodes()) {
    source_.Set(ids, state_.source);
    // A classifier has one row of logits for any request, because the labels are for the whole text.
    return logits_.Want(logits, 0, 1, LogitsWidth());
  }
  if (source_.size() == 0) throw Error(ErrorCode::kOption, "the source is set before the first token is appended");
  const Index appended = static_cast<Index>(ids_.size());
  if (T > state_.target - appended) {
    throw Error(ErrorCode::kTooLong,
                std::to_string(appended + T) + " tokens do not fit a run of " + std::to_string(state_.target));
  }
  CheckIds(ids, config().vocabulary);
  if (computed_ != appended)
    throw Error(ErrorCode::kOption, "tokens are appended while others are still to be computed");
  logits_.Want(logits, appended, T, LogitsWidth());
  ids_.insert(ids_.end(), ids.begin(), ids.end());
}

void RecurrentRun::Classify() {
  const Matrix labels = logits_.Among(0, 1).rows;
  if (labels.shape[0] > 0) Apply(Arch{}, weights().classifier, state_.context, labels);
}

std::uint64_t RecurrentRun::DecodeToken() {
  const Index S = source_.size();
  Decode(config(), weights(), ids_[static_cast<std::size_t>(computed_)], computed_, S, changes_, state_,
         TargetRow(state_, computed_));
  std::uint64_t work = DecodeWork(config(), S);
  if (const Matrix row = logits_.Among(computed_, 1).rows; row.shape[0] > 0) {
    DecoderLogits(weights(), state_.outputs.Rows(computed_, 1), row);
    work += LogitsWork(config());
  }
  ++computed_;
  return work;
}

TraceTensor RecurrentRun::ComputeTrace(const std::string& name, Index head, Index first_query, Index queries) {
  return ComputeRecurrentTrace(*this, name, head, first_query, queries);
}

bool RecurrentRun::Step() {
  const auto left = [&] {
    return (source_.size() > 0 && !source_.done()) || computed_ < static_cast<Index>(ids_.size());
  };
  std::uint64_t work = 0;
  while (work < kRecurrentStepWork && left()) {
    if (source_.done()) {
      work += DecodeToken();
      continue;
    }
    work += source_.Advance(changes_, state_);
    if (source_.done() && !config().Decodes()) Classify();
  }
  work_ += work;
  return left();
}

Run::Progress RecurrentRun::progress() const {
  return {source_.progress() + computed_, source_.size() + static_cast<Index>(ids_.size())};
}

Index RecurrentRun::length() const { return config().Decodes() ? computed_ : sources(); }

Index RecurrentRun::AttentionLayers(Part part) const {
  if (!config().Decodes()) {
    if (part != Part::kCross) return 1;
    throw Error(ErrorCode::kOption, "a classifier has no part 'cross'");
  }
  if (part == Part::kCross) return 1;
  if (part == Part::kEncoder) return config().encoder_heads > 0 ? 1 : 0;
  return 0;
}

PatternInfo RecurrentRun::Patterns(Part part, Index layer) const {
  if (layer < 0 || layer >= AttentionLayers(part)) {
    throw Error(ErrorCode::kOption, "layer " + std::to_string(layer) + " of attention was asked for, this part has " +
                                        std::to_string(AttentionLayers(part)));
  }
  const bool self = config().Decodes() && part == Part::kEncoder;
  const RecurrentPart attention = self               ? RecurrentPart::kSelf
                                  : config().Pools() ? RecurrentPart::kPooling
                                                     : RecurrentPart::kCross;
  PatternInfo patterns{AttentionName(config(), attention) + ".pattern"};
  patterns.heads = self ? config().encoder_heads : 1;
  patterns.queries = self                                   ? sources()
                     : attention == RecurrentPart::kPooling ? std::min<Index>(sources(), 1)
                                                            : computed_;
  patterns.keys = sources();
  return patterns;
}

}  // namespace attenscope
