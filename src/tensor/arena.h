// Aligned memory: one allocation for all arrays of a run, and buffers for weights.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>

#include "tensor/error.h"
#include "tensor/tensor.h"

namespace attenscope {

/// Alignment in bytes: a cache line, and at least the width of a SIMD register on every architecture.
inline constexpr std::size_t kAlignment = 64;

/// Frees the memory of an AlignedBuffer.
struct AlignedFree {
  void operator()(void* memory) const { std::free(memory); }
};
/// Memory aligned to kAlignment, with its owner.
using AlignedBuffer = std::unique_ptr<std::byte[], AlignedFree>;

/// Returns `bytes` bytes of zeroed memory, aligned to kAlignment. Throws kMemory when the allocation fails; the message
/// names `what`.
AlignedBuffer AllocateZeroed(std::uint64_t bytes, const std::string& what);

/// Divides one allocation into arrays. A layout is a function that takes its arrays from an arena. The layout runs
/// twice: first on an empty arena to count the bytes, then on the allocated memory. The counted size and the used size
/// therefore always agree.
class Arena {
 public:
  /// Creates an arena that only counts bytes: every array that it returns is null.
  Arena() = default;
  /// Creates an arena that returns arrays from the memory at `base`.
  explicit Arena(std::byte* base) : base_(base) {}

  /// Returns the next array of `count` elements, or null when the arena only counts. Throws kMemory when the size
  /// overflows.
  template <class T>
  T* Take(std::uint64_t count) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max() / 4;
    if (count > kMost / sizeof(T) || used_ > kMost)
      throw Error(ErrorCode::kMemory, "a run of this size does not fit into memory");
    T* array = base_ ? reinterpret_cast<T*>(base_ + used_) : nullptr;
    used_ += (count * sizeof(T) + kAlignment - 1) / kAlignment * kAlignment;
    return array;
  }

  /// Returns the next float tensor of this shape, contiguous. Throws kMemory when the size overflows.
  template <int Rank>
  TensorView<float, Rank> Tensor(std::array<Index, Rank> shape) {
    std::uint64_t count = 1;
    for (Index extent : shape) {
      if (extent != 0 && count > std::numeric_limits<std::uint64_t>::max() / 64 / static_cast<std::uint64_t>(extent)) {
        throw Error(ErrorCode::kMemory, "a run of this size does not fit into memory");
      }
      count *= static_cast<std::uint64_t>(extent);
    }
    return {Take<float>(count), shape};
  }

  /// Returns the number of bytes taken so far.
  std::uint64_t used() const { return used_; }

 private:
  std::byte* base_ = nullptr;
  std::uint64_t used_ = 0;
};

/// Allocates the memory of `layout`, a function of an Arena&: runs the layout once to count the bytes and once to place
/// its arrays. Throws kMemory; the message names `what`.
template <class Layout>
AlignedBuffer AllocateLaidOut(const std::string& what, Layout layout) {
  Arena counting;
  layout(counting);
  AlignedBuffer memory = AllocateZeroed(counting.used(), what);
  Arena arena(memory.get());
  layout(arena);
  return memory;
}

}  // namespace attenscope
