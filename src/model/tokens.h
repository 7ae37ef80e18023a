// A text as a model reads it: its ids, and what else may come with them.
#pragma once

#include <concepts>
#include <cstdint>
#include <span>

#include "tensor/tensor.h"

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

}  // namespace attenscope
