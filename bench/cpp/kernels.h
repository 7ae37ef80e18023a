// Offers the kernels of the engine as plain C functions, for benchmarks in JavaScript and native code.
#pragma once

#include <cstddef>

extern "C" {

/// Allocates zeroed floats, aligned for any register, which live as long as the module. Returns null when memory is
/// short.
float* bench_allocate(std::ptrdiff_t floats);

/// Packs a weight w (rows, columns) as the engine does. Returns null when memory is short.
void* bench_weight(std::ptrdiff_t rows, std::ptrdiff_t columns, const float* w);

/// Computes y (tokens, rows) = x (tokens, columns) · wᵀ, with a weight from bench_weight.
void bench_matmul(std::ptrdiff_t tokens, const float* x, const void* weight, float* y);

/// Creates an attention operation with N heads, as many queries as keys, head width H, and a scale of 1/√H. Returns
/// null when memory is short.
void* bench_attention_op(std::ptrdiff_t heads, std::ptrdiff_t tokens, std::ptrdiff_t head_width, bool causal);

/// Computes output (T, N·H), the attention of q (T, N·H) over k and v (N, S, H). Each call packs its keys and values
/// again, so that packing is part of the measured time.
void bench_attention(void* op, const float* q, const float* k, const float* v, float* output);
}
