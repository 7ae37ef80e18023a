// A Llama form behind plain C functions, for what the package has no option of.
#pragma once

#include <cstdint>

extern "C" {

/// A model of random weights that lives as long as the module does. Null where there is no memory.
void* bench_llama(std::int32_t layers, std::int32_t width, std::int32_t heads, std::int32_t feed_forward_width,
                  std::int32_t vocabulary, std::int32_t context);

/// Reads `prompt` of the ids at once and `stream` more one by one, holding every block's queries or none; the last
/// logits (V), valid until the next call. Null where there is no memory.
const float* bench_llama_run(void* llama, bool holds, const std::int32_t* ids, std::int32_t prompt,
                             std::int32_t stream);
}
