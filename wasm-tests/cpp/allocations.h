// Counts what is allocated, so that tests can hold passes to their word that they allocate nothing.
#pragma once

#include <doctest/doctest.h>

#include <cstddef>

namespace attenscope::testing {

/// Calls of operator new so far, by whatever makes them: vectors, strings, functions.
std::size_t Allocations();

/// Runs `pass`, which may not allocate.
template <class Pass>
void WithoutAllocating(Pass pass) {
  const std::size_t before = Allocations();
  pass();
  const std::size_t made = Allocations() - before;
  CHECK(made == 0);
}

}  // namespace attenscope::testing
