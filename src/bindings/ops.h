// Declares the functions of the attention library for JavaScript: named tensors and settings in, named tensors out.
//
// web/lib/ops checks names and fills in defaults, so these functions expect every setting. They check that the shapes
// of the tensors fit each other, and throw kShape, kOption and kMemory in JavaScript. The headers of attention/,
// position/, kernels/ and layers/ explain the results.
#pragma once

#include "bindings/values.h"

namespace attenscope {

/// Computes attention. Results: output, and each of scores, scaled, squashed, masked and pattern whose setting is true.
OwnedTensors OpAttention(const NamedTensors& tensors, const Settings& settings);

/// Computes the pattern of one head, chosen by the settings batch and head, with the same bits as in the whole pattern.
/// Result: pattern (T, S).
OwnedTensors OpAttentionPattern(const NamedTensors& tensors, const Settings& settings);

/// Computes the gradients of attention. Results: gradQ, gradK, gradV, gradPastKey, gradPastValue, gradMask, gradScale,
/// and the gradient of each parameter under the name of the parameter.
OwnedTensors OpAttentionGradient(const NamedTensors& tensors, const Settings& settings);

/// Computes multi-head attention. Results: output (B, T, Co), heads (B, N, T, Hv), presentKey (B, K, S, H),
/// presentValue (B, K, S, Hv), and each of scores, scaled, squashed, masked and pattern (B, N, T, S) whose setting is
/// true.
OwnedTensors OpMultiHead(const NamedTensors& tensors, const Settings& settings);

/// Computes the gradients of multi-head attention. Results: gradX; gradContext, gradPastKey, gradPastValue and gradMask
/// if their tensor was given; and the gradient of each projection under the name of its tensor.
OwnedTensors OpMultiHeadGradient(const NamedTensors& tensors, const Settings& settings);

/// Computes a pooling. Results: output (B, C) and pattern (B, S).
OwnedTensors OpPool(const NamedTensors& tensors, const Settings& settings);

/// Computes the gradients of a pooling. Results: gradX, gradMask if a mask was added, and the gradient of each
/// parameter under the name of the parameter.
OwnedTensors OpPoolGradient(const NamedTensors& tensors, const Settings& settings);

/// Combines a state (M, Cs) and a context (M, Cc). Result: output (M, width).
OwnedTensors OpCombine(const NamedTensors& tensors, const Settings& settings);

/// Computes the gradients of a combination. Results: gradState, gradContext, and the gradient of the projection under
/// the names of its tensors.
OwnedTensors OpCombineGradient(const NamedTensors& tensors, const Settings& settings);

/// Computes linear attention. Results: output (B, N, T, Hv) and state (B, K, H, Hv).
OwnedTensors OpLinearAttention(const NamedTensors& tensors, const Settings& settings);

/// Computes the gradients of linear attention. Results: gradQ, gradK, gradV, and gradDecay, gradBeta and gradPastState
/// if their tensor was given.
OwnedTensors OpLinearAttentionGradient(const NamedTensors& tensors, const Settings& settings);

/// Computes softmax, or log-softmax if the setting log is true. Result: y.
OwnedTensors OpSoftmax(const NamedTensors& tensors, const Settings& settings);

/// Computes the gradient of softmax or log-softmax. Result: gradX.
OwnedTensors OpSoftmaxGradient(const NamedTensors& tensors, const Settings& settings);

/// Computes a layer norm if the setting centred is true, otherwise an RMS norm. Results: y; inverse and mean with one
/// number for each row.
OwnedTensors OpNorm(const NamedTensors& tensors, const Settings& settings);

/// Computes the gradients of a norm. Results: gradX, and gradWeight and gradBias if their tensor was given.
OwnedTensors OpNormGradient(const NamedTensors& tensors, const Settings& settings);

/// Rotates x by rotary angles, or back if the setting backward is true. Result: y. The angles come from the tensors cos
/// and sin, or from the tensor positions and the settings width and base. With cos, sin and positions (B, T), a
/// position is a row of cos and sin.
OwnedTensors OpRotary(const NamedTensors& tensors, const Settings& settings);

/// Computes a position encoding. Result: encoding, or cos and sin for the kind rotary. Settings: kind, first, length,
/// keys, width, halfWidth, base, and the settings of each kind; tensors: table, positions.
OwnedTensors OpPosition(const NamedTensors& tensors, const Settings& settings);

/// Computes the gradient of a learned table, for the kinds learned and t5. Result: gradTable.
OwnedTensors OpPositionGradient(const NamedTensors& tensors, const Settings& settings);

/// Computes a sparse mask. Result: mask (T, S) of 0 and 1, as floats. Settings: kind, length, keys, stride, summary,
/// block; tensor: layout.
OwnedTensors OpSparseMask(const NamedTensors& tensors, const Settings& settings);

}  // namespace attenscope
