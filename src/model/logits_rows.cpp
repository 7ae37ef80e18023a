// Allocates and finds the requested rows of logits.
#include "model/logits_rows.h"

#include <algorithm>
#include <cstdint>
#include <new>
#include <string>

#include "tensor/error.h"

namespace attenscope {

void LogitsRows::Want(LogitsWanted wanted, Index first, Index count, Index width) {
  const Index rows = wanted == LogitsWanted::kAll    ? count
                     : wanted == LogitsWanted::kLast ? std::min<Index>(count, 1)
                                                     : 0;
  const std::uint64_t size = static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(width);
  try {
    if (size > data_.max_size()) throw std::bad_alloc();
    data_.resize(static_cast<std::size_t>(size));
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::kMemory, "logits of " + std::to_string(rows) + " tokens need " +
                                        std::to_string(size * sizeof(float)) + " bytes, more than the memory has left");
  }
  first_ = first + count - rows;
  rows_ = rows;
  width_ = width;
}

LogitsRows::Part LogitsRows::Among(Index first, Index count) {
  const Index begin = std::max(first, first_);
  const Index end = std::max(begin, std::min(first + count, first_ + rows_));
  return {begin, Matrix(data_.data(), {rows_, width_}).Rows(std::min(begin - first_, rows_), end - begin)};
}

}  // namespace attenscope
