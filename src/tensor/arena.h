// One allocation for everything that a run needs, and aligned storage for weights.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>

#include "tensor/error.h"
#include "tensor/tensor.h"

namespace attenscope {

/// Wide enough for every register of every architecture, and a cache line.
inline constexpr std::size_t kAlignment = 64;

struct AlignedFree {
  void operator()(void* memory) const { std::free(memory); }
};
using AlignedBuffer = std::unique_ptr<std::byte[], AlignedFree>;

/// Zeroed, aligned memory. `what` is named in the error when there is none to be had.
AlignedBuffer AllocateZeroed(std::uint64_t bytes, const std::string& what);

/// Carves one allocation into arrays. A layout is a function that takes its arrays from an arena; it runs twice: over
/// an empty arena to learn the size, then over the memory itself, so that the two can never disagree.
class Arena {
 public:
  /// Counts only: every array taken is null.
  Arena() = default;
  /// Hands out the memory at `base`.
  explicit Arena(std::byte* base) : base_(base) {}

  template <class T>
  T* Take(std::uint64_t count) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max() / 4;
    if (count > kMost / sizeof(T) || used_ > kMost)
      throw Error(ErrorCode::kMemory, "a run of this size cannot be held");
    T* array = base_ ? reinterpret_cast<T*>(base_ + used_) : nullptr;
    used_ += (count * sizeof(T) + kAlignment - 1) / kAlignment * kAlignment;
    return array;
  }

  template <int Rank>
  TensorView<float, Rank> Tensor(std::array<Index, Rank> shape) {
    std::uint64_t count = 1;
    for (Index extent : shape) {
      if (extent != 0 && count > std::numeric_limits<std::uint64_t>::max() / 64 / static_cast<std::uint64_t>(extent)) {
        throw Error(ErrorCode::kMemory, "a run of this size cannot be held");
      }
      count *= static_cast<std::uint64_t>(extent);
    }
    return {Take<float>(count), shape};
  }

  std::uint64_t used() const { return used_; }

 private:
  std::byte* base_ = nullptr;
  std::uint64_t used_ = 0;
};

/// The memory of a layout, given as a function of an arena: run over nothing, then over the memory. Throws kMemory.
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
