// Shares work among threads. In a build without threads the same functions do all work on the thread of the caller.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>

#include "tensor/tensor.h"

namespace attenscope {

/// Below about this number of multiply-adds, one thread is faster than several.
inline constexpr std::uint64_t kLeastSharedWork = 1 << 15;

/// The least number of multiply-adds of a part, if there are more parts than threads.
inline constexpr std::uint64_t kPartWork = 1 << 17;

#if ATTENSCOPE_THREADS

/// Returns the number of threads that share the work, including the thread of the caller: 1 before the first
/// SetThreadCount.
int ThreadCount();

/// Starts or ends threads, so that there are `count` ≥ 1 threads, including the thread of the caller. Call this
/// function only while no work is running. Throws kMemory if the machine provides fewer threads; then only the thread
/// of the caller is left.
void SetThreadCount(int count);

namespace threads_internal {

/// A function that does part `part` of `parts` on thread `thread`. The thread of the caller has the number 0.
using Part = void (*)(const void* body, int part, int parts, int thread);

/// Runs all parts on `threads` threads, including the thread of the caller, and returns when all parts have ended. Each
/// thread takes the next free part, so that a slow thread takes fewer parts. Throws the first exception of a part
/// again. Inside a part, or with one thread, the caller runs all parts.
void RunParts(Part part, const void* body, int parts, int threads);

}  // namespace threads_internal

#else

constexpr int ThreadCount() { return 1; }
inline void SetThreadCount(int) {}

#endif

/// Calls body(first, last, thread) for ranges [first, last) that together cover [0, count). The ends of all ranges
/// except the last are multiples of `grain`. A thread runs one range at a time, and `thread` is below `most`. `work` is
/// the number of multiply-adds of all ranges. If calls of `body` throw, the function throws one of these exceptions
/// again after all threads have ended.
template <class Body>
void ShareOut(Index count, Index grain, std::uint64_t work, int most, const Body& body) {
  const Index grains = (count + grain - 1) / grain;
  const int threads = std::min(most, ThreadCount());
  if (std::min<Index>(grains, threads) <= 1 || work < kLeastSharedWork) return body(Index{0}, count, 0);
#if ATTENSCOPE_THREADS
  // With a few parts for each thread, fast threads take more parts than slow ones. More parts, or smaller parts, cost
  // more time than they save.
  const auto wanted = std::clamp<std::uint64_t>(work / kPartWork, threads, 4 * threads);
  const int parts = static_cast<int>(std::min<std::uint64_t>(grains, wanted));
  const auto part = [&](int index, int all, int thread) {
    const Index first = grains * index / all * grain;
    const Index end = grains * (index + 1) / all * grain;
    body(first, std::min(end, count), thread);
  };
  threads_internal::RunParts([](const void* work_of, int index, int all,
                                int thread) { (*static_cast<const decltype(part)*>(work_of))(index, all, thread); },
                             std::addressof(part), parts, threads);
#endif
}

/// Calls body(first, last) for ranges [first, last) on all threads, as the function above does, for a `body` without
/// memory for each thread.
template <class Body>
void ShareOut(Index count, Index grain, std::uint64_t work, const Body& body) {
  ShareOut(count, grain, work, ThreadCount(), [&](Index first, Index last, int) { body(first, last); });
}

}  // namespace attenscope
