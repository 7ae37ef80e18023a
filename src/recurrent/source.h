// The computation of a source by the encoder, in units of bounded work.
#pragma once

#include <vector>

#include "model/step_work.h"
#include "recurrent/encoder.h"
#include "recurrent/recurrent.h"

namespace attenscope {

/// The largest number of rows of a pass that are computed together.
inline constexpr Index kRecurrentRows = 96;

/// The tokens of a source and the progress of the encoder.
class RecurrentSource {
 public:
  explicit RecurrentSource(const Recurrent& model) : model_(model), passes_(EncoderPasses(model.config())) {}

  /// Sets the tokens. Throws kOption for an empty list, an id outside the vocabulary or a second call, and kTooLong for
  /// more than `capacity` tokens.
  void Set(std::span<const std::int32_t> ids, Index capacity);

  /// Returns S, the number of tokens of the source.
  Index size() const { return static_cast<Index>(ids_.size()); }
  bool done() const { return done_; }
  /// Returns the finished share of the work, as a number of tokens.
  Index progress() const;

  /// Computes some rows of the current pass and returns their multiply-adds. After the last pass, also computes the
  /// pooled context and the initial state of the decoder.
  std::uint64_t Advance(const RecurrentChanges& changes, RecurrentState& state);

  /// Queues the passes from `from` on again. Call this function only when done.
  void Restart(RecurrentChanges::Reach from);

 private:
  const Recurrent& model_;
  std::vector<EncoderPass> passes_;
  std::vector<std::int32_t> ids_;
  std::size_t pass_ = 0;
  Index row_ = 0;
  bool done_ = false;
};

}  // namespace attenscope
