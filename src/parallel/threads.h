// Work shared out among threads. In a build without threads the same functions do all work on the caller's.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>

#include "tensor/tensor.h"

namespace attenscope {

/// Multiply-adds, about, below which one thread is faster than several.
inline constexpr std::uint64_t kLeastSharedWork = 1 << 15;

/// Multiply-adds that a part has at least where there are more parts than threads.
inline constexpr std::uint64_t kPartWork = 1 << 17;

#if ATTENSCOPE_THREADS

/// How many threads share the work, the caller's included; 1 until SetThreadCount.
int ThreadCount();

/// Starts or ends threads, so that there are `count` ≥ 1 with the caller's. Not to be called while work is under way.
/// Throws kMemory where the machine gives fewer; then only the caller's thread is left.
void SetThreadCount(int count);

namespace threads_internal {

/// Does part `part` of `parts` on thread `thread`; the caller's thread is 0.
using Part = void (*)(const void* body, int part, int parts, int thread);

/// Runs all parts on `threads` threads, the caller's among them, and returns when all have ended. Each thread takes the
/// next free part, so that a slow thread takes fewer. Throws again the first exception that a part throws. Inside a
/// part, and where there is one thread, the caller runs all parts.
void RunParts(Part part, const void* body, int parts, int threads);

}  // namespace threads_internal

#else

constexpr int ThreadCount() { return 1; }
inline void SetThreadCount(int) {}

#endif

/// Calls body(first, last, thread) for ranges that together are [0, count). The ends of the ranges, but for the last,
/// are multiples of `grain`. One thread runs one range at a time; `thread` is below `most`. `work` is the multiply-adds
/// of all ranges. If bodies throw, one of the exceptions is thrown again once all threads have ended.
template <class Body>
void ShareOut(Index count, Index grain, std::uint64_t work, int most, const Body& body) {
  const Index grains = (count + grain - 1) / grain;
  const int threads = std::min(most, ThreadCount());
  if (std::min<Index>(grains, threads) <= 1 || work < kLeastSharedWork) return body(Index{0}, count, 0);
#if ATTENSCOPE_THREADS
  // A few parts for each thread even out their speeds. More parts, or smaller ones, cost more than they save.
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

/// The same on all threads, for a body(first, last) without memory of its own for each thread.
template <class Body>
void ShareOut(Index count, Index grain, std::uint64_t work, const Body& body) {
  ShareOut(count, grain, work, ThreadCount(), [&](Index first, Index last, int) { body(first, last); });
}

}  // namespace attenscope
