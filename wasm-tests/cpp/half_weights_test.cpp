// Tests weights in half precision: loads them whole and a few rows at a time, and runs models with them.
#include <bit>

#include "kernels/matmul_half.h"
#include "model/number_formats.h"
#include "model_helpers.h"
#include "tensor/half.h"
#include "transformer/transformer.h"

namespace attenscope {

using testing::CodeOf;
using testing::OddConfig;
using testing::Random;

namespace {

const std::string kName = "blocks.0.attn.query.weight";
constexpr Index kRows = 60;
constexpr Index kColumns = 37;

void StageValues(Transformer& model, const std::vector<float>& values, Index first, Index count) {
  const std::span<std::byte> stage = model.parameters().Stage(static_cast<std::uint64_t>(count) * sizeof(float));
  std::memcpy(stage.data(), values.data() + first, stage.size());
}

std::vector<float> ReadBack(const Transformer& model) {
  std::vector<float> values(static_cast<std::size_t>(kRows * kColumns));
  const Weight& weight = model.weights().stack.blocks[0].attn.query.weight;
  for (Index row = 0; row < kRows; ++row) weight.GetRow(row, values.data() + row * kColumns);
  return values;
}

}  // namespace

TEST_CASE(
    "half precision: every number converts back exactly, and numbers between two round to nearest, ties to even") {
  for (std::uint32_t half = 0; half < 0x7c00u; ++half) {
    const auto bits = static_cast<std::uint16_t>(half);
    REQUIRE(ToF16(FromF16(bits)) == bits);
    REQUIRE(ToF16(-FromF16(bits)) == (bits | 0x8000u));
    if (half == 0x7bffu) continue;
    // Two neighbouring half-precision numbers are exact in float32, and so is their mean.
    const float low = FromF16(bits);
    const float high = FromF16(static_cast<std::uint16_t>(half + 1));
    const float middle = (low + high) / 2;
    const std::uint16_t even = half % 2 == 0 ? bits : static_cast<std::uint16_t>(half + 1);
    REQUIRE(ToF16(middle) == even);
    REQUIRE(ToF16(std::nextafter(middle, 0.0f)) == bits);
    REQUIRE(ToF16(std::nextafter(middle, high)) == half + 1);
  }
  CHECK(ToF16(65519.0f) == 0x7bffu);
  CHECK(ToF16(65520.0f) == 0x7c00u);
  CHECK(ToF16(-std::numeric_limits<float>::infinity()) == 0xfc00u);
  CHECK((ToF16(std::numeric_limits<float>::quiet_NaN()) & 0x7fffu) > 0x7c00u);
  CHECK(ToF16(std::numeric_limits<float>::denorm_min()) == 0);
}

TEST_CASE(
    "half weights: a product has the bits of the converted float32 weights' product at every size near a panel's") {
  Random random(7);
  for (Index rows : {1, 7, 8, 9, 31, 32, 33, 65}) {
    for (Index columns : {1, 5, 64}) {
      for (Index T : {0, 1, 2, 7}) {
        HalfMatrix half(rows, columns, "half");
        PackedMatrix wide(rows, columns, kPanelRows<simd::DefaultArch>, "wide");
        std::vector<float> row(static_cast<std::size_t>(columns));
        for (Index r = 0; r < rows; ++r) {
          for (float& value : row) value = random.Signed() * (r % 3 == 0 ? 1e-6f : 1.0f);
          REQUIRE(half.SetRow(r, row.data()));
          for (Index c = 0; c < columns; ++c) wide.view()(r, c) = FromF16(ToF16(row[static_cast<std::size_t>(c)]));
        }
        std::vector<float> x = random.Vector(T * columns);
        std::vector<float> bias = random.Vector(rows);
        std::vector<float> found(static_cast<std::size_t>(T * rows));
        std::vector<float> expected = found;
        const ConstMatrix input(x.data(), {T, columns});
        MatMul(input, half, bias.data(), ConstMatrix{}, Matrix(found.data(), {T, rows}));
        MatMul(simd::DefaultArch{}, input, PackedView<const float>(wide.view()), bias.data(), ConstMatrix{},
               Matrix(expected.data(), {T, rows}));
        REQUIRE(found == expected);
      }
    }
  }
}

TEST_CASE("half weights: a matrix is rounded as it loads; too large a number throws with the parameter's name") {
  Random random(3);
  std::vector<float> values = random.Vector(kRows * kColumns);
  Transformer model(OddConfig());
  model.parameters().HoldAs(WeightForm::kHalf);
  StageValues(model, values, 0, kRows * kColumns);
  model.parameters().Set(kName, "F32");
  CHECK(model.parameters().has_half());
  const std::vector<float> found = ReadBack(model);
  for (std::size_t i = 0; i < values.size(); ++i) REQUIRE(found[i] == FromF16(ToF16(values[i])));
  for (float wrong : {70000.0f, std::numeric_limits<float>::quiet_NaN()}) {
    values[100] = wrong;
    StageValues(model, values, 0, kRows * kColumns);
    CHECK(CodeOf([&] { model.parameters().Set(kName, "F32"); }) == ErrorCode::kBadModel);
  }
}

TEST_CASE("weights: loading a few rows at a time gives the same weights as loading all at once, in every form") {
  Random random(4);
  const std::vector<float> values = random.Vector(kRows * kColumns);
  for (WeightForm form : {WeightForm::kAsStored, WeightForm::kFloat, WeightForm::kHalf, WeightForm::kInt8}) {
    Transformer whole(OddConfig());
    whole.parameters().HoldAs(form);
    StageValues(whole, values, 0, kRows * kColumns);
    whole.parameters().Set(kName, "F32");
    for (Index step : {1, 7, 59, 60}) {
      Transformer parts(OddConfig());
      parts.parameters().HoldAs(form);
      for (Index first = 0; first < kRows; first += step) {
        const Index count = std::min(step, kRows - first);
        StageValues(parts, values, first * kColumns, count * kColumns);
        parts.parameters().SetRows(kName, "F32", first, count);
      }
      REQUIRE(ReadBack(parts) == ReadBack(whole));
    }
  }
}

TEST_CASE("weights: rows out of order, beyond the matrix or missing throw") {
  const std::vector<float> values(static_cast<std::size_t>((kRows + 1) * kColumns), 1.0f);
  Transformer model(OddConfig());
  const auto set = [&](Index first, Index count) {
    return CodeOf([&] {
      StageValues(model, values, 0, std::max<Index>(count, 0) * kColumns);
      model.parameters().SetRows(kName, "F32", first, count);
    });
  };
  CHECK(set(1, 2) == ErrorCode::kBadModel);
  CHECK(set(0, kRows + 1) == ErrorCode::kBadModel);
  CHECK(set(0, 0) == ErrorCode::kBadModel);
  CHECK(set(-1, 1) == ErrorCode::kBadModel);
  StageValues(model, values, 0, 10 * kColumns);
  model.parameters().SetRows(kName, "F32", 0, 10);
  CHECK(set(9, 2) == ErrorCode::kBadModel);
  CHECK(set(10, kRows) == ErrorCode::kBadModel);
  try {
    for (const std::string& name : model.parameters().names()) {
      if (name == kName) continue;
      std::uint64_t count = 1;
      for (Index extent : model.parameters().Shape(name)) count *= static_cast<std::uint64_t>(extent);
      model.parameters().Stage(count * 4);
      model.parameters().Set(name, "F32");
    }
    model.parameters().Finish();
    FAIL("a matrix of ten rows was accepted");
  } catch (const Error& error) {
    CHECK(std::string(error.what()).find(kName) != std::string::npos);
  }
}

TEST_CASE("weights: rows that cut a block of a quantised type throw") {
  Transformer model(OddConfig());
  // 32 rows of 37 numbers are 37 blocks of 32 numbers, but a single row is not a whole number of blocks.
  model.parameters().Stage(37 * 34);
  CHECK(CodeOf([&] { model.parameters().SetRows(kName, "Q8_0", 0, 32); }) == ErrorCode::kBadModel);
}

TEST_CASE("weights: random bytes of any type and number load or throw") {
  Random random(8);
  for (int round = 0; round < 2000; ++round) {
    Transformer model(OddConfig());
    const auto names = model.parameters().names();
    const std::string& name = names[static_cast<std::size_t>(random.Below(static_cast<Index>(names.size())))];
    const char* const types[] = {"F32", "F16", "BF16", "I8", "Q8_0", "Q4_0", "Q4_K", "Q6_K", "Q5_K", ""};
    const std::string dtype = types[random.Below(10)];
    const Index first = random.Below(3) - 1;
    const Index count = random.Below(70) - 1;
    const std::vector<Index> shape = model.parameters().Shape(name);
    const NumberFormat* format = FindNumberFormat(dtype);
    // In half of the cases the length is right.
    std::uint64_t bytes = static_cast<std::uint64_t>(random.Below(20000));
    if (format && random.Below(2) == 0) {
      const Index numbers = std::max<Index>(count, 0) * (shape.size() > 1 ? shape[1] : 1);
      bytes = static_cast<std::uint64_t>(numbers / format->numbers * format->bytes);
    }
    for (std::byte& byte : model.parameters().Stage(bytes)) byte = static_cast<std::byte>(random.Below(256));
    try {
      model.parameters().SetRows(name, dtype, first, count);
    } catch (const Error& error) {
      REQUIRE((error.code() == ErrorCode::kBadModel || error.code() == ErrorCode::kUnsupported));
    }
  }
}

}  // namespace attenscope
