// The encoding of positions that an edit chooses instead of the encoding of the model.
#pragma once

namespace attenscope {

/// An encoding that replaces the position encoding of the model.
struct PositionSetting {
  enum class Kind { kNone, kRotary, kSinusoidal, kPowersOfTwo, kAlibi };
  Kind kind = Kind::kNone;
  double base = 10000.0;
  bool interleaved = false;  // kSinusoidal: sines and cosines alternate
};

}  // namespace attenscope
