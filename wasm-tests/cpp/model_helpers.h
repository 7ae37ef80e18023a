// Makes small models with seeded weights, for tests of runs and traces.
#pragma once

#include "reference/transformer.h"
#include "test_helpers.h"
#include "transformer/transformer.h"

namespace attenscope::testing {

/// Returns the config of a small Llama form whose sizes are not multiples of a register.
inline Config OddConfig() {
  Config config;
  config.layers = 2;
  config.heads = 6;
  config.key_value_heads = 2;
  config.head_width = 10;
  config.width = 37;
  config.feed_forward_width = 53;
  config.vocabulary = 71;
  config.context = 300;
  config.norm_epsilon = 1e-5f;
  config.rotary_base = 10000.0;
  return config;
}

/// Returns the config of a small Marian form: an encoder and a decoder with different sizes.
inline Config OddTranslator() {
  Config config = OddConfig();
  config.layers = 3;
  config.key_value_heads = 6;
  config.encoder = {
      .layers = 2, .heads = 3, .key_value_heads = 3, .head_width = 11, .feed_forward_width = 41, .causal = false};
  config.norm = NormKind::kLayer;
  config.norm_position = NormPosition::kAfter;
  config.final_norm = false;
  config.position = PositionKind::kSinusoidal;
  config.embedding_scale = 2.5f;
  config.gated = false;
  config.attention_bias = config.output_bias = config.feed_forward_bias = config.logits_bias = true;
  config.tied_embedding = true;
  return config;
}

/// Fills a model with seeded numbers through its loader. Returns the same numbers for the reference.
inline reference::Parameters FillRandom(Parameters& table, std::uint32_t seed) {
  Random random(seed);
  reference::Parameters parameters;
  for (const std::string& name : table.names()) {
    const std::vector<Index> shape = table.Shape(name);
    const Index rows = shape.size() == 2 ? shape[0] : 1;
    const Index columns = shape.back();
    // The weights are so large that patterns are far from uniform, and so small that the residual stream stays bounded.
    const bool norm = name.find("norm.weight") != std::string::npos;
    std::vector<float> values =
        random.Vector(rows * columns, norm ? 0.5f : 3.0f / std::sqrt(static_cast<float>(columns)));
    if (norm) {
      for (float& value : values) value += 1.0f;
    }
    const std::span<std::byte> stage = table.Stage(values.size() * sizeof(float));
    std::memcpy(stage.data(), values.data(), stage.size());
    table.Set(name, "F32");
    reference::MatrixXd matrix(rows, columns);
    for (Index r = 0; r < rows; ++r) {
      for (Index c = 0; c < columns; ++c) matrix(r, c) = values[static_cast<std::size_t>(r * columns + c)];
    }
    parameters[name] = matrix;
  }
  table.Finish();
  return parameters;
}

/// A model with seeded weights, and the same weights for the reference.
struct RandomModel {
  std::shared_ptr<Transformer> model;
  reference::Parameters parameters;
};

inline RandomModel MakeRandomModel(const Config& config, std::uint32_t seed = 1) {
  RandomModel made{std::make_shared<Transformer>(config), {}};
  made.parameters = FillRandom(made.model->parameters(), seed);
  return made;
}

inline std::vector<std::int32_t> RandomIds(Index count, Index vocabulary, std::uint32_t seed = 7) {
  Random random(seed);
  std::vector<std::int32_t> ids;
  for (Index i = 0; i < count; ++i) ids.push_back(static_cast<std::int32_t>(random.Below(vocabulary)));
  return ids;
}

}  // namespace attenscope::testing
