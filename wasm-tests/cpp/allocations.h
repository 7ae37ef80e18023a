// Counts memory allocations, so that tests can check that code does not allocate.
#pragma once

#include <doctest/doctest.h>

#include <cstddef>

namespace attenscope::testing {

/// Returns the number of calls of operator new so far, including calls from vectors, strings and std::function.
std::size_t Allocations();

/// Calls `pass` and checks that it does not allocate.
template <class Pass>
void WithoutAllocating(Pass pass) {
  const std::size_t before = Allocations();
  pass();
  const std::size_t made = Allocations() - before;
  CHECK(made == 0);
}

}  // namespace attenscope::testing
