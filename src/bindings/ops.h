// The functions of the attention library, as JavaScript calls them: named tensors and settings in, named tensors out.
//
// web/lib/ops checks names and choices and fills in defaults. These functions expect every setting to be given, and
// check that the tensors fit each other. The headers of attention/, position/, kernels/ and layers/ describe the
// results.
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
