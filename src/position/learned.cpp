// Looks up learned position vectors. The gradient adds each row to its row of the table.
#include "position/learned.h"

#include <string>

#include "tensor/check.h"

namespace attenscope {

namespace {

void CheckPositions(std::span<const std::int32_t> positions, Index table_rows) {
  for (std::int32_t position : positions) {
    if (position >= 0 && position < table_rows) continue;
    throw Error(position < 0 ? ErrorCode::kOption : ErrorCode::kTooLong,
                "positions: holds " + std::to_string(position) + ", the table has positions 0 to " +
                    std::to_string(table_rows - 1));
  }
}

}  // namespace

void LearnedEncoding(ConstMatrix table, std::span<const std::int32_t> positions, Matrix encoding) {
  CheckShape("encoding", encoding, {static_cast<Index>(positions.size()), table.shape[1]});
  CheckPositions(positions, table.shape[0]);
  for (Index t = 0; t < encoding.shape[0]; ++t) {
    const Index position = positions[static_cast<std::size_t>(t)];
    for (Index c = 0; c < encoding.shape[1]; ++c) encoding(t, c) = table(position, c);
  }
}

void LearnedEncodingGradient(ConstMatrix grad_encoding, std::span<const std::int32_t> positions, Matrix grad_table) {
  CheckShape("gradEncoding", grad_encoding, {static_cast<Index>(positions.size()), grad_table.shape[1]});
  CheckPositions(positions, grad_table.shape[0]);
  for (Index t = 0; t < grad_encoding.shape[0]; ++t) {
    const Index position = positions[static_cast<std::size_t>(t)];
    for (Index c = 0; c < grad_encoding.shape[1]; ++c) grad_table(position, c) += grad_encoding(t, c);
  }
}

}  // namespace attenscope
