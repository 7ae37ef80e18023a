// A range of a run's tokens.
#pragma once

#include "tensor/tensor.h"

namespace attenscope {

/// The tokens [first, first + count) of a run, which are computed together.
struct Rows {
  Index first;
  Index count;
};

}  // namespace attenscope
