// Checks the types, positions and visibility of tokens, and fills in values that a text leaves out.
#include "transformer/token_list.h"

#include <string>

#include "tensor/error.h"

namespace attenscope {

namespace {

/// Throws kOption unless `list` is empty or has one entry for each of `count` tokens, from `least` to `limit` − 1.
void CheckList(const char* name, std::span<const std::int32_t> list, std::size_t count, Index least, Index limit) {
  if (!list.empty() && list.size() != count) {
    throw Error(ErrorCode::kOption, std::string(name) + " has " + std::to_string(list.size()) + " entries for " +
                                        std::to_string(count) + " tokens");
  }
  for (std::int32_t entry : list) {
    if (entry >= least && entry < limit) continue;
    throw Error(ErrorCode::kOption, std::string(name) + " has " + std::to_string(entry) + ", expected " +
                                        std::to_string(least) + " to " + std::to_string(limit - 1));
  }
}

/// Adds entries for `added` tokens to a list of `before` tokens. Tokens without an entry get `absent`. The list stays
/// empty while no token has an entry.
template <class T>
void Extend(std::vector<T>& list, std::span<const std::int32_t> more, std::size_t before, std::size_t added, T absent) {
  if (list.empty() && more.empty()) return;
  list.resize(before, absent);
  list.insert(list.end(), more.begin(), more.end());
  list.resize(before + added, absent);
}

}  // namespace

void TokenList::Check(const Config& config, Index vocabulary, const Tokens& tokens) const {
  const std::size_t count = tokens.ids.size();
  CheckIds(tokens.ids, vocabulary);
  CheckList("typeIds", tokens.types, count, 0, config.types);
  CheckList("positions", tokens.positions, count, -config.position_offset, config.context);
  CheckList("attentionMask", tokens.visible, count, 0, 2);
  if (!tokens.positions.empty() && !ids_.empty()) {
    throw Error(ErrorCode::kOption, "positions are given for the first tokens of a run only");
  }
}

void TokenList::Append(const Tokens& tokens) {
  const std::size_t before = ids_.size();
  const std::size_t count = tokens.ids.size();
  ids_.insert(ids_.end(), tokens.ids.begin(), tokens.ids.end());
  Extend<std::int32_t>(types_, tokens.types, before, count, 0);
  Extend<std::uint8_t>(visible_, tokens.visible, before, count, 1);
  positions_.insert(positions_.end(), tokens.positions.begin(), tokens.positions.end());
  // The positions of later tokens continue from the last position.
  while (!positions_.empty() && positions_.size() < ids_.size()) positions_.push_back(positions_.back() + 1);
}

Tokens TokenList::Range(Index first, Index count) const {
  const auto cut = [&](const auto& list) {
    const std::span all(list);
    return list.empty() ? all : all.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
  };
  Tokens range;
  range.ids = cut(ids_);
  range.types = cut(types_);
  range.positions = cut(positions_);
  return range;
}

}  // namespace attenscope
