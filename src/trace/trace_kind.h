// The kinds of tensors that a trace can show, in all architectures.
#pragma once

#include "attention/attention.h"

namespace attenscope {

/// What a traced tensor is. Those up to kHeadOutput belong to one head each. Beside an encoder, names begin with
/// 'encoder.' or 'decoder.', and a decoder's blocks have 'cross.…' like 'attn.…', over the encoder's tokens.
enum class TraceKind {
  kQuery,          // 'blocks.i.attn.q' (N, T, H), after the rotary encoding where there is one
  kKey,            // 'blocks.i.attn.k' (K, S, H), likewise
  kValue,          // 'blocks.i.attn.v' (K, S, H)
  kScores,         // 'blocks.i.attn.scores' (N, T, S): q · k
  kScaled,         // 'blocks.i.attn.scaled' (N, T, S): scores / √H
  kMasked,         // 'blocks.i.attn.masked' (N, T, S): −∞ where a key is hidden
  kPattern,        // 'blocks.i.attn.pattern' (N, T, S): softmax, and the edits
  kWeightedNorms,  // 'blocks.i.attn.weighted_norms' (N, T, S): ‖α v W_O‖, the size of what a weight moves
  kPicture,        // 'blocks.i.attn.picture' (N, h, w): the pattern in small, at most 64 × 64, by block maxima
  kHeadOutput,     // 'blocks.i.attn.head_output' (N, T, H): pattern · v
  kAttnOutput,     // 'blocks.i.attn.output' (T, C): what attention adds to the residual stream
  kFeedForward,    // 'blocks.i.feed_forward.output' (T, C): what the feed-forward layer adds
  kResidual,       // 'blocks.i.residual' (T, C): the residual stream after the block
  kLens,       // 'blocks.i.lens' (T, outputs): the logits that the residual stream after the block would give; not in
               // encoders
  kEmbedding,  // 'embedding' (T, C): the residual stream before the first block
  kFinalNorm,  // 'final_norm' (T, C): what the unembedding or the decoder reads; models with such a norm only
};

/// The stage of attention that a kind from kScores to kPattern shows, or is made of.
Stage StageOf(TraceKind kind);

}  // namespace attenscope
