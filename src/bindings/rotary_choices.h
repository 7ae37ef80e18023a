// Lists the names that JavaScript uses for the scaling methods of rotary positions.
#pragma once

#include "bindings/choices.h"
#include "position/rotary_scaling.h"

namespace attenscope {

template <>
struct Choices<RotaryScalingKind> {
  static constexpr Choice<RotaryScalingKind> kNames[] = {
      {"none", RotaryScalingKind::kNone},     {"linear", RotaryScalingKind::kLinear},
      {"ntk", RotaryScalingKind::kNtk},       {"dynamic-ntk", RotaryScalingKind::kDynamicNtk},
      {"llama3", RotaryScalingKind::kLlama3}, {"yarn", RotaryScalingKind::kYarn}};
};

/// The scaling methods that the config of a model may name.
inline constexpr Choice<RotaryScalingKind> kModelScalings[] = {
    {"linear", RotaryScalingKind::kLinear}, {"llama3", RotaryScalingKind::kLlama3}, {"yarn", RotaryScalingKind::kYarn}};

}  // namespace attenscope
