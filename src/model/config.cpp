// Checks of a config: it comes from a stranger's file.
#include "model/config.h"

#include <cmath>
#include <string>

#include "tensor/error.h"

namespace attenscope {

namespace {

/// Larger than any model that fits a page, small enough that products of two sizes stay exact.
constexpr Index kMostSize = Index{1} << 24;
constexpr Index kMostLayers = 4096;

void CheckSize(const char* field, Index value, Index most) {
  if (value < 1 || value > most) {
    throw Error(ErrorCode::kBadModel, std::string("config: ") + field + " is " + std::to_string(value) +
                                          ", expected a whole number from 1 to " + std::to_string(most));
  }
}

}  // namespace

void Validate(const Config& config) {
  CheckSize("layers", config.layers, kMostLayers);
  CheckSize("heads", config.heads, kMostSize);
  CheckSize("key_value_heads", config.key_value_heads, kMostSize);
  CheckSize("head_width", config.head_width, kMostSize);
  CheckSize("width", config.width, kMostSize);
  CheckSize("feed_forward_width", config.feed_forward_width, kMostSize);
  CheckSize("vocabulary", config.vocabulary, kMostSize);
  CheckSize("context", config.context, kMostSize);
  if (config.heads % config.key_value_heads != 0) {
    throw Error(ErrorCode::kBadModel, "config: heads is " + std::to_string(config.heads) +
                                          ", expected a multiple of key_value_heads, which is " +
                                          std::to_string(config.key_value_heads));
  }
  if (config.head_width % 2 != 0) {
    throw Error(ErrorCode::kBadModel,
                "config: head_width is " + std::to_string(config.head_width) + ", rotary positions need an even one");
  }
  if (config.heads > kMostSize / config.head_width) {
    throw Error(ErrorCode::kBadModel, "config: heads × head_width is " +
                                          std::to_string(static_cast<long long>(config.heads) * config.head_width) +
                                          ", expected at most " + std::to_string(kMostSize));
  }
  if (!(config.norm_epsilon >= 0.0f) || !std::isfinite(config.norm_epsilon)) {
    throw Error(ErrorCode::kBadModel,
                "config: norm_epsilon is " + std::to_string(config.norm_epsilon) + ", expected a number of at least 0");
  }
  if (!(config.rotary_base > 0.0) || !std::isfinite(config.rotary_base)) {
    throw Error(ErrorCode::kBadModel,
                "config: rotary_base is " + std::to_string(config.rotary_base) + ", expected a number above 0");
  }
}

}  // namespace attenscope
