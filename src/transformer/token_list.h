// The tokens of a stack, with their types, positions and visibility.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/tokens.h"
#include "transformer/config.h"

namespace attenscope {

/// The tokens that a stack has been given so far.
class TokenList {
 public:
  /// Checks that `tokens` may follow. Throws kOption for an id outside `vocabulary`, a list that is as long as the ids
  /// are not, and an entry that the config does not allow.
  void Check(const Config& config, Index vocabulary, const Tokens& tokens) const;
  /// Adds tokens, which Check has accepted.
  void Append(const Tokens& tokens);

  std::span<const std::int32_t> ids() const { return ids_; }
  Index size() const { return static_cast<Index>(ids_.size()); }
  /// The `count` tokens from `first` on, without their visibility.
  Tokens Range(Index first, Index count) const;
  /// 1 for a token that queries see, 0 for one that they do not (S); null where all are visible.
  const std::uint8_t* visible() const { return visible_.empty() ? nullptr : visible_.data(); }

 private:
  std::vector<std::int32_t> ids_;
  std::vector<std::int32_t> types_;
  std::vector<std::int32_t> positions_;
  std::vector<std::uint8_t> visible_;
};

}  // namespace attenscope
