// The parts of a model that have attention layers.
#pragma once

#include <string>

namespace attenscope {

/// A part of a model. For a model with one stack, kDecoder and kEncoder both mean this stack, and kCross does not
/// exist.
enum class Part { kDecoder, kEncoder, kCross };

/// Parses 'decoder', 'encoder' or 'cross'. Throws kOption for any other name.
Part ParsePart(const std::string& name);

}  // namespace attenscope
