// The engine's kernels behind plain C functions, as the benchmarks call them from JavaScript and natively.
#pragma once

#include <cstddef>

extern "C" {

/// Zeroed floats, aligned for any register; they live as long as the module does. Null where there is no memory.
float* bench_allocate(std::ptrdiff_t floats);

/// A weight w (rows, columns), packed as the engine keeps weights. Null where there is no memory.
void* bench_weight(std::ptrdiff_t rows, std::ptrdiff_t columns, const float* w);

/// y (tokens, rows) = x (tokens, columns) · wᵀ, with a weight of bench_weight.
void bench_matmul(std::ptrdiff_t tokens, const float* x, const void* weight, float* y);

/// Attention of one size: N heads, as many queries as keys, H wide, scaled by 1/√H. Null where there is no memory.
void* bench_attention_op(std::ptrdiff_t heads, std::ptrdiff_t tokens, std::ptrdiff_t head_width, bool causal);

/// output (T, N·H) = attention of q (T, N·H) over k and v (N, S, H). Keys and values are new at each call, so that
/// their packing is part of it.
void bench_attention(void* op, const float* q, const float* k, const float* v, float* output);
}
