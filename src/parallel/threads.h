// Work shared out among threads. A build without them has the same calls, which then do all work themselves.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>

#include "tensor/tensor.h"

namespace attenscope {

/// Multiply-adds, about, below which work is quicker done than shared out.
inline constexpr std::uint64_t kLeastSharedWork = 1 << 15;

/// What a part has at least where there are more parts than threads.
inline constexpr std::uint64_t kPartWork = 1 << 17;

#if ATTENSCOPE_THREADS

/// Threads that work is shared among, the caller's included; 1 until SetThreadCount.
int ThreadCount();

/// Starts threads, or ends them; `count` ≥ 1 includes the caller's. Not while work is under way. Throws kMemory where
/// so many cannot be had; there is then the caller's alone.
void SetThreadCount(int count);

namespace threads_internal {

/// A part of the work: part `part` of `parts`, on thread `thread`, the caller's being 0.
using Part = void (*)(const void* body, int part, int parts, int thread);

/// Runs all parts on `threads` threads, the caller's among them, and returns when all have ended. Each thread takes the
/// next part that nobody has: one that is held up takes fewer. What the first part throws is thrown again. Inside a
/// part, and where there is one thread, it is the caller that runs them all.
void RunParts(Part part, const void* body, int parts, int threads);

}  // namespace threads_internal

#else

constexpr int ThreadCount() { return 1; }
inline void SetThreadCount(int) {}

#endif

/// Calls body(first, last, thread) on ranges that together are [0, count); their ends are multiples of `grain`, but for
/// the last. Ranges of one thread come one after another. `work` is what all of it takes, in multiply-adds; `thread` is
/// below `most`, the threads that it may use. Where an exception leaves a body, one of them is thrown again when all
/// have ended.
template <class Body>
void ShareOut(Index count, Index grain, std::uint64_t work, int most, const Body& body) {
  const Index grains = (count + grain - 1) / grain;
  const int threads = std::min(most, ThreadCount());
  if (std::min<Index>(grains, threads) <= 1 || work < kLeastSharedWork) return body(Index{0}, count, 0);
#if ATTENSCOPE_THREADS
  // A few parts for each thread even out how fast they are; more of them than that, or smaller ones, cost more.
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

/// The same on all threads there are, for a body(first, last) that needs nothing of its own for each.
template <class Body>
void ShareOut(Index count, Index grain, std::uint64_t work, const Body& body) {
  ShareOut(count, grain, work, ThreadCount(), [&](Index first, Index last, int) { body(first, last); });
}

}  // namespace attenscope
