// Tests weights in 8 bits: loads them in every form of the memory of a model, and runs models with them.
#include "model_helpers.h"
#include "transformer/transformer_run.h"

namespace attenscope {

using testing::CodeOf;
using testing::Finish;
using testing::OddConfig;
using testing::Random;

namespace {

const std::string kName = "blocks.0.attn.query.weight";
constexpr Index kRows = 60;
constexpr Index kColumns = 37;

template <class T>
void Set(Transformer& model, const std::string& name, const std::vector<T>& values, const std::string& dtype) {
  const std::span<std::byte> stage = model.parameters().Stage(values.size() * sizeof(T));
  std::memcpy(stage.data(), values.data(), stage.size());
  model.parameters().Set(name, dtype);
}

std::vector<float> ReadBack(const Transformer& model) {
  std::vector<float> values(static_cast<std::size_t>(kRows * kColumns));
  const Weight& weight = model.weights().stack.blocks[0].attn.query.weight;
  for (Index row = 0; row < kRows; ++row) weight.GetRow(row, values.data() + row * kColumns);
  return values;
}

struct Stored {
  std::vector<std::int8_t> numbers;
  std::vector<float> scales;
};

Stored RandomStored(std::uint32_t seed) {
  Random random(seed);
  Stored stored;
  for (Index i = 0; i < kRows * kColumns; ++i) {
    stored.numbers.push_back(static_cast<std::int8_t>(random.Below(255) - 127));
  }
  for (Index i = 0; i < kRows; ++i) stored.scales.push_back(random.Signed() + 1.0f);
  return stored;
}

std::vector<float> Products(const Stored& stored) {
  std::vector<float> products;
  for (std::size_t i = 0; i < stored.numbers.size(); ++i) {
    products.push_back(static_cast<float>(stored.numbers[i]) * stored.scales[i / kColumns]);
  }
  return products;
}

}  // namespace

TEST_CASE("int8 weights: numbers and scales load in either order, into 8 bits or float32") {
  const Stored stored = RandomStored(1);
  for (WeightForm form : {WeightForm::kAsStored, WeightForm::kFloat, WeightForm::kInt8}) {
    for (bool scales_first : {false, true}) {
      Transformer model(OddConfig());
      model.parameters().HoldAs(form);
      if (scales_first) Set(model, kName + "_scale", stored.scales, "F32");
      Set(model, kName, stored.numbers, "I8");
      if (!scales_first) Set(model, kName + "_scale", stored.scales, "F32");
      CHECK(model.weights().stack.blocks[0].attn.query.weight.is_int8() == (form != WeightForm::kFloat));
      CHECK(model.parameters().has_int8() == (form != WeightForm::kFloat));
      CHECK(ReadBack(model) == Products(stored));
    }
  }
}

TEST_CASE("int8 weights: float matrices are rounded while they load into 8 bits") {
  Random random(2);
  const std::vector<float> values = random.Vector(kRows * kColumns);
  Transformer model(OddConfig());
  model.parameters().HoldAs(WeightForm::kInt8);
  Set(model, kName, values, "F32");
  const std::vector<float> found = ReadBack(model);
  for (std::size_t i = 0; i < values.size(); ++i) CHECK(std::abs(found[i] - values[i]) <= 0.5001f / 127.0f);
  std::vector<float> broken = values;
  broken[5] = std::numeric_limits<float>::infinity();
  CHECK(CodeOf([&] { Set(model, kName, broken, "F32"); }) == ErrorCode::kBadModel);
}

TEST_CASE("int8 weights: invalid tensors throw an error with the parameter's name") {
  const Stored good = RandomStored(3);
  const auto refused = [&](auto change) {
    Stored stored = good;
    change(stored);
    return CodeOf([&] {
      Transformer model(OddConfig());
      Set(model, kName, stored.numbers, "I8");
      Set(model, kName + "_scale", stored.scales, "F32");
    });
  };
  CHECK(refused([](Stored& s) { s.numbers[7] = -128; }) == ErrorCode::kBadModel);
  CHECK(refused([](Stored& s) { s.numbers.pop_back(); }) == ErrorCode::kBadModel);
  CHECK(refused([](Stored& s) { s.scales.push_back(1.0f); }) == ErrorCode::kBadModel);
  CHECK(refused([](Stored& s) { s.scales[0] = -1.0f; }) == ErrorCode::kBadModel);
  CHECK(refused([](Stored& s) { s.scales[0] = std::numeric_limits<float>::quiet_NaN(); }) == ErrorCode::kBadModel);
  CHECK(refused([](Stored& s) { s.scales[59] = std::numeric_limits<float>::infinity(); }) == ErrorCode::kBadModel);

  Transformer model(OddConfig());
  CHECK(CodeOf([&] { Set(model, "final_norm.weight", std::vector<std::int8_t>(37), "I8"); }) == ErrorCode::kBadModel);
  CHECK(CodeOf([&] { Set(model, "final_norm.weight_scale", std::vector<float>(37), "F32"); }) == ErrorCode::kBadModel);
  CHECK(CodeOf([&] { Set(model, kName + "_scale", std::vector<std::int8_t>(60), "I8"); }) == ErrorCode::kBadModel);
  CHECK(model.parameters().Shape(kName + "_scale") == std::vector<Index>{kRows});
}

TEST_CASE("int8 weights: numbers without scales, and scales without numbers, throw at Finish") {
  for (bool numbers : {false, true}) {
    Transformer model(OddConfig());
    testing::FillRandom(model.parameters(), 4);
    const Stored stored = RandomStored(5);
    if (numbers) Set(model, kName, stored.numbers, "I8");
    if (!numbers) Set(model, kName + "_scale", stored.scales, "F32");
    try {
      model.parameters().Finish();
      FAIL("half a matrix was accepted");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::kBadModel);
      CHECK(std::string(error.what()).find(kName) != std::string::npos);
    }
  }
}

TEST_CASE("int8 run: close to the float32 run, and token by token with the same bits as all at once") {
  const Config config = OddConfig();
  const testing::RandomModel floats = testing::MakeRandomModel(config, 6);
  const auto model = std::make_shared<Transformer>(config);
  model->parameters().HoldAs(WeightForm::kInt8);
  testing::FillRandom(model->parameters(), 6);
  CHECK(model->parameters().bytes() < floats.model->parameters().bytes() / 3);

  const Index T = 40;
  const std::vector<std::int32_t> ids = testing::RandomIds(T, config.vocabulary);
  const auto run = [&](std::shared_ptr<const Transformer> of, Index at_once) {
    TransformerRun run(of, T);
    std::vector<float> logits;
    for (Index t = 0; t < T; t += at_once) {
      run.Append(std::span(ids).subspan(static_cast<std::size_t>(t), static_cast<std::size_t>(at_once)),
                 LogitsWanted::kAll);
      Finish(run);
      logits.insert(logits.end(), run.logits().data, run.logits().data + run.logits().size());
    }
    return logits;
  };
  const std::vector<float> whole = run(model, T);
  CHECK(std::memcmp(whole.data(), run(model, 1).data(), whole.size() * sizeof(float)) == 0);
  const std::vector<float> exact = run(floats.model, T);
  double error = 0.0, signal = 0.0;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    error += (whole[i] - exact[i]) * (whole[i] - exact[i]);
    signal += exact[i] * exact[i];
  }
  CHECK(std::sqrt(error / signal) < 0.1);
}

}  // namespace attenscope
