// Declares the functions of the attention library for JavaScript: named tensors and settings in, named tensors out.
//
// web/lib/ops checks names and fills in defaults, so these functions expect every setting. They check that the shapes
// of the tensors fit each other, and throw kShape, kOption and kMemory in JavaScript. Each definition lists its
// results; the headers of attention/, position/, kernels/ and layers/ explain them.
#pragma once

#include "bindings/values.h"

namespace attenscope {

OwnedTensors OpAttention(const NamedTensors& tensors, const Settings& settings);
OwnedTensors OpAttentionPattern(const NamedTensors& tensors, const Settings& settings);
OwnedTensors OpAttentionGradient(const NamedTensors& tensors, const Settings& settings);

OwnedTensors OpMultiHead(const NamedTensors& tensors, const Settings& settings);
OwnedTensors OpMultiHeadGradient(const NamedTensors& tensors, const Settings& settings);
OwnedTensors OpPool(const NamedTensors& tensors, const Settings& settings);
OwnedTensors OpPoolGradient(const NamedTensors& tensors, const Settings& settings);
OwnedTensors OpCombine(const NamedTensors& tensors, const Settings& settings);
OwnedTensors OpCombineGradient(const NamedTensors& tensors, const Settings& settings);
OwnedTensors OpLinearAttention(const NamedTensors& tensors, const Settings& settings);
OwnedTensors OpLinearAttentionGradient(const NamedTensors& tensors, const Settings& settings);

OwnedTensors OpSoftmax(const NamedTensors& tensors, const Settings& settings);
OwnedTensors OpSoftmaxGradient(const NamedTensors& tensors, const Settings& settings);
OwnedTensors OpNorm(const NamedTensors& tensors, const Settings& settings);
OwnedTensors OpNormGradient(const NamedTensors& tensors, const Settings& settings);

OwnedTensors OpRotary(const NamedTensors& tensors, const Settings& settings);
OwnedTensors OpPosition(const NamedTensors& tensors, const Settings& settings);
OwnedTensors OpPositionGradient(const NamedTensors& tensors, const Settings& settings);

OwnedTensors OpSparseMask(const NamedTensors& tensors, const Settings& settings);

}  // namespace attenscope
