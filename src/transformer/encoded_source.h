// The encoder's part of a run: the source text, the states of the encoder, and the keys and values for the decoder.
#pragma once

#include "transformer/forward.h"

namespace attenscope {

/// Returns `capacity` if it is from 1 to the context of the model. Otherwise throws kTooLong.
Index CheckedCapacity(const Config& config, Index capacity);

/// The computation of a source text by the encoder.
class EncodedSource {
 public:
  /// Allocates memory for `capacity` tokens; the model outlives this object. Throws kTooLong or kMemory.
  EncodedSource(const Transformer& model, Index capacity);

  /// Sets the text. Call this function once. Throws as `Run::SetSource` does.
  void SetText(const Tokens& source);

  /// Queues the computation again from a depth of the encoder on (see StackChanges).
  void Restart(Index depth) { schedule_.Restart(depth); }

  /// Computes one unit of work and returns its multiply-adds. Call this function only while busy.
  std::uint64_t Advance(const ModelChanges& changes);
  bool busy() const { return schedule_.busy(); }

  /// Returns the number of tokens of the text, or of its computed tokens.
  Index length() const { return schedule_.appended(); }
  Index computed() const { return schedule_.computed(); }

  /// Returns the stack of the encoder with its tokens and states.
  StackRun encoder_run(const ModelChanges& changes) { return {model_->encoder(), tokens_, changes.encoder, state_}; }

  std::span<const std::int32_t> ids() const { return tokens_.ids(); }

  StackState& state() { return state_; }
  SourceMemory& memory() { return memory_; }
  const SourceMemory& memory() const { return memory_; }

 private:
  /// Computes the keys and values for decoder layer `layer`, from some rows of the last states of the encoder.
  void Remember(Index layer, Rows rows, const ModelChanges& changes);

  const Transformer* model_;
  Index rows_;
  SourceMemory memory_;
  StackState state_;
  Schedule schedule_;
  TokenList tokens_;
};

}  // namespace attenscope
