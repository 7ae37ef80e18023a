// The encoder's part of a run: the source text, the encoder's states, and the keys and values that the decoder sees.
#pragma once

#include "transformer/forward.h"

namespace attenscope {

/// `capacity`, if a run may have so many tokens: 1 to the model's context. Throws kTooLong.
Index CheckedCapacity(const Config& config, Index capacity);

/// A source text on its way through the encoder.
class EncodedSource {
 public:
  /// Allocates memory for `capacity` tokens; the model outlives this object. Throws kTooLong or kMemory.
  EncodedSource(const Transformer& model, Index capacity);

  /// Sets the text, once. Throws as `Run::SetSource` does.
  void SetText(const Tokens& source);

  /// Queues again what is computed, from a depth of the encoder on (see StackChanges).
  void Restart(Index depth) { schedule_.Restart(depth); }

  /// Computes one unit of work; returns its multiply-adds. Call while busy.
  std::uint64_t Advance(const ModelChanges& changes);
  bool busy() const { return schedule_.busy(); }

  /// Tokens of the text, and how many of them are computed.
  Index length() const { return schedule_.appended(); }
  Index computed() const { return schedule_.computed(); }

  /// The encoder's stack with its tokens and states.
  StackRun encoder_run(const ModelChanges& changes) { return {model_->encoder(), tokens_, changes.encoder, state_}; }

  std::span<const std::int32_t> ids() const { return tokens_.ids(); }

  StackState& state() { return state_; }
  SourceMemory& memory() { return memory_; }
  const SourceMemory& memory() const { return memory_; }

 private:
  /// Computes the keys and values that decoder layer `layer` sees, from rows of the encoder's last states.
  void Remember(Index layer, Rows rows, const ModelChanges& changes);

  const Transformer* model_;
  Index rows_;
  SourceMemory memory_;
  StackState state_;
  Schedule schedule_;
  TokenList tokens_;
};

}  // namespace attenscope
