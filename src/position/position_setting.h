// The encoding of positions that an edit chooses in place of the model's own.
#pragma once

namespace attenscope {

/// An encoding that replaces the model's own encoding of positions.
struct PositionSetting {
  enum class Kind { kNone, kRotary, kSinusoidal, kPowersOfTwo, kAlibi };
  Kind kind = Kind::kNone;
  double base = 10000.0;
  bool interleaved = false;  // kSinusoidal: sines and cosines alternate
};

}  // namespace attenscope
