// The frequencies of the rotary encoding, and methods that scale them for texts longer than the training texts.
#pragma once

#include "tensor/tensor.h"

namespace attenscope {

/// The method that scales the frequencies base^(−2i/width).
enum class RotaryScalingKind {
  kNone,
  kLinear,  // all frequencies divided by the factor (position interpolation, Chen et al. 2023)
  kNtk,     // base · factor^(width/(width − 2)): the fastest stays, the slowest is divided ("NTK-aware", bloc97 2023)
  kDynamicNtk,  // NTK with a factor that grows with the text: factor · length / original_length − (factor − 1)
  kLlama3,      // slow frequencies divided, fast ones kept, a blend in between (Llama 3.1)
  kYarn,        // as Llama 3, with a ramp over the pairs and longer vectors (Peng et al. 2023)
};

/// The parameters of a scaling method, named as in the rope_parameters of a checkpoint.
struct RotaryScaling {
  RotaryScalingKind kind = RotaryScalingKind::kNone;
  double factor = 1.0;
  /// Dynamic NTK, Llama 3, YaRN: length of the training texts, in tokens.
  Index original_length = 0;
  /// Dynamic NTK: length of the current text, in tokens. Up to original_length nothing changes.
  Index length = 0;
  /// Llama 3: frequencies with wavelengths above original_length / low are divided; those with wavelengths below
  /// original_length / high are kept.
  double low_frequency_factor = 1.0;
  double high_frequency_factor = 4.0;
  /// YaRN: pairs that make more than beta_fast turns within original_length are kept; pairs that make fewer than
  /// beta_slow turns are divided.
  double beta_fast = 32.0;
  double beta_slow = 1.0;
  /// YaRN: rounds the ends of the ramp to whole pairs.
  bool truncate = true;
  /// YaRN: the factor of cosines and sines. 0 computes it from `factor`, and from the next two fields when neither is
  /// 0.
  double attention_factor = 0.0;
  double mscale = 0.0;
  double mscale_all_dimensions = 0.0;
};

/// Writes the width/2 frequencies, in radians per position. Returns the factor that cosines and sines are multiplied
/// by: for YaRN attention_factor or, if that is 0, by default 0.1 · ln(factor) + 1; otherwise 1.
///
/// Computed in float64. The transformers library computes in float32, so that the results differ in the seventh digit.
/// Throws kOption for an odd or negative width, and for a base, factor or length out of range.
double RotaryFrequencies(Index width, double base, const RotaryScaling& scaling, double* frequencies);

}  // namespace attenscope
