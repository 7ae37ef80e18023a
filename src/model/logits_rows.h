// The rows of logits that a run was asked for.
#pragma once

#include <vector>

#include "tensor/tensor.h"

namespace attenscope {

/// Which rows of logits an append asks for.
enum class LogitsWanted { kAll, kLast, kNone };

/// (rows, V), of consecutive tokens.
class LogitsRows {
 public:
  /// Makes room for those of `count` tokens, `first` being the first, that are wanted. Throws kMemory, and then keeps
  /// what it had.
  void Want(LogitsWanted wanted, Index first, Index count, Index width);

  ConstMatrix all() const { return {data_.data(), {rows_, width_}}; }

  /// The wanted ones among the tokens from `first` on: the first token's number, and where its row and those after go.
  struct Part {
    Index first = 0;
    Matrix rows;
  };
  Part Among(Index first, Index count);

 private:
  std::vector<float> data_;
  Index first_ = 0;
  Index rows_ = 0;
  Index width_ = 0;
};

}  // namespace attenscope
