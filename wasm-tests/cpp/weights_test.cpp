// Tests the loading of weights: number formats, shapes and invalid tensors.
#include <bit>
#include <limits>

#include "model_helpers.h"
#include "transformer/transformer.h"

namespace attenscope {

using testing::CodeOf;
using testing::OddConfig;

namespace {

/// Returns a model whose final norm has exactly `count` numbers, to read number formats through the loader.
Transformer ModelOfWidth(Index count) {
  Config config = OddConfig();
  config.layers = 1;
  config.width = count;
  return Transformer(config);
}

const float* Load(Transformer& model, const std::vector<std::uint16_t>& halves, const std::string& dtype) {
  const std::span<std::byte> stage = model.parameters().Stage(halves.size() * 2);
  std::memcpy(stage.data(), halves.data(), stage.size());
  model.parameters().Set("final_norm.weight", dtype);
  return model.weights().stack.final_norm.weight.data();
}

/// Returns the value of these 16 bits by the definition of IEEE 754.
double HalfByDefinition(std::uint16_t half) {
  const int exponent = (half >> 10) & 31;
  const int fraction = half & 1023;
  const double sign = half & 0x8000 ? -1.0 : 1.0;
  if (exponent == 31) {
    return fraction ? std::numeric_limits<double>::quiet_NaN() : sign * std::numeric_limits<double>::infinity();
  }
  return sign * (exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25));
}

}  // namespace

TEST_CASE("weights: all 65,536 half-precision numbers have the values that IEEE 754 defines") {
  Transformer model = ModelOfWidth(65536);
  std::vector<std::uint16_t> halves;
  for (int i = 0; i < 65536; ++i) halves.push_back(static_cast<std::uint16_t>(i));
  const float* found = Load(model, halves, "F16");
  for (int i = 0; i < 65536; ++i) {
    const double expected = HalfByDefinition(static_cast<std::uint16_t>(i));
    if (std::isnan(expected)) {
      REQUIRE(std::isnan(found[i]));
    } else {
      REQUIRE(found[i] == expected);
      REQUIRE(std::signbit(found[i]) == std::signbit(expected));
    }
  }
}

TEST_CASE("weights: bfloat16 is the upper half of float32") {
  Transformer model = ModelOfWidth(5);
  const float* found = Load(model, {0x3f80, 0xc000, 0x0001, 0x7f80, 0x8000}, "BF16");
  CHECK(found[0] == 1.0f);
  CHECK(found[1] == -2.0f);
  CHECK(found[2] == std::bit_cast<float>(0x00010000u));
  CHECK(found[3] == std::numeric_limits<float>::infinity());
  CHECK(std::signbit(found[4]));
}

TEST_CASE("weights: an invalid name, length or type throws an error with the parameter's name") {
  Transformer model(OddConfig());
  model.parameters().Stage(4);
  CHECK(CodeOf([&] { model.parameters().Set("blocks.2.attn.query.weight", "F32"); }) == ErrorCode::kBadModel);
  CHECK(CodeOf([&] { model.parameters().Set("final_norm.weight", "F32"); }) == ErrorCode::kBadModel);
  CHECK(CodeOf([&] { model.parameters().Set("final_norm.weight", "F8_E4M3"); }) == ErrorCode::kUnsupported);
  try {
    model.parameters().Finish();
    FAIL("a model without weights was accepted");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::kBadModel);
    CHECK(std::string(error.what()).find("embedding.weight") != std::string::npos);
  }
}

TEST_CASE("weights: a missing parameter is named in the error") {
  Transformer model(OddConfig());
  for (const std::string& name : model.parameters().names()) {
    if (name == "blocks.1.feed_forward.up.weight") continue;
    std::uint64_t count = 1;
    for (Index extent : model.parameters().Shape(name)) count *= static_cast<std::uint64_t>(extent);
    model.parameters().Stage(count * 4);
    model.parameters().Set(name, "F32");
  }
  try {
    model.parameters().Finish();
    FAIL("a parameter is missing");
  } catch (const Error& error) {
    CHECK(std::string(error.what()).find("blocks.1.feed_forward.up.weight") != std::string::npos);
  }
}

TEST_CASE("weights: a staged parameter is not loaded twice") {
  Transformer model = ModelOfWidth(5);
  Load(model, {1, 2, 3, 4, 5}, "F16");
  CHECK(CodeOf([&] { model.parameters().Set("final_norm.weight", "F16"); }) == ErrorCode::kBadModel);
}

TEST_CASE("config: absurd sizes throw an error with the field's name") {
  const auto refused = [](auto change) {
    Config config = OddConfig();
    change(config);
    return CodeOf([&] { Transformer model(config); });
  };
  CHECK(refused([](Config& c) { c.layers = 0; }) == ErrorCode::kBadModel);
  CHECK(refused([](Config& c) { c.layers = -1; }) == ErrorCode::kBadModel);
  CHECK(refused([](Config& c) { c.layers = 1 << 30; }) == ErrorCode::kBadModel);
  CHECK(refused([](Config& c) { c.heads = 5; }) == ErrorCode::kBadModel);
  CHECK(refused([](Config& c) { c.key_value_heads = 0; }) == ErrorCode::kBadModel);
  CHECK(refused([](Config& c) { c.head_width = 7; }) == ErrorCode::kBadModel);
  CHECK(refused([](Config& c) { c.heads = c.key_value_heads = 1 << 24, c.head_width = 1 << 24; }) ==
        ErrorCode::kBadModel);
  CHECK(refused([](Config& c) { c.vocabulary = 0; }) == ErrorCode::kBadModel);
  CHECK(refused([](Config& c) { c.norm_epsilon = std::numeric_limits<float>::quiet_NaN(); }) == ErrorCode::kBadModel);
  CHECK(refused([](Config& c) { c.rotary_base = 0.0; }) == ErrorCode::kBadModel);
  CHECK(refused([](Config& c) { c.vocabulary = c.width = 1 << 24; }) == ErrorCode::kMemory);
}

TEST_CASE("weights: a thousand heads of width two") {
  Config config = OddConfig();
  config.layers = 1;
  config.heads = 1000;
  config.key_value_heads = 1000;
  config.head_width = 2;
  Transformer model(config);
  CHECK(model.parameters().Shape("blocks.0.attn.query.weight") == std::vector<Index>{2000, 37});
}

}  // namespace attenscope
