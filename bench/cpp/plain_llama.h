// The Llama form as a plain program would run it, one token at a time: loops over row-major weights, left to the
// compiler. A peer of the engine's decoding that shares none of its code.
#pragma once

#include <cstdint>

extern "C" {

/// A model with zeroed weights that lives as long as the module does. Null where there is no memory.
void* plain_llama(std::int32_t layers, std::int32_t width, std::int32_t heads, std::int32_t feed_forward_width,
                  std::int32_t vocabulary, std::int32_t context);

/// Where its weights go, one tensor after another, each (out, in): the embedding; of each layer the attention's norm,
/// query, key, value and output, the feed-forward layer's norm, gate, up and down; the last norm; the unembedding.
float* plain_llama_weights(void* model);

/// Logits (V) after `token` at `position`, the tokens before it having been given in order; valid until the next call.
const float* plain_llama_forward(void* model, std::int32_t token, std::int32_t position);
}
