// The attentions that a model has.
#pragma once

#include <string>

namespace attenscope {

/// Which attention is meant. A model of one stack takes kDecoder and kEncoder alike for it, and has no kCross.
enum class Part { kDecoder, kEncoder, kCross };

/// 'decoder', 'encoder' or 'cross'. Throws kOption for any other word.
Part ParsePart(const std::string& name);

}  // namespace attenscope
