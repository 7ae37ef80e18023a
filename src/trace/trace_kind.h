// The kinds of traced tensors, for all architectures.
#pragma once

#include "attention/attention.h"

namespace attenscope {

/// The kind of a traced tensor. The kinds up to kHeadOutput have one matrix per head. In a model with an encoder and a
/// decoder, names begin with 'encoder.' or 'decoder.'. Its decoder blocks also have tensors named 'cross.…' instead of
/// 'attn.…', whose keys are the encoder's tokens.
enum class TraceKind {
  kQuery,          // 'blocks.i.attn.q' (N, T, H), after the rotary encoding if there is one
  kKey,            // 'blocks.i.attn.k' (K, S, H), after the rotary encoding if there is one
  kValue,          // 'blocks.i.attn.v' (K, S, H)
  kScores,         // 'blocks.i.attn.scores' (N, T, S): q · k
  kScaled,         // 'blocks.i.attn.scaled' (N, T, S): scores / √H
  kMasked,         // 'blocks.i.attn.masked' (N, T, S): scaled scores, −∞ where a key is masked
  kPattern,        // 'blocks.i.attn.pattern' (N, T, S): the attention weights after softmax and edits
  kWeightedNorms,  // 'blocks.i.attn.weighted_norms' (N, T, S): ‖α v W_O‖, the length of the weighted and projected
                   // value
  kPicture,        // 'blocks.i.attn.picture' (N, h, w): the pattern downsampled by block maxima, at most 64 × 64
  kHeadOutput,     // 'blocks.i.attn.head_output' (N, T, H): pattern · v
  kAttnOutput,     // 'blocks.i.attn.output' (T, C): the vectors that attention adds to the residual stream
  kFeedForward,    // 'blocks.i.feed_forward.output' (T, C): the vectors that the feed-forward layer adds
  kResidual,       // 'blocks.i.residual' (T, C): the residual stream after the block
  kLens,           // 'blocks.i.lens' (T, outputs): logits of the residual stream after the block; not in encoders
  kEmbedding,      // 'embedding' (T, C): the residual stream before the first block
  kFinalNorm,      // 'final_norm' (T, C): the residual stream after the final norm; only in models with a final norm
};

/// Returns the stage of attention that a kind from kScores to kPattern shows, or that a picture or weighted norms are
/// computed from.
Stage StageOf(TraceKind kind);

}  // namespace attenscope
