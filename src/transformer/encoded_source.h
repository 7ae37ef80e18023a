// An encoder's side of a run: its text, its states, and what the decoder sees of them.
#pragma once

#include <memory>
#include <vector>

#include "transformer/schedule.h"

namespace attenscope {

/// Runs the given units of a stack, all but kTail; returns their multiply-adds.
std::uint64_t RunUnit(const Stack& stack, const Schedule::Unit& unit, const TokenList& tokens, Index length,
                      const StackChanges* changes, StackState& state);

/// Throws kTooLong unless a run may have so many tokens.
Index CheckedCapacity(const Config& config, Index capacity);

class EncodedSource {
 public:
  /// Room for `capacity` tokens; the model outlives this. Throws kTooLong or kMemory.
  EncodedSource(const Transformer& model, Index capacity);

  /// The text, once. Throws as `Run::SetSource` does.
  void SetText(const Tokens& source);

  /// What is computed is to be done again from a depth of the encoder's on.
  void Restart(Index depth) { schedule_.Restart(depth); }

  /// One unit of work: its multiply-adds. Call while busy.
  std::uint64_t Advance(const ModelChanges& changes);
  bool busy() const { return schedule_.busy(); }

  /// Tokens set, and tokens computed.
  Index length() const { return schedule_.appended(); }
  Index computed() const { return schedule_.computed(); }

  std::span<const std::int32_t> ids() const { return tokens_.ids(); }

  StackState& state() { return state_; }
  SourceMemory& memory() { return memory_; }
  const SourceMemory& memory() const { return memory_; }

 private:
  const Transformer* model_;
  Index rows_;
  SourceMemory memory_;
  StackState state_;
  Schedule schedule_;
  TokenList tokens_;
};

}  // namespace attenscope
