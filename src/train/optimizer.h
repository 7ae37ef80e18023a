// Optimisers and learning-rate schedules.
#pragma once

#include <cstdint>

#include "train/trained_parameters.h"

namespace attenscope {

enum class OptimizerKind {
  kAdamW,  // Adam with decoupled weight decay (Kingma & Ba 2015; Loshchilov & Hutter 2019)
  kSgd,    // gradient descent with momentum, and L2 weight decay in the gradient, as in PyTorch
};

/// The settings of an optimiser. The defaults are PyTorch's for AdamW.
struct OptimizerOptions {
  OptimizerKind kind = OptimizerKind::kAdamW;
  double learning_rate = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0.01;
  double momentum = 0.0;  // kSgd only
};

enum class ScheduleKind { kConstant, kLinear, kCosine };

/// The learning rate against the step: a linear rise from 0 over `warmup_steps`, then constant, or a linear or cosine
/// fall to 0 at `steps` (as get_*_schedule_with_warmup of transformers).
struct ScheduleOptions {
  ScheduleKind kind = ScheduleKind::kConstant;
  std::int64_t warmup_steps = 0;
  std::int64_t steps = 0;  // the number of steps of the whole training; not read by kConstant
};

/// Returns the factor of the learning rate for step `step`, counted from 0.
double ScheduleFactor(const ScheduleOptions& schedule, std::int64_t step);

/// Throws kOption for a setting out of range; the message names the setting.
void Validate(const OptimizerOptions& optimizer);
void Validate(const ScheduleOptions& schedule);

/// An optimiser with its moments.
class Optimizer {
 public:
  /// Allocates the moments. Throws kOption and kMemory.
  Optimizer(const OptimizerOptions& options, TrainedParameters& parameters);

  /// Changes all parameters by their gradients times `gradient_factor`. `step` counts from 1.
  void Update(TrainedParameters& parameters, std::int64_t step, double learning_rate, float gradient_factor);

  /// The moments, in the order of TrainedParameters::numbers. Empty for an optimiser without them.
  std::span<float> first_moments() { return first_; }
  std::span<float> second_moments() { return second_; }
  const OptimizerOptions& options() const { return options_; }

 private:
  OptimizerOptions options_;
  AlignedBuffer memory_;
  std::span<float> first_;
  std::span<float> second_;
};

}  // namespace attenscope
