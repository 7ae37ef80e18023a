// Adds and concatenates encodings element by element. Without SIMD, because memory bandwidth limits these loops, not
// arithmetic.
#include "position/apply.h"

#include "tensor/check.h"

namespace attenscope {

namespace {

/// Calls body(b, t, c) for every element of a tensor (B, T, C) with this shape.
template <class Body>
void ForEach(const std::array<Index, 3>& shape, Body body) {
  for (Index b = 0; b < shape[0]; ++b) {
    for (Index t = 0; t < shape[1]; ++t) {
      for (Index c = 0; c < shape[2]; ++c) body(b, t, c);
    }
  }
}

}  // namespace

void AddEncoding(ConstStack x, ConstStack encoding, Stack y) {
  CheckShape("encoding", encoding, x.shape);
  CheckShape("y", y, x.shape);
  ForEach(x.shape, [&](Index b, Index t, Index c) { y(b, t, c) = x(b, t, c) + encoding(b, t, c); });
}

void AddEncodingGradient(ConstStack grad_y, Stack grad_encoding) {
  CheckShape("gradEncoding", grad_encoding, grad_y.shape);
  ForEach(grad_y.shape, [&](Index b, Index t, Index c) { grad_encoding(b, t, c) += grad_y(b, t, c); });
}

void ConcatenateEncoding(ConstStack x, ConstStack encoding, Stack y) {
  const Index C = x.shape[2];
  const Index P = encoding.shape[2];
  CheckShape("encoding", encoding, {x.shape[0], x.shape[1], P});
  CheckShape("y", y, {x.shape[0], x.shape[1], C + P});
  ForEach(x.shape, [&](Index b, Index t, Index c) { y(b, t, c) = x(b, t, c); });
  ForEach(encoding.shape, [&](Index b, Index t, Index p) { y(b, t, C + p) = encoding(b, t, p); });
}

void ConcatenateEncodingGradient(ConstStack grad_y, Stack grad_x, Stack grad_encoding) {
  const Index C = grad_x.shape[2];
  const Index P = grad_encoding.shape[2];
  CheckShape("gradX", grad_x, {grad_y.shape[0], grad_y.shape[1], C});
  CheckShape("gradEncoding", grad_encoding, {grad_y.shape[0], grad_y.shape[1], P});
  CheckShape("gradY", grad_y, {grad_y.shape[0], grad_y.shape[1], C + P});
  if (grad_x.data) {
    ForEach(grad_x.shape, [&](Index b, Index t, Index c) { grad_x(b, t, c) += grad_y(b, t, c); });
  }
  if (grad_encoding.data) {
    ForEach(grad_encoding.shape, [&](Index b, Index t, Index p) { grad_encoding(b, t, p) += grad_y(b, t, C + p); });
  }
}

}  // namespace attenscope
