// Allocates aligned, zeroed memory and throws a typed error when there is none.
#include "tensor/arena.h"

#include <cstring>

namespace attenscope {

AlignedBuffer AllocateZeroed(std::uint64_t bytes, const std::string& what) {
  const std::uint64_t rounded = (bytes + kAlignment - 1) / kAlignment * kAlignment + kAlignment;
  void* memory = nullptr;
  if (bytes <= rounded && rounded <= std::numeric_limits<std::size_t>::max() / 2) {
    memory = std::aligned_alloc(kAlignment, static_cast<std::size_t>(rounded));
  }
  if (memory == nullptr) {
    throw Error(ErrorCode::kMemory, what + " needs " + std::to_string(bytes) + " bytes, more than the memory has left");
  }
  std::memset(memory, 0, static_cast<std::size_t>(rounded));
  return AlignedBuffer(static_cast<std::byte*>(memory));
}

}  // namespace attenscope
