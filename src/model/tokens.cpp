// Checks token ids.
#include "model/tokens.h"

#include <string>

#include "tensor/error.h"

namespace attenscope {

void CheckIds(std::span<const std::int32_t> ids, Index vocabulary) {
  for (std::int32_t id : ids) {
    if (id < 0 || id >= vocabulary) {
      throw Error(ErrorCode::kOption, "token id " + std::to_string(id) + " is outside the vocabulary, 0 to " +
                                          std::to_string(vocabulary - 1));
    }
  }
}

std::span<const std::int32_t> Tokens::OnlyIds() const {
  if (types.empty() && positions.empty() && visible.empty()) return ids;
  throw Error(ErrorCode::kUnsupported, "typeIds, positions and an attentionMask need a Transformer");
}

}  // namespace attenscope
