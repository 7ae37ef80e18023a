// A source on its way through the encoder, in units of bounded work.
#pragma once

#include <vector>

#include "model/step_work.h"
#include "recurrent/encoder.h"
#include "recurrent/recurrent.h"

namespace attenscope {

/// The most rows of a pass that are computed at once.
inline constexpr Index kRecurrentRows = 96;

/// The encoder's work on one source.
class RecurrentSource {
 public:
  explicit RecurrentSource(const Recurrent& model) : model_(model), passes_(EncoderPasses(model.config())) {}

  /// Sets the tokens. Throws kOption for an empty list, an id outside the vocabulary or a second call, and kTooLong for
  /// more than `capacity` tokens.
  void Set(std::span<const std::int32_t> ids, Index capacity);

  /// S, the tokens of the source.
  Index size() const { return static_cast<Index>(ids_.size()); }
  bool done() const { return done_; }
  /// The share of the work that is done, as a number of tokens.
  Index progress() const;

  /// Computes some rows of the current pass. After the last pass, computes the pooled context and the state that the
  /// decoder starts from. Returns the multiply-adds.
  std::uint64_t Advance(const RecurrentChanges& changes, RecurrentState& state);

  /// Queues the passes from `from` on again. Call when done.
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
