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
  /// Throws kOption unless `tokens` may follow: for an id outside `vocabulary`, lists of other lengths than the ids',
  /// and entries that the config does not have.
  void Check(const Config& config, Index vocabulary, const Tokens& tokens) const;
  void Append(const Tokens& tokens);

  std::span<const std::int32_t> ids() const { return ids_; }
  Index size() const { return static_cast<Index>(ids_.size()); }
  /// Those from `first` on, without what says which are visible.
  Tokens Range(Index first, Index count) const;
  /// One number a token, or null where all are.
  const std::uint8_t* visible() const { return visible_.empty() ? nullptr : visible_.data(); }

 private:
  std::vector<std::int32_t> ids_;
  std::vector<std::int32_t> types_;
  std::vector<std::int32_t> positions_;
  std::vector<std::uint8_t> visible_;
};

}  // namespace attenscope
