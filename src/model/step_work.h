// The amount of work that a run or a search computes in one step.
#pragma once

#include <cstdint>

namespace attenscope {

/// Multiply-adds of one step of a Transformer. A step takes about 20 ms on a slow phone's core and a few milliseconds
/// on a laptop's, so that a page can stop a run between two steps.
inline constexpr std::uint64_t kStepWork = 100'000'000;

/// Multiply-adds of one step of a recurrent model. A step takes as long as a Transformer's, because a recurrence
/// computes one row at a time, which is slower.
inline constexpr std::uint64_t kRecurrentStepWork = 50'000'000;

}  // namespace attenscope
