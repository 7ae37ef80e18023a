// Queries and keys of a head in one plane.
#pragma once

#include "trace/trace_tensor.h"

namespace attenscope {

/// Where queries and keys stand in the plane in which they differ most.
struct Plane {
  TraceTensor queries;     // (T, 2)
  TraceTensor keys;        // (S, 2)
  double explained = 0.0;  // the part of the variance that the plane keeps, 0 to 1
};

/// Principal components (Pearson 1901) of queries (T, H) and keys (S, H) together. Keys are first moved as one so that
/// their mean is the queries' (as Yeh et al. 2023 do): that adds the same to all scores of a query, which no softmax
/// sees. Of each axis the largest component is positive, so that the same numbers give the same picture.
/// Numbers that are not finite, and vectors without any, are refused: kOption.
Plane ProjectToPlane(ConstMatrix queries, ConstMatrix keys);

}  // namespace attenscope
