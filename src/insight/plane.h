// Projects the queries and keys of a head to one plane.
#pragma once

#include "trace/trace_tensor.h"

namespace attenscope {

/// The points of queries and keys in the plane in which they vary most.
struct Plane {
  TraceTensor queries;     // (T, 2)
  TraceTensor keys;        // (S, 2)
  double explained = 0.0;  // share of the variance that the plane keeps, 0 to 1
};

/// Projects queries (T, H) and keys (S, H) to the first two principal components (Pearson 1901) of both together.
/// Before that, all keys are shifted by one vector, so that their mean equals the mean of the queries (as in Yeh et al.
/// 2023). The shift adds the same number to all scores of a query, so that softmax does not change. The largest
/// component of each axis is positive, so that equal numbers give equal pictures. Throws kOption for numbers that are
/// not finite and for vectors of width 0.
Plane ProjectToPlane(ConstMatrix queries, ConstMatrix keys);

}  // namespace attenscope
