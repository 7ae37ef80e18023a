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

void Require(bool holds, const std::string& field, const std::string& found, const std::string& expected) {
  if (!holds) throw Error(ErrorCode::kBadModel, "config: " + field + " is " + found + ", " + expected);
}

void CheckSize(const std::string& field, Index value, Index most, Index least = 1) {
  Require(value >= least && value <= most, field, std::to_string(value),
          "expected a whole number from " + std::to_string(least) + " to " + std::to_string(most));
}

void ValidateStack(const std::string& at, const StackConfig& stack, PositionKind position) {
  CheckSize(at + "layers", stack.layers, kMostLayers);
  CheckSize(at + "heads", stack.heads, kMostSize);
  CheckSize(at + "key_value_heads", stack.key_value_heads, kMostSize);
  CheckSize(at + "head_width", stack.head_width, kMostSize);
  CheckSize(at + "feed_forward_width", stack.feed_forward_width, kMostSize);
  Require(stack.heads % stack.key_value_heads == 0, at + "heads", std::to_string(stack.heads),
          "expected a multiple of key_value_heads, which is " + std::to_string(stack.key_value_heads));
  Require(stack.head_width % 2 == 0 || position != PositionKind::kRotary, at + "head_width",
          std::to_string(stack.head_width), "rotary positions need an even one");
  Require(stack.heads <= kMostSize / stack.head_width, at + "heads × head_width",
          std::to_string(static_cast<long long>(stack.heads) * stack.head_width),
          "expected at most " + std::to_string(kMostSize));
}

}  // namespace

void Validate(const Config& config) {
  ValidateStack("", config, config.position);
  CheckSize("encoder.layers", config.encoder.layers, kMostLayers, 0);
  if (config.HasEncoder()) {
    ValidateStack("encoder.", config.encoder, config.position);
    Require(config.causal, "causal", "false", "expected a decoder that sees no later tokens beside an encoder");
  }
  CheckSize("width", config.width, kMostSize);
  CheckSize("vocabulary", config.vocabulary, kMostSize);
  CheckSize("encoder_vocabulary", config.encoder_vocabulary, config.HasEncoder() ? kMostSize : 0, 0);
  CheckSize("context", config.context, kMostSize);
  CheckSize("position_offset", config.position_offset, kMostSize, 0);
  Require(config.norm_epsilon >= 0.0f && std::isfinite(config.norm_epsilon), "norm_epsilon",
          std::to_string(config.norm_epsilon), "expected a number of at least 0");
  Require(std::isfinite(config.embedding_scale), "embedding_scale", std::to_string(config.embedding_scale),
          "expected a finite number");
  if (config.position == PositionKind::kRotary) {
    Require(config.rotary_base > 0.0 && std::isfinite(config.rotary_base), "rotary_base",
            std::to_string(config.rotary_base), "expected a number above 0");
  }
}

}  // namespace attenscope
