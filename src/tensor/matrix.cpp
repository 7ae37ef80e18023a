// Copies, sums and fills of matrices, compiled once because many files call these loops.
#include "tensor/matrix.h"

namespace attenscope {

void Copy(ConstMatrix from, Matrix to) {
  for (Index r = 0; r < from.shape[0]; ++r) {
    for (Index c = 0; c < from.shape[1]; ++c) to(r, c) = from(r, c);
  }
}

void Add(ConstMatrix from, Matrix to) {
  if (!to.data) return;
  for (Index r = 0; r < from.shape[0]; ++r) {
    for (Index c = 0; c < from.shape[1]; ++c) to(r, c) += from(r, c);
  }
}

void Clear(Matrix matrix) {
  for (Index r = 0; r < matrix.shape[0]; ++r) {
    for (Index c = 0; c < matrix.shape[1]; ++c) matrix(r, c) = 0.0f;
  }
}

}  // namespace attenscope
