// A source on its way through the encoder, in pieces short enough to stop between.
#pragma once

#include <vector>

#include "model/step_work.h"
#include "recurrent/encoder.h"
#include "recurrent/recurrent.h"

namespace attenscope {

/// Most rows of a pass at once.
inline constexpr Index kRecurrentRows = 96;

/// The encoder's work on one source.
class RecurrentSource {
 public:
  explicit RecurrentSource(const Recurrent& model) : model_(model), passes_(EncoderPasses(model.config())) {}

  /// Throws kOption for no ids at all, an id outside the vocabulary or a second call, kTooLong beyond `capacity`.
  void Set(std::span<const std::int32_t> ids, Index capacity);

  /// S.
  Index size() const { return static_cast<Index>(ids_.size()); }
  bool done() const { return done_; }
  /// Of `size` tokens, as many as the share of the work that is done.
  Index progress() const;

  /// Some rows of the pass in hand; after the last pass the pooled context and what the decoder starts from. Returns
  /// the multiply-adds.
  std::uint64_t Advance(const RecurrentChanges& changes, RecurrentState& state);

  /// What is done is to be done again from there on. Call when done.
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
