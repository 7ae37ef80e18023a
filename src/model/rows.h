// A range of the tokens of a run.
#pragma once

#include "tensor/tensor.h"

namespace attenscope {

/// The tokens [first, first + count) of a run.
struct Rows {
  Index first;
  Index count;
};

}  // namespace attenscope
