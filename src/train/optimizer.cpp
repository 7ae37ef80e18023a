// Computes the updates of optimisers, a register of parameters at a time.
#include "train/optimizer.h"

#include <cmath>

#include "parallel/threads.h"
#include "simd/arch.h"
#include "tensor/error.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;
using Batch = simd::Batch<Arch>;
constexpr Index kLanes = simd::kLanes<Arch>;

void Require(bool valid, const char* field, double value, const char* expected) {
  if (valid) return;
  throw Error(ErrorCode::kOption, std::string(field) + ": is " + std::to_string(value) + ", expected " + expected);
}

}  // namespace

void Validate(const OptimizerOptions& optimizer) {
  const auto positive = [](double value) { return std::isfinite(value) && value > 0.0; };
  const auto fraction = [](double value) { return value >= 0.0 && value < 1.0; };
  const auto none_negative = [](double value) { return std::isfinite(value) && value >= 0.0; };
  Require(none_negative(optimizer.learning_rate), "learningRate", optimizer.learning_rate, "a number from 0 on");
  Require(fraction(optimizer.beta1), "betas[0]", optimizer.beta1, "a number from 0 to below 1");
  Require(fraction(optimizer.beta2), "betas[1]", optimizer.beta2, "a number from 0 to below 1");
  Require(positive(optimizer.epsilon), "epsilon", optimizer.epsilon, "a number above 0");
  Require(none_negative(optimizer.weight_decay), "weightDecay", optimizer.weight_decay, "a number from 0 on");
  Require(fraction(optimizer.momentum), "momentum", optimizer.momentum, "a number from 0 to below 1");
}

void Validate(const ScheduleOptions& schedule) {
  Require(schedule.warmup_steps >= 0, "warmupSteps", static_cast<double>(schedule.warmup_steps), "a number from 0 on");
  const bool falls = schedule.kind != ScheduleKind::kConstant;
  Require(!falls || schedule.steps > schedule.warmup_steps, "steps", static_cast<double>(schedule.steps),
          "more steps than warmupSteps");
}

double ScheduleFactor(const ScheduleOptions& schedule, std::int64_t step) {
  if (step < schedule.warmup_steps) return static_cast<double>(step) / static_cast<double>(schedule.warmup_steps);
  if (schedule.kind == ScheduleKind::kConstant) return 1.0;
  const double done =
      static_cast<double>(step - schedule.warmup_steps) / static_cast<double>(schedule.steps - schedule.warmup_steps);
  if (done >= 1.0) return 0.0;
  constexpr double kPi = 3.14159265358979323846;
  return schedule.kind == ScheduleKind::kLinear ? 1.0 - done : 0.5 * (1.0 + std::cos(kPi * done));
}

Optimizer::Optimizer(const OptimizerOptions& options, TrainedParameters& parameters) : options_(options) {
  Validate(options);
  const std::size_t count = parameters.numbers().size();
  const bool adam = options.kind == OptimizerKind::kAdamW;
  const std::size_t first = adam || options.momentum > 0.0 ? count : 0;
  const std::size_t second = adam ? count : 0;
  memory_ = AllocateLaidOut("the moments of the optimiser", [&](Arena& arena) {
    first_ = {arena.Take<float>(first), first};
    second_ = {arena.Take<float>(second), second};
  });
}

void Optimizer::Update(TrainedParameters& parameters, std::int64_t step, double learning_rate, float gradient_factor) {
  float* numbers = parameters.numbers().data();
  const float* gradients = parameters.gradients().data();
  const auto count = static_cast<Index>(parameters.numbers().size());
  const auto share = [&](const auto& body) {
    // Every parameter begins at a cache line, so that the count is a multiple of any register.
    ShareOut(count, kLanes, static_cast<std::uint64_t>(8 * count), [&](Index from, Index to) {
      for (Index i = from; i < to; i += kLanes) body(i);
    });
  };
  const Batch factor(gradient_factor);
  if (options_.kind == OptimizerKind::kSgd) {
    const Batch rate(static_cast<float>(learning_rate)), decay(static_cast<float>(options_.weight_decay)),
        momentum(static_cast<float>(options_.momentum));
    share([&](Index i) {
      const Batch x = Batch::load_aligned(numbers + i);
      Batch g = xsimd::fma(decay, x, Batch::load_aligned(gradients + i) * factor);
      if (!first_.empty()) {
        g = xsimd::fma(momentum, Batch::load_aligned(first_.data() + i), g);
        g.store_aligned(first_.data() + i);
      }
      (x - rate * g).store_aligned(numbers + i);
    });
    return;
  }
  const double t = static_cast<double>(step);
  const double correction1 = 1.0 - std::pow(options_.beta1, t);
  const double correction2 = std::sqrt(1.0 - std::pow(options_.beta2, t));
  const Batch keep(static_cast<float>(1.0 - learning_rate * options_.weight_decay)),
      rate(static_cast<float>(learning_rate / correction1)), root(static_cast<float>(1.0 / correction2)),
      epsilon(static_cast<float>(options_.epsilon)), beta1(static_cast<float>(options_.beta1)),
      rest1(static_cast<float>(1.0 - options_.beta1)), beta2(static_cast<float>(options_.beta2)),
      rest2(static_cast<float>(1.0 - options_.beta2));
  share([&](Index i) {
    const Batch g = Batch::load_aligned(gradients + i) * factor;
    const Batch m = xsimd::fma(beta1, Batch::load_aligned(first_.data() + i), rest1 * g);
    const Batch v = xsimd::fma(beta2, Batch::load_aligned(second_.data() + i), rest2 * g * g);
    m.store_aligned(first_.data() + i);
    v.store_aligned(second_.data() + i);
    const Batch x = Batch::load_aligned(numbers + i) * keep;
    (x - rate * m / (xsimd::sqrt(v) * root + epsilon)).store_aligned(numbers + i);
  });
}

}  // namespace attenscope
