// An encoding of positions that an edit sets.
#pragma once

namespace attenscope {

/// What stands in for a model's own positions.
struct PositionSetting {
  enum class Kind { kNone, kRotary, kSinusoidal, kPowersOfTwo, kAlibi };
  Kind kind = Kind::kNone;
  double base = 10000.0;
  bool interleaved = false;  // of kSinusoidal: sines and cosines take turns
};

}  // namespace attenscope
