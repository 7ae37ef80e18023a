// Checks the config of a recurrent model, because a config may come from any file.
#include "recurrent/config.h"

#include <string>

#include "tensor/error.h"

namespace attenscope {

namespace {

/// The largest allowed size. It is larger than in any model that fits into a page, and small enough that products of
/// two sizes are exact.
constexpr Index kMostSize = Index{1} << 24;
constexpr Index kMostLayers = 4096;

void CheckSize(const char* field, Index value, Index most = kMostSize, Index least = 1) {
  if (value >= least && value <= most) return;
  throw Error(ErrorCode::kBadModel, std::string("config: ") + field + " is " + std::to_string(value) +
                                        ", expected a whole number from " + std::to_string(least) + " to " +
                                        std::to_string(most));
}

}  // namespace

void Validate(const RecurrentConfig& config) {
  CheckSize("vocabulary", config.vocabulary);
  CheckSize("embedding_width", config.embedding_width);
  CheckSize("layers", config.layers, kMostLayers);
  CheckSize("width", config.width);
  CheckSize("attention_width", config.attention_width);
  CheckSize("context", config.context);
  if (!config.Decodes()) {
    CheckSize("encoder_heads", config.encoder_heads, 0, 0);
    return CheckSize("labels", config.labels);
  }
  CheckSize("decoder_width", config.decoder_width);
  CheckSize("encoder_heads", config.encoder_heads, config.StateWidth(), 0);
  if (config.encoder_heads > 0 && config.StateWidth() % config.encoder_heads != 0) {
    throw Error(ErrorCode::kBadModel, "config: encoder_heads is " + std::to_string(config.encoder_heads) +
                                          ", expected a divisor of the states' width, " +
                                          std::to_string(config.StateWidth()));
  }
}

}  // namespace attenscope
