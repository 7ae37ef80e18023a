// The rows of logits that a caller of a run requested.
#pragma once

#include <vector>

#include "tensor/tensor.h"

namespace attenscope {

/// The rows of logits that a call of Append requests.
enum class LogitsWanted { kAll, kLast, kNone };

/// Rows of logits (rows, V) of consecutive tokens.
class LogitsRows {
 public:
  /// Allocates the rows of the wanted tokens among the `count` tokens from `first` on. Each row has `width` numbers.
  /// When the allocation fails, throws kMemory and keeps the old rows.
  void Want(LogitsWanted wanted, Index first, Index count, Index width);

  ConstMatrix all() const { return {data_.data(), {rows_, width_}}; }

  /// A part of the wanted rows: the index of its first token, and the memory of its rows.
  struct Part {
    Index first = 0;
    Matrix rows;
  };
  /// Returns the wanted rows among the `count` tokens from `first` on.
  Part Among(Index first, Index count);

 private:
  std::vector<float> data_;
  Index first_ = 0;
  Index rows_ = 0;
  Index width_ = 0;
};

}  // namespace attenscope
