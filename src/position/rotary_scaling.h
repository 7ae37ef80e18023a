// The frequencies of the rotary encoding, and the ways to stretch them over texts longer than the training's.
#pragma once

#include "tensor/tensor.h"

namespace attenscope {

/// How the frequencies base^(−2i/width) are changed.
enum class RotaryScalingKind {
  kNone,
  kLinear,  // all divided by the factor (Chen et al. 2023, position interpolation)
  kNtk,     // base · factor^(width/(width − 2)): the fastest stays, the slowest is divided (bloc97 2023, "NTK-aware")
  kDynamicNtk,  // the same with a factor that grows with the text: factor · length / original_length − (factor − 1)
  kLlama3,      // slow ones divided, fast ones kept, blended in between (Llama 3.1)
  kYarn,        // the same with a ramp over pairs, and longer vectors (Peng et al. 2023)
};

/// Names follow the keys of a checkpoint's rope_parameters.
struct RotaryScaling {
  RotaryScalingKind kind = RotaryScalingKind::kNone;
  double factor = 1.0;
  /// Tokens of the texts trained on: dynamic NTK, Llama 3, YaRN.
  Index original_length = 0;
  /// Dynamic NTK: tokens of the text now; no change up to original_length.
  Index length = 0;
  /// Llama 3: wavelengths above original_length / low are divided, those below original_length / high are kept.
  double low_frequency_factor = 1.0;
  double high_frequency_factor = 4.0;
  /// YaRN: pairs that turn more than beta_fast times in original_length are kept, less than beta_slow times are
  /// divided.
  double beta_fast = 32.0;
  double beta_slow = 1.0;
  /// YaRN: the ramp's ends are whole pairs.
  bool truncate = true;
  /// YaRN: what cosines and sines are multiplied by; 0 derives it from the factor, and from these two if neither is 0.
  double attention_factor = 0.0;
  double mscale = 0.0;
  double mscale_all_dimensions = 0.0;
};

/// Writes the width/2 frequencies, in radians a position, and returns what cosines and sines are to be multiplied by: 1
/// but for YaRN, there 0.1 · ln(factor) + 1 where nothing else is given.
///
/// In float64, where transformers computes in float32: the two differ in the seventh digit. Throws kOption for an odd
/// or negative width, and for a base, factor or length out of range.
double RotaryFrequencies(Index width, double base, const RotaryScaling& scaling, double* frequencies);

}  // namespace attenscope
