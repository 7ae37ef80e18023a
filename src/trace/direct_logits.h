// What a logit is the sum of.
#pragma once

#include "trace/trace_tensor.h"

namespace attenscope {

/// The terms of one logit: each is what a part of the model adds to the residual stream, seen through the final norm as
/// it scaled this token and the token's unembedding ("direct logit attribution", Elhage et al. 2021). Their sum is the
/// logit, but for rounding.
struct DirectLogits {
  TraceTensor heads;         // (L, N)
  TraceTensor cross_heads;   // (L, N), of a decoder with cross-attention, else (0, N)
  TraceTensor feed_forward;  // (L)
  double embedding = 0.0;
  double bias = 0.0;  // those of output projections, of the final norm and of the logits
  double logit = 0.0;
};

}  // namespace attenscope
