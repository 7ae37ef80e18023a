// Computes the frequencies of the rotary encoding and scales them.
#include "position/rotary_scaling.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "tensor/error.h"
#include "tensor/number_text.h"

namespace attenscope {

namespace {

void Require(bool holds, const char* name, double found, const char* expected) {
  if (holds) return;
  throw Error(ErrorCode::kOption, std::string(name) + ": is " + NumberText(found) + ", expected " + expected);
}

void CheckOptions(Index width, double base, const RotaryScaling& scaling) {
  using Kind = RotaryScalingKind;
  const Kind kind = scaling.kind;
  Require(width >= 0 && width % 2 == 0, "width", static_cast<double>(width), "an even number of coordinates");
  Require(base > 0.0 && std::isfinite(base), "base", base, "a finite number above 0");
  if (kind == Kind::kNone) return;
  Require(scaling.factor > 0.0 && std::isfinite(scaling.factor), "factor", scaling.factor, "a finite number above 0");
  if (kind == Kind::kDynamicNtk) Require(scaling.factor >= 1.0, "factor", scaling.factor, "at least 1");
  if (kind == Kind::kLinear || kind == Kind::kNtk) return;
  Require(scaling.original_length > 0, "originalLength", static_cast<double>(scaling.original_length), "above 0");
  if (kind == Kind::kLlama3) {
    Require(scaling.low_frequency_factor > 0.0, "lowFrequencyFactor", scaling.low_frequency_factor, "above 0");
    Require(scaling.high_frequency_factor > scaling.low_frequency_factor, "highFrequencyFactor",
            scaling.high_frequency_factor, "more than lowFrequencyFactor");
  }
  if (kind == Kind::kYarn) {
    Require(base > 1.0, "base", base, "above 1 for YaRN");
    Require(scaling.beta_fast > 0.0, "betaFast", scaling.beta_fast, "above 0");
    Require(scaling.beta_slow > 0.0, "betaSlow", scaling.beta_slow, "above 0");
  }
}

/// Returns the base with which the slowest frequency is divided by `factor` and the fastest stays.
double StretchedBase(double base, double factor, Index width) {
  // A single pair has only the fastest frequency.
  if (width <= 2) return base;
  return base * std::pow(factor, static_cast<double>(width) / static_cast<double>(width - 2));
}

double Llama3Frequency(const RotaryScaling& scaling, double frequency) {
  const double turns = static_cast<double>(scaling.original_length) * frequency / (2.0 * std::numbers::pi);
  if (turns < scaling.low_frequency_factor) return frequency / scaling.factor;
  if (turns > scaling.high_frequency_factor) return frequency;
  const double kept =
      (turns - scaling.low_frequency_factor) / (scaling.high_frequency_factor - scaling.low_frequency_factor);
  return (1.0 - kept) * frequency / scaling.factor + kept * frequency;
}

/// The pair indices between which YaRN's ramp runs.
struct Ramp {
  double low;
  double high;
};

Ramp YarnRamp(Index width, double base, const RotaryScaling& scaling) {
  // The index of the pair, as a real number, that makes this number of turns within the original length.
  const auto pair = [&](double turns) {
    const double wavelength = static_cast<double>(scaling.original_length) / turns;
    return static_cast<double>(width) * std::log(wavelength / (2.0 * std::numbers::pi)) / (2.0 * std::log(base));
  };
  double low = pair(scaling.beta_fast);
  double high = pair(scaling.beta_slow);
  if (scaling.truncate) {
    low = std::floor(low);
    high = std::ceil(high);
  }
  low = std::max(low, 0.0);
  high = std::min(high, static_cast<double>(width - 1));
  // A ramp of length 0 would divide by 0.
  return {low, low == high ? high + 0.001 : high};
}

double YarnAttentionFactor(const RotaryScaling& scaling) {
  if (scaling.attention_factor != 0.0) return scaling.attention_factor;
  const auto magnitude = [&](double mscale) {
    return scaling.factor <= 1.0 ? 1.0 : 0.1 * mscale * std::log(scaling.factor) + 1.0;
  };
  if (scaling.mscale != 0.0 && scaling.mscale_all_dimensions != 0.0) {
    return magnitude(scaling.mscale) / magnitude(scaling.mscale_all_dimensions);
  }
  return magnitude(1.0);
}

}  // namespace

double RotaryFrequencies(Index width, double base, const RotaryScaling& scaling, double* frequencies) {
  using Kind = RotaryScalingKind;
  CheckOptions(width, base, scaling);
  if (scaling.kind == Kind::kNtk) base = StretchedBase(base, scaling.factor, width);
  if (scaling.kind == Kind::kDynamicNtk) {
    const double trained = static_cast<double>(scaling.original_length);
    const double length = std::max(static_cast<double>(scaling.length), trained);
    base = StretchedBase(base, scaling.factor * length / trained - (scaling.factor - 1.0), width);
  }
  const bool yarn = scaling.kind == Kind::kYarn;
  const Ramp ramp = yarn ? YarnRamp(width, base, scaling) : Ramp{};
  for (Index i = 0; i < width / 2; ++i) {
    double frequency = std::pow(base, -2.0 * static_cast<double>(i) / static_cast<double>(width));
    if (scaling.kind == Kind::kLinear) frequency /= scaling.factor;
    if (scaling.kind == Kind::kLlama3) frequency = Llama3Frequency(scaling, frequency);
    if (yarn) {
      const double divided = std::clamp((static_cast<double>(i) - ramp.low) / (ramp.high - ramp.low), 0.0, 1.0);
      frequency = divided * frequency / scaling.factor + (1.0 - divided) * frequency;
    }
    frequencies[i] = frequency;
  }
  return yarn ? YarnAttentionFactor(scaling) : 1.0;
}

}  // namespace attenscope
