// The direct logit attribution of one logit.
#pragma once

#include "trace/trace_tensor.h"

namespace attenscope {

/// The terms whose sum is one logit ("direct logit attribution", Elhage et al. 2021). Each term is the contribution of
/// one part of the model to the residual stream, scaled by the final norm of this token and multiplied by the token's
/// row of the unembedding. The sum of the terms equals the logit up to rounding.
struct DirectLogits {
  TraceTensor heads;         // (L, N)
  TraceTensor cross_heads;   // (L, N) of a decoder with cross-attention, else (0, N)
  TraceTensor feed_forward;  // (L)
  double embedding = 0.0;
  double bias = 0.0;  // the biases of output projections, of the final norm and of the logits
  double logit = 0.0;
};

}  // namespace attenscope
