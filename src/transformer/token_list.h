// The tokens of a stack so far, with their types, positions and visibility.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/tokens.h"
#include "transformer/config.h"

namespace attenscope {

/// A list of tokens that grows with each Append.
class TokenList {
 public:
  /// Checks that `tokens` may follow the list. Throws kOption for an id outside 0 … `vocabulary` − 1, for a list of
  /// another length than the ids, and for an entry that the config does not allow.
  void Check(const Config& config, Index vocabulary, const Tokens& tokens) const;
  /// Appends tokens that Check has accepted.
  void Append(const Tokens& tokens);

  std::span<const std::int32_t> ids() const { return ids_; }
  Index size() const { return static_cast<Index>(ids_.size()); }
  /// Returns the `count` tokens from `first` on, without their visibility.
  Tokens Range(Index first, Index count) const;
  /// Returns the visibility (S): 1 for a visible token and 0 for a token that no query sees. Returns null if all tokens
  /// are visible.
  const std::uint8_t* visible() const { return visible_.empty() ? nullptr : visible_.data(); }

 private:
  std::vector<std::int32_t> ids_;
  std::vector<std::int32_t> types_;
  std::vector<std::int32_t> positions_;
  std::vector<std::uint8_t> visible_;
};

}  // namespace attenscope
