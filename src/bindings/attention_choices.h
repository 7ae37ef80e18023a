// Lists the names that JavaScript uses for the options of attention.
#pragma once

#include "attention/options.h"
#include "bindings/choices.h"

namespace attenscope {

template <>
struct Choices<ScoreKind> {
  static constexpr Choice<ScoreKind> kNames[] = {{"dot", ScoreKind::kDot},
                                                 {"general", ScoreKind::kGeneral},
                                                 {"additive", ScoreKind::kAdditive},
                                                 {"cosine", ScoreKind::kCosine}};
};

template <>
struct Choices<Squash> {
  static constexpr Choice<Squash> kNames[] = {{"none", Squash::kNone}, {"tanh", Squash::kTanh}};
};

template <>
struct Choices<Normalizer> {
  static constexpr Choice<Normalizer> kNames[] = {
      {"softmax", Normalizer::kSoftmax},     {"tanh", Normalizer::kTanh},         {"sigmoid", Normalizer::kSigmoid},
      {"sparsemax", Normalizer::kSparsemax}, {"entmax15", Normalizer::kEntmax15}, {"hard", Normalizer::kHard},
      {"sample", Normalizer::kSample},       {"none", Normalizer::kNone}};
};

template <>
struct Choices<Over> {
  static constexpr Choice<Over> kNames[] = {{"keys", Over::kKeys}, {"queries", Over::kQueries}};
};

template <>
struct Choices<Weighting> {
  static constexpr Choice<Weighting> kNames[] = {{"forward", Weighting::kForward}, {"backward", Weighting::kBackward}};
};

}  // namespace attenscope
