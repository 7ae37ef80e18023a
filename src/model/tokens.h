// A text as a model reads it: its ids, and what else may come with them.
#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <vector>

#include "model/config.h"

namespace attenscope {

/// One entry a token in each; all but the ids may be empty.
struct Tokens {
  std::span<const std::int32_t> ids;
  /// Kinds of token, for models that have a vector for each; empty: all 0.
  std::span<const std::int32_t> types = {};
  /// Positions, for models that add a vector for each, −offset being the first that the learned table has; empty: they
  /// count on from the tokens before.
  std::span<const std::int32_t> positions = {};
  /// 0: no token looks at this one; empty: all are looked at.
  std::span<const std::int32_t> visible = {};

  Tokens() = default;
  template <std::convertible_to<std::span<const std::int32_t>> Ids>
  Tokens(const Ids& ids_) : ids(ids_) {}

  /// The ids, for models that read nothing besides. Throws kUnsupported where there is more.
  std::span<const std::int32_t> OnlyIds() const;
};

/// Throws kOption unless every id is one of a vocabulary of that size.
void CheckIds(std::span<const std::int32_t> ids, Index vocabulary);

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
