// From the residual stream after the last block to logits.
#pragma once

#include "transformer/block_context.h"

namespace attenscope {

/// y (T, C) = x (T, C) after the norm that follows the last block, if the model has one, and its edits.
void FinalNorm(const StackContext& context, ConstMatrix x, Matrix y);

/// logits (T, outputs) of x (T, C), the residual stream after the last block: final norm, the head's own layer if the
/// model has one, unembedding, scale and soft cap. The context is that of the model's stack or decoder.
void ComputeLogits(const StackContext& context, const Transformer& model, ConstMatrix x, Matrix logits);

}  // namespace attenscope
