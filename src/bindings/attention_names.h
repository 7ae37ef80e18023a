// What JavaScript calls the choices of an attention.
#pragma once

#include <utility>

#include "attention/attention.h"

namespace attenscope {

inline constexpr std::pair<const char*, Squash> kSquashNames[] = {{"none", Squash::kNone}, {"tanh", Squash::kTanh}};

inline constexpr std::pair<const char*, Normalizer> kNormalizerNames[] = {
    {"softmax", Normalizer::kSoftmax},     {"tanh", Normalizer::kTanh},         {"sigmoid", Normalizer::kSigmoid},
    {"sparsemax", Normalizer::kSparsemax}, {"entmax15", Normalizer::kEntmax15}, {"hard", Normalizer::kHard},
    {"sample", Normalizer::kSample},       {"none", Normalizer::kNone}};

}  // namespace attenscope
