// Fuzzes the loading of tensors: any bytes, in any number format and order, by rows and with any layout.
#include "given.h"
#include "model/number_formats.h"
#include "transformer/transformer.h"

namespace attenscope::fuzz {
namespace {

/// Returns a config whose rows are whole blocks in every format.
Config WideConfig(bool tied) {
  Config config;
  config.layers = 1;
  config.heads = 2;
  config.key_value_heads = 1;
  config.head_width = 2;
  config.width = 256;
  config.feed_forward_width = 9;
  config.vocabulary = 5;
  config.context = 8;
  config.norm_epsilon = 1e-5f;
  config.rotary_base = 10000.0;
  config.attention_bias = true;
  config.tied_embedding = tied;
  return config;
}

std::string NameFrom(Given& given, const std::vector<std::string>& names) {
  const Index way = given.Below(8);
  if (way == 0) return "blocks.7.attn.query.weight";
  return given.OneOf(names) + (way == 1 ? "_scale" : "");
}

std::string DtypeFrom(Given& given) {
  const Index choice = given.Below(static_cast<Index>(std::size(kNumberFormats)) + 1);
  return choice == std::ssize(kNumberFormats) ? "F64" : std::string(kNumberFormats[choice].name);
}

/// Returns the number of bytes that the tensor should have, or sometimes another number.
std::uint64_t BytesFrom(Given& given, const std::string& dtype, Index numbers) {
  const NumberFormat* format = FindNumberFormat(dtype);
  if (!format || given.Below(16) == 0) return static_cast<std::uint64_t>(given.Raw<std::uint16_t>());
  return static_cast<std::uint64_t>(numbers / format->numbers * format->bytes);
}

TensorLayout LayoutFrom(Given& given) {
  TensorLayout layout;
  layout.first = given.Size(64);
  layout.row_stride = given.Size(64);
  layout.column_stride = given.Size(64);
  if (given.Flip()) layout.group = given.Size(8);
  layout.group_stride = given.Size(64);
  layout.add = given.Flip() ? 1.0f : 0.0f;
  return layout;
}

void SetOne(Given& given, Parameters& parameters, const std::vector<std::string>& names) {
  const std::string name = NameFrom(given, names), dtype = DtypeFrom(given);
  const std::vector<Index> shape = parameters.Shape(name);
  const Index columns = shape.size() == 2 ? shape[1] : 1;
  const bool whole = given.Flip();
  const Index first = whole ? 0 : given.Size(shape[0]);
  const Index count = whole ? shape[0] : given.Size(shape[0]);
  const bool laid_out = given.Below(4) == 0;
  const Index staged = laid_out ? given.Below(64) * 64 : count >= 0 && count <= 4096 ? count * columns : 0;
  given.Fill(parameters.Stage(BytesFrom(given, dtype, staged)));
  if (laid_out) return parameters.SetLaidOut(name, dtype, LayoutFrom(given));
  parameters.SetRows(name, dtype, first, count);
}

}  // namespace
}  // namespace attenscope::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace attenscope;
  using namespace attenscope::fuzz;
  Given given(data, size);
  const auto model = std::make_shared<Transformer>(WideConfig(given.Flip()));
  Parameters& parameters = model->parameters();
  parameters.HoldAs(static_cast<WeightForm>(given.Below(4)));
  const bool whole = given.Flip();
  if (whole) FillParameters(parameters);
  const std::vector<std::string> names = parameters.names();
  bool broken = false;
  while (!given.empty()) broken = !Answers([&] { SetOne(given, parameters, names); }) || broken;
  // If every call succeeded and all parameters are set, the model must run with any numbers.
  if (!Answers([&] { parameters.Finish(); }) || broken) return 0;
  const std::vector<std::int32_t> ids = {0, 4, 2};
  const auto run = model->CreateRun(3, 0);
  run->Append(ids, LogitsWanted::kAll);
  StepToEnd(*run);
  if (run->logits().shape != std::array<Index, 2>{3, 5}) __builtin_trap();
  return 0;
}
