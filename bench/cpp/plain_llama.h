// Computes the Llama form as a plain C++ program does, one token at a time: loops over row-major weights, optimised
// only by the compiler. The benchmarks compare the decoding of the engine with this program, which shares no code with
// the engine.
#pragma once

#include <cstdint>

extern "C" {

/// Creates a model with zeroed weights, which lives as long as the module. Returns null when memory is short.
void* plain_llama(std::int32_t layers, std::int32_t width, std::int32_t heads, std::int32_t feed_forward_width,
                  std::int32_t vocabulary, std::int32_t context);

/// Returns the memory of the weights. The tensors (out, in) follow each other in this order: the embedding; for each
/// layer the norm of the attention, query, key, value, output, the norm of the feed-forward layer, gate, up, down; the
/// last norm; the unembedding.
float* plain_llama_weights(void* model);

/// Returns the logits (V) after `token` at `position`, which are valid until the next call. The earlier tokens must
/// have been passed in order.
const float* plain_llama_forward(void* model, std::int32_t token, std::int32_t position);
}
