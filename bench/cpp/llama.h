// Offers a Llama form as plain C functions, for settings that the package does not offer.
#pragma once

#include <cstdint>

extern "C" {

/// Creates a model with random weights, which lives as long as the module. Returns null when memory is short.
void* bench_llama(std::int32_t layers, std::int32_t width, std::int32_t heads, std::int32_t feed_forward_width,
                  std::int32_t vocabulary, std::int32_t context);

/// Reads `prompt` ids at once and then `stream` more ids one by one. If `holds` is true, the run keeps the queries of
/// every block. Returns the last logits (V), which are valid until the next call. Returns null when memory is short.
const float* bench_llama_run(void* llama, bool holds, const std::int32_t* ids, std::int32_t prompt,
                             std::int32_t stream);
}
