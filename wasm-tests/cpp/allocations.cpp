// Replaces operator new with a version that counts its calls.
#include "allocations.h"

#include <cstdlib>
#include <memory>
#include <new>

namespace {

std::size_t allocations = 0;

void* Allocate(std::size_t size, std::size_t alignment) {
  ++allocations;
  // The size passed to aligned_alloc must be a multiple of the alignment and not 0.
  const std::size_t rounded = (size / alignment + 1) * alignment;
  void* memory = rounded < size ? nullptr : std::aligned_alloc(alignment, rounded);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

// The array forms of operator new call these functions. The nothrow forms are defined explicitly, because the versions
// of a sanitizer would not call these functions.
void* operator new(std::size_t size) { return Allocate(size, alignof(std::max_align_t)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return Allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return operator new(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace attenscope::testing {

std::size_t Allocations() { return allocations; }

TEST_CASE("allocations: every call of operator new is counted") {
  const std::size_t before = Allocations();
  const auto held = std::make_unique<int>(3);
  CHECK(*held == 3);
  CHECK(Allocations() == before + 1);
}

}  // namespace attenscope::testing
