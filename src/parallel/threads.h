// Work shared out among threads. A build without them has the same calls, which then do all work themselves.
#pragma once

#include <cstdint>
#include <memory>

#include "tensor/tensor.h"

namespace attenscope {

/// Multiply-adds, about, below which work is quicker done than shared out.
inline constexpr std::uint64_t kLeastSharedWork = 1 << 15;

#if ATTENSCOPE_THREADS

/// Threads that work is shared among, the caller's included; 1 until SetThreadCount.
int ThreadCount();

/// Starts threads, or ends them; `count` ≥ 1 includes the caller's. Not while work is under way. Throws kMemory where
/// so many cannot be had; there is then the caller's alone.
void SetThreadCount(int count);

namespace threads_internal {

/// A part of the work: part `part` of `parts`.
using Part = void (*)(const void* body, int part, int parts);

/// Runs all parts, the caller's thread the first, and returns when all have ended. What the first of them throws is
/// thrown again. Inside a part, and where there is one thread, it is the caller that runs them all.
void RunParts(Part part, const void* body, int parts);

}  // namespace threads_internal

#else

constexpr int ThreadCount() { return 1; }
inline void SetThreadCount(int) {}

#endif

/// Calls body(first, last, thread) on ranges that together are [0, count), each of them on a thread of its own; their
/// ends are multiples of `grain`, but for the last. `work` is what all of it takes, in multiply-adds; `thread` is below
/// `most`, the threads that it may use. Where an exception leaves a body, one of them is thrown again when all have
/// ended.
template <class Body>
void ShareOut(Index count, Index grain, std::uint64_t work, int most, const Body& body) {
  const Index grains = (count + grain - 1) / grain;
  const int threads = most < ThreadCount() ? most : ThreadCount();
  const int parts = grains < threads ? static_cast<int>(grains) : threads;
  if (parts <= 1 || work < kLeastSharedWork) return body(Index{0}, count, 0);
#if ATTENSCOPE_THREADS
  const auto part = [&](int index, int all) {
    const Index first = grains * index / all * grain;
    const Index end = grains * (index + 1) / all * grain;
    body(first, end < count ? end : count, index);
  };
  threads_internal::RunParts(
      [](const void* work_of, int index, int all) { (*static_cast<const decltype(part)*>(work_of))(index, all); },
      std::addressof(part), parts);
#endif
}

/// The same on all threads there are, for a body(first, last) that needs nothing of its own for each.
template <class Body>
void ShareOut(Index count, Index grain, std::uint64_t work, const Body& body) {
  ShareOut(count, grain, work, ThreadCount(), [&](Index first, Index last, int) { body(first, last); });
}

}  // namespace attenscope
