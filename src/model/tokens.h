// The input of a model: token ids, and optional values for each token.
#pragma once

#include <concepts>
#include <cstdint>
#include <span>

#include "tensor/tensor.h"

namespace attenscope {

/// The tokens of a text. Each field has one entry per token; all fields except `ids` may be empty.
struct Tokens {
  std::span<const std::int32_t> ids;
  /// Token types, for models with a type embedding. Empty: all types are 0.
  std::span<const std::int32_t> types = {};
  /// Positions, for models with a learned table. The first position of the table is −offset. Empty: positions continue
  /// from the previous token.
  std::span<const std::int32_t> positions = {};
  /// 0 hides a token from all queries. Empty: all tokens are visible.
  std::span<const std::int32_t> visible = {};

  Tokens() = default;
  template <std::convertible_to<std::span<const std::int32_t>> Ids>
  Tokens(const Ids& ids_) : ids(ids_) {}

  /// Returns the ids, for models that read nothing else. Throws kUnsupported when another field is set.
  std::span<const std::int32_t> OnlyIds() const;
};

/// Throws kOption unless every id is within 0 … vocabulary − 1.
void CheckIds(std::span<const std::int32_t> ids, Index vocabulary);

}  // namespace attenscope
