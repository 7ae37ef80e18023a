// Seeded numbers, comparisons, and small random models for the engine's tests.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "model/weights.h"
#include "reference/transformer.h"
#include "simd/arch.h"
#include "tensor/error.h"

namespace attenscope::testing {

using Arch = simd::DefaultArch;

/// Seeded numbers that are the same on every machine.
class Random {
 public:
  explicit Random(std::uint32_t seed) : state_(seed * 2654435761u + 1u) {}

  std::uint32_t Next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return state_;
  }
  /// In (−1, 1).
  float Signed() { return static_cast<float>(Next() >> 8) / 8388608.0f - 1.0f; }
  Index Below(Index end) { return static_cast<Index>(Next() % static_cast<std::uint32_t>(end)); }
  std::vector<float> Vector(Index size, float scale = 1.0f) {
    std::vector<float> values(static_cast<std::size_t>(size));
    for (float& value : values) value = scale * Signed();
    return values;
  }

 private:
  std::uint32_t state_;
};

/// Floats whose first element lies `misalignment` floats after an aligned address.
class Misaligned {
 public:
  Misaligned(const std::vector<float>& values, Index misalignment)
      : buffer_(AllocateZeroed((values.size() + static_cast<std::size_t>(misalignment)) * sizeof(float), "test")),
        data_(reinterpret_cast<float*>(buffer_.get()) + misalignment) {
    // Of no values there is nothing to copy from, and memcpy takes no null.
    if (!values.empty()) std::memcpy(data_, values.data(), values.size() * sizeof(float));
  }
  float* data() { return data_; }

 private:
  AlignedBuffer buffer_;
  float* data_;
};

/// The lengths at which kernels go wrong: 0 to two registers and one more, and around a panel and a tile.
inline std::vector<Index> EdgeSizes() {
  std::vector<Index> sizes;
  for (Index n = 0; n <= 2 * simd::kLanes<Arch> + 1; ++n) sizes.push_back(n);
  for (Index n : {31, 32, 33, 63, 64, 65, 127, 129}) {
    if (n > sizes.back()) sizes.push_back(n);
  }
  return sizes;
}

template <class Body>
ErrorCode CodeOf(Body body) {
  try {
    body();
  } catch (const Error& error) {
    CHECK(std::string(error.what()).size() > 10);
    return error.code();
  }
  FAIL("no error was thrown");
  return ErrorCode::kOption;
}

/// A small Llama form whose sizes fit no register.
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

/// Fills `model` with seeded numbers through its loader, and returns the same numbers for the reference.
inline reference::Parameters FillRandom(Model& model, std::uint32_t seed) {
  Random random(seed);
  reference::Parameters parameters;
  for (const std::string& name : model.ParameterNames()) {
    const std::vector<Index> shape = model.ParameterShape(name);
    const Index rows = shape.size() == 2 ? shape[0] : 1;
    const Index columns = shape.back();
    // Large enough that patterns are far from even, small enough that the stream does not grow without bound.
    const bool norm = name.find("norm") != std::string::npos;
    std::vector<float> values =
        random.Vector(rows * columns, norm ? 0.5f : 3.0f / std::sqrt(static_cast<float>(columns)));
    if (norm) {
      for (float& value : values) value += 1.0f;
    }
    const std::span<std::byte> stage = model.Stage(values.size() * sizeof(float));
    std::memcpy(stage.data(), values.data(), stage.size());
    model.SetParameter(name, "F32");
    reference::MatrixXd matrix(rows, columns);
    for (Index r = 0; r < rows; ++r) {
      for (Index c = 0; c < columns; ++c) matrix(r, c) = values[static_cast<std::size_t>(r * columns + c)];
    }
    parameters[name] = matrix;
  }
  model.Finish();
  return parameters;
}

struct RandomModel {
  std::shared_ptr<Model> model;
  reference::Parameters parameters;
};

inline RandomModel MakeRandomModel(const Config& config, std::uint32_t seed = 1) {
  RandomModel made{std::make_shared<Model>(config), {}};
  made.parameters = FillRandom(*made.model, seed);
  return made;
}

inline std::vector<std::int32_t> RandomIds(Index count, Index vocabulary, std::uint32_t seed = 7) {
  Random random(seed);
  std::vector<std::int32_t> ids;
  for (Index i = 0; i < count; ++i) ids.push_back(static_cast<std::int32_t>(random.Below(vocabulary)));
  return ids;
}

}  // namespace attenscope::testing
