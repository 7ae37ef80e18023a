// Allocates traced tensors and selects heads.
#include "trace/trace_tensor.h"

#include <new>

#include "tensor/error.h"

namespace attenscope {

namespace {

std::vector<float> Numbers(const std::vector<Index>& shape) {
  std::uint64_t count = 1;
  for (Index extent : shape) count *= static_cast<std::uint64_t>(extent);
  std::vector<float> numbers;
  try {
    if (count > numbers.max_size()) throw std::bad_alloc();
    numbers.resize(static_cast<std::size_t>(count));
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::kMemory, "a traced tensor needs " + std::to_string(count * sizeof(float)) +
                                        " bytes, more than the memory has left");
  }
  return numbers;
}

TraceTensor Mean(const std::string& name, const std::vector<Index>& shape,
                 const std::function<void(Index, Matrix)>& fill) {
  TraceTensor mean{Numbers({shape[1], shape[2]}), {shape[1], shape[2]}};
  const float share = 1.0f / static_cast<float>(shape[0]);
  for (Index n = 0; n < shape[0]; ++n) {
    const TraceTensor one = MakeTrace(name, shape, n, true, fill);
    for (std::size_t i = 0; i < mean.data.size(); ++i) {
      // Two statements, so that each rounds to float32. A fused operation would round once, and only in vectorised
      // iterations, so that bits would depend on the index.
      const float part = share * one.data[i];
      mean.data[i] += part;
    }
  }
  return mean;
}

}  // namespace

void CheckTokens(const std::string& what, Index first, Index count, Index computed) {
  if (first >= 0 && count >= 0 && first <= computed && count <= computed - first) return;
  throw Error(ErrorCode::kOption, what + ": " + std::to_string(count) + " tokens from token " + std::to_string(first) +
                                      " on were requested, only " + std::to_string(computed) + " are computed");
}

TraceTensor MakeTrace(const std::string& name, std::vector<Index> shape, Index head, bool per_head,
                      const std::function<void(Index, Matrix)>& fill) {
  if (per_head && head == kMeanHead) return Mean(name, std::move(shape), fill);
  if (!per_head && head != -1) throw Error(ErrorCode::kOption, "'" + name + "' has no heads, but a head was requested");
  const Index heads = per_head ? shape[0] : 1;
  if (head < -1 || head >= heads) {
    throw Error(ErrorCode::kOption,
                "'" + name + "': head is " + std::to_string(head) + ", expected 0 to " + std::to_string(heads - 1));
  }
  const Index columns = shape.back();
  const Index rows = shape[shape.size() - 2];
  const bool one = head >= 0;
  if (one) shape.erase(shape.begin());
  TraceTensor result{Numbers(shape), shape};
  for (Index n = one ? head : 0; n < (one ? head + 1 : heads); ++n) {
    fill(n, {result.data.data() + (one ? 0 : n * rows * columns), {rows, columns}});
  }
  return result;
}

}  // namespace attenscope
