// Calls the matrix kernel and the attention of all heads from plain C functions.
#include "kernels.h"

#include <cmath>
#include <exception>

#include "attention/attention_op.h"
#include "kernels/matmul.h"

namespace {

using namespace attenscope;
using Arch = simd::DefaultArch;

/// An attention operation and the sizes of its tensors.
struct SizedAttention {
  AttentionSizes sizes;
  AttentionOp op;
};

/// Returns x (T, N·H) as a view (1, N, T, H).
template <class T>
TensorView<T, 4> Heads(T* x, const AttentionSizes& sizes) {
  const Index width = sizes.N * sizes.H;
  return {x, {1, sizes.N, sizes.T, sizes.H}, {sizes.T * width, sizes.H, width, 1}};
}

/// Returns the result of `make`, or null when it throws, because exceptions do not cross into JavaScript here.
template <class Make>
auto OrNull(Make make) -> decltype(make()) {
  try {
    return make();
  } catch (const std::exception&) {
    return nullptr;
  }
}

}  // namespace

float* bench_allocate(std::ptrdiff_t floats) {
  return OrNull([&] {
    AlignedBuffer memory = AllocateZeroed(static_cast<std::uint64_t>(floats) * sizeof(float), "a benchmark's tensor");
    return reinterpret_cast<float*>(memory.release());
  });
}

void* bench_weight(std::ptrdiff_t rows, std::ptrdiff_t columns, const float* w) {
  return OrNull([&] {
    auto* matrix = new PackedMatrix(rows, columns, kPanelRows<Arch>, "a benchmark's weight");
    Pack(ConstMatrix(w, {rows, columns}), matrix->view());
    return matrix;
  });
}

void bench_matmul(std::ptrdiff_t tokens, const float* x, const void* weight, float* y) {
  const PackedView<const float> w = static_cast<const PackedMatrix*>(weight)->view();
  MatMul(Arch{}, ConstMatrix(x, {tokens, w.columns}), w, Matrix(y, {tokens, w.rows}));
}

void* bench_attention_op(std::ptrdiff_t heads, std::ptrdiff_t tokens, std::ptrdiff_t head_width, bool causal) {
  return OrNull([&] {
    AttentionOptions options;
    options.scale = 1.0f / std::sqrt(static_cast<float>(head_width));
    options.visible.causal = causal;
    AttentionInputs shapes;
    shapes.q = shapes.k = shapes.v = ConstTensor<4>(nullptr, {1, heads, tokens, head_width});
    const AttentionSizes sizes = Measure(shapes, options);
    return new SizedAttention{sizes, AttentionOp(sizes, options, false)};
  });
}

void bench_attention(void* op, const float* q, const float* k, const float* v, float* output) {
  auto& attention = *static_cast<SizedAttention*>(op);
  const AttentionSizes& sizes = attention.sizes;
  AttentionInputs inputs;
  inputs.q = Heads(q, sizes);
  inputs.k = ConstTensor<4>(k, {1, sizes.K, sizes.S, sizes.H});
  inputs.v = ConstTensor<4>(v, {1, sizes.K, sizes.S, sizes.H});
  AttentionOutputs outputs;
  outputs.output = Heads(output, sizes);
  attention.op.Forward(inputs, outputs);
}
