// Computes logits from the residual stream after the last block.
#pragma once

#include "transformer/block_context.h"

namespace attenscope {

/// Computes y (T, C) from x (T, C) with the final norm, if the model has one, and applies the edits of the final norm.
void FinalNorm(const StackContext& context, ConstMatrix x, Matrix y);

/// Computes logits (T, outputs) from the residual stream x (T, C) after the last block: final norm, the layer of the
/// head if the model has one, unembedding, scale and soft cap. `context` is the context of the only stack or the
/// decoder.
void ComputeLogits(const StackContext& context, const Transformer& model, ConstMatrix x, Matrix logits);

}  // namespace attenscope
