// Lists the names that JavaScript uses for the enums of the attention library, except those of attention_choices.h.
#pragma once

#include "attention/combine.h"
#include "attention/linear_attention.h"
#include "attention/multi_head.h"
#include "bindings/attention_choices.h"
#include "bindings/rotary_choices.h"

namespace attenscope {

template <>
struct Choices<Activation> {
  static constexpr Choice<Activation> kNames[] = {{"none", Activation::kNone},
                                                  {"relu", Activation::kRelu},
                                                  {"tanh", Activation::kTanh},
                                                  {"sigmoid", Activation::kSigmoid}};
};

template <>
struct Choices<HeadSharing> {
  static constexpr Choice<HeadSharing> kNames[] = {
      {"separate", HeadSharing::kSeparate}, {"shared", HeadSharing::kShared}, {"chained", HeadSharing::kChained}};
};

template <>
struct Choices<Combination> {
  static constexpr Choice<Combination> kNames[] = {
      {"concat", Combination::kConcat}, {"sum", Combination::kSum}, {"gate", Combination::kGate}};
};

template <>
struct Choices<LinearRule> {
  static constexpr Choice<LinearRule> kNames[] = {{"linear", LinearRule::kLinear},
                                                  {"gated", LinearRule::kGated},
                                                  {"delta", LinearRule::kDelta},
                                                  {"gated-delta", LinearRule::kGatedDelta}};
};

/// The position encodings that OpPosition computes.
enum class PositionEncoding { kSinusoidal, kPowersOfTwo, kLearned, kRotary, kAlibi, kT5 };

template <>
struct Choices<PositionEncoding> {
  static constexpr Choice<PositionEncoding> kNames[] = {
      {"sinusoidal", PositionEncoding::kSinusoidal}, {"powers-of-two", PositionEncoding::kPowersOfTwo},
      {"learned", PositionEncoding::kLearned},       {"rotary", PositionEncoding::kRotary},
      {"alibi", PositionEncoding::kAlibi},           {"t5", PositionEncoding::kT5}};
};

/// The kinds of mask that OpSparseMask writes.
enum class SparseMask { kStrided, kFixed, kBlock };

template <>
struct Choices<SparseMask> {
  static constexpr Choice<SparseMask> kNames[] = {
      {"strided", SparseMask::kStrided}, {"fixed", SparseMask::kFixed}, {"block", SparseMask::kBlock}};
};

}  // namespace attenscope
