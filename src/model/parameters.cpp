// Loads tensors of files into the parameters of a model.
#include "model/parameters.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "model/number_formats.h"
#include "tensor/error.h"
#include "tensor/number_text.h"

namespace attenscope {

namespace {

constexpr std::string_view kScaleSuffix = "_scale";

/// The largest memory of a WebAssembly module, in bytes.
constexpr std::uint64_t kMostMemory = std::uint64_t{1} << 32;

bool IsScaleOf(std::string_view name, std::string_view matrix) {
  return name.size() == matrix.size() + kScaleSuffix.size() && name.starts_with(matrix) && name.ends_with(kScaleSuffix);
}

/// Throws the error of an invalid tensor. Only this function joins the pieces of a message, because each concatenation
/// of strings is much code.
[[noreturn, gnu::noinline]] void Refuse(ErrorCode code, std::initializer_list<std::string_view> pieces) {
  std::string message;
  for (std::string_view piece : pieces) message += piece;
  throw Error(code, message);
}

[[noreturn]] void RefuseHalf(const std::string& name) {
  Refuse(ErrorCode::kBadModel,
         {name, ": contains a number that half precision cannot represent: NaN, or a magnitude above 65504"});
}

/// Allocates a matrix in a form other than kAsStored.
void Hold(Weight& matrix, WeightForm form, const std::string& name) {
  if (form == WeightForm::kInt8) {
    matrix.HoldInt8(name);
  } else if (form == WeightForm::kHalf) {
    matrix.HoldHalves(name);
  } else {
    matrix.HoldFloats(name);
  }
}

/// Stores a row (columns) of a float32 or half-precision matrix. Returns false when half precision cannot represent it.
bool SetRow(Weight& matrix, Index row, const float* values) {
  if (matrix.is_half()) return matrix.halves().SetRow(row, values);
  for (Index c = 0; c < matrix.columns(); ++c) matrix.floats()(row, c) = values[c];
  return true;
}

std::uint64_t Count(const std::vector<Index>& shape) {
  std::uint64_t count = 1;
  for (Index extent : shape) count *= static_cast<std::uint64_t>(extent);
  return count;
}

}  // namespace

void Parameters::AddMatrix(const std::string& name, Index rows, Index columns, Weight& matrix) {
  // Memory is allocated when the tensor arrives. A model that would not fit even in 8 bits is refused before any
  // download.
  matrix_numbers_ += static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(columns);
  if (matrix_numbers_ > kMostMemory) {
    Refuse(ErrorCode::kMemory, {name, ": with it the matrices have ", std::to_string(matrix_numbers_),
                                " numbers, more than fit in memory"});
  }
  matrix = Weight(rows, columns);
  parameters_.push_back({name, {rows, columns}, &matrix, nullptr});
}

void Parameters::AddVector(const std::string& name, Index size, Vector& vector) {
  vector = Vector(size, name);
  parameters_.push_back({name, {size}, nullptr, &vector});
}

void Parameters::AddLinear(const std::string& name, Index out, Index in, bool bias, Linear& linear) {
  AddMatrix(name + ".weight", out, in, linear.weight);
  if (bias) AddVector(name + ".bias", out, linear.bias);
}

std::size_t Parameters::Find(const std::string& name) const {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Parameter& parameter = parameters_[i];
    if (name == parameter.name || (parameter.matrix && IsScaleOf(name, parameter.name))) return i;
  }
  Refuse(ErrorCode::kBadModel, {"the model has no parameter '", name, "'"});
}

std::vector<std::string> Parameters::names() const {
  std::vector<std::string> names;
  for (const Parameter& parameter : parameters_) names.push_back(parameter.name);
  return names;
}

std::vector<Index> Parameters::Shape(const std::string& name) const {
  const Parameter& parameter = parameters_[Find(name)];
  return parameter.name == name ? parameter.shape : std::vector<Index>{parameter.shape[0]};
}

std::span<std::byte> Parameters::Stage(std::uint64_t bytes) {
  if (bytes > stage_room_) {
    stage_.reset();
    stage_room_ = 0;
    stage_ = AllocateZeroed(bytes, "loading a tensor");
    stage_room_ = bytes;
  }
  staged_ = bytes;
  return {stage_.get(), static_cast<std::size_t>(bytes)};
}

void Parameters::CheckStaged(const std::string& name, const std::string& dtype, std::uint64_t count) const {
  const NumberFormat* format = FindNumberFormat(dtype);
  if (!format) {
    Refuse(ErrorCode::kUnsupported,
           {name, ": dtype ", dtype, " is not supported, expected F32, F16, BF16, I8, Q8_0, Q4_0, Q4_K or Q6_K"});
  }
  const auto numbers = static_cast<std::uint64_t>(format->numbers);
  const std::uint64_t expected = count / numbers * static_cast<std::uint64_t>(format->bytes);
  if (count % numbers != 0 || staged_ != expected) {
    Refuse(ErrorCode::kBadModel,
           {name, ": found ", std::to_string(staged_), " bytes of ", dtype, ", expected ", std::to_string(expected)});
  }
}

template <class Read>
void Parameters::SetFloats(Parameter& parameter, Index first, Index count, Read read) {
  Weight& matrix = *parameter.matrix;
  const Index columns = matrix.columns();
  const bool round = form_ == WeightForm::kInt8;
  if (first == 0) Hold(matrix, form_ == WeightForm::kAsStored ? WeightForm::kFloat : form_, parameter.name);
  std::vector<float> values(static_cast<std::size_t>(columns));
  std::vector<std::int8_t> numbers(values.size());
  for (Index i = 0; i < count; ++i) {
    read(i, values.data());
    if (!round) {
      if (!SetRow(matrix, first + i, values.data())) RefuseHalf(parameter.name);
      continue;
    }
    const float scale = QuantiseRow(values.data(), columns, numbers.data());
    if (std::isnan(scale)) {
      Refuse(ErrorCode::kBadModel, {parameter.name, ": contains NaN or infinity, which 8 bits cannot represent"});
    }
    matrix.int8().SetRow(first + i, numbers.data(), scale);
  }
  parameter.loaded = first + count == matrix.rows();
}

void Parameters::CheckLayout(const Parameter& parameter, const std::string& dtype, const TensorLayout& layout) const {
  const NumberFormat* format = FindNumberFormat(dtype);
  // Blocks can be used where each row consists of whole blocks.
  const Index block = format ? format->numbers : 1;
  const bool in_blocks =
      block == 1 || (parameter.matrix && parameter.shape[1] % block == 0 && layout.column_stride == 1 &&
                     layout.first % block == 0 && layout.row_stride % block == 0 && layout.group_stride % block == 0);
  if (!format || dtype == "I8" || !in_blocks) {
    Refuse(ErrorCode::kUnsupported,
           {parameter.name, ": is part of a tensor of ", dtype, ", which cannot be split there"});
  }
  const double rows = static_cast<double>(parameter.shape[0]);
  const double columns = parameter.matrix ? static_cast<double>(parameter.shape[1]) : 1.0;
  const double group = static_cast<double>(layout.group);
  // No stride is negative, so that the last element has the largest index. These numbers are integers below 2⁵³.
  const double last = static_cast<double>(layout.first) +
                      std::floor((rows - 1.0) / group) * static_cast<double>(layout.group_stride) +
                      (std::min(rows, group) - 1.0) * static_cast<double>(layout.row_stride) +
                      (columns - 1.0) * static_cast<double>(layout.column_stride);
  const bool forwards = layout.first >= 0 && layout.row_stride >= 0 && layout.column_stride >= 0 && layout.group >= 1 &&
                        layout.group_stride >= 0;
  const std::uint64_t whole_blocks = staged_ / static_cast<std::uint64_t>(format->bytes);
  if (!forwards || last >= static_cast<double>(whole_blocks) * static_cast<double>(block)) {
    Refuse(ErrorCode::kBadModel, {parameter.name, ": found ", std::to_string(staged_), " bytes of ", dtype,
                                  ", too few for its place in the tensor"});
  }
}

void Parameters::SetLaidOut(const std::string& name, const std::string& dtype, const TensorLayout& layout) {
  Parameter& parameter = parameters_[Find(name)];
  CheckLayout(parameter, dtype, layout);
  const Index columns = parameter.matrix ? parameter.shape[1] : 1;
  const auto read = [&](Index row, float* out) {
    const Index first =
        layout.first + row / layout.group * layout.group_stride + row % layout.group * layout.row_stride;
    if (FindNumberFormat(dtype)->numbers > 1) {
      ReadFloats(dtype, stage_.get(), first, columns, out);
    } else {
      ReadStrided(dtype, stage_.get(), first, layout.column_stride, columns, out);
    }
    for (Index c = 0; layout.add != 0.0f && c < columns; ++c) out[c] += layout.add;
  };
  if (parameter.matrix) return SetFloats(parameter, 0, parameter.shape[0], read);
  for (Index row = 0; row < parameter.shape[0]; ++row) read(row, parameter.vector->data() + row);
  parameter.loaded = true;
}

void Parameters::Set(const std::string& name, const std::string& dtype) {
  SetRows(name, dtype, 0, parameters_[Find(name)].shape[0]);
}

void Parameters::SetRows(const std::string& name, const std::string& dtype, Index first, Index count) {
  Parameter& parameter = parameters_[Find(name)];
  const bool scales = name != parameter.name;
  const Index rows = parameter.shape[0];
  const bool whole = first == 0 && count == rows;
  const bool in_order = first == 0 || first == parameter.rows_set;
  if (!whole && (scales || parameter.vector || !in_order || count < 1 || count > rows - first)) {
    Refuse(ErrorCode::kBadModel, {name, ": cannot set ", std::to_string(count), " rows from row ",
                                  std::to_string(first), " on, it has ", std::to_string(rows), " rows"});
  }
  const Index columns = scales || parameter.vector ? 1 : parameter.matrix->columns();
  const NumberFormat* format = FindNumberFormat(dtype);
  CheckStaged(name, dtype, static_cast<std::uint64_t>(count) * static_cast<std::uint64_t>(columns));
  if (dtype == "I8" && (scales || parameter.vector)) {
    Refuse(ErrorCode::kBadModel,
           {name, ": is a vector in 8 bits, expected a floating-point type (only matrices may be in 8 bits)"});
  }
  if (parameter.matrix && !scales && columns % format->numbers != 0) {
    Refuse(ErrorCode::kBadModel,
           {name, ": rows of ", std::to_string(columns), " numbers are not whole blocks of ", dtype});
  }
  if (scales) {
    SetScales(parameter, dtype);
  } else if (parameter.vector) {
    ReadFloats(dtype, stage_.get(), 0, rows, parameter.vector->data());
    parameter.loaded = true;
  } else {
    if (first == 0) parameter.loaded = parameter.needs_scales = false;
    if (dtype == "I8") SetInt8(parameter, first, count);
    if (dtype != "I8") {
      SetFloats(parameter, first, count,
                [&](Index i, float* row) { ReadFloats(dtype, stage_.get(), i * columns, columns, row); });
    }
    parameter.rows_set = first + count;
  }
  staged_ = 0;
}

void Parameters::SetScales(Parameter& parameter, const std::string& dtype) {
  parameter.scales.resize(static_cast<std::size_t>(parameter.shape[0]));
  ReadFloats(dtype, stage_.get(), 0, parameter.shape[0], parameter.scales.data());
  for (float scale : parameter.scales) {
    if (scale >= 0.0f && !std::isinf(scale)) continue;
    Refuse(ErrorCode::kBadModel,
           {parameter.name, kScaleSuffix, ": holds ", NumberText(scale), ", expected finite numbers from 0 on"});
  }
  if (parameter.needs_scales) ApplyScales(parameter);
}

void Parameters::SetInt8(Parameter& parameter, Index first, Index count) {
  Weight& matrix = *parameter.matrix;
  const auto* numbers = reinterpret_cast<const std::int8_t*>(stage_.get());
  const Index columns = matrix.columns();
  if (Least(numbers, count * columns) == -128) {
    Refuse(ErrorCode::kBadModel, {parameter.name, ": holds −128, expected numbers from −127 to 127"});
  }
  const WeightForm form = form_ == WeightForm::kAsStored ? WeightForm::kInt8 : form_;
  if (first == 0) Hold(matrix, form, parameter.name);
  std::vector<float> values(static_cast<std::size_t>(columns));
  for (Index i = 0; i < count; ++i) {
    const std::int8_t* from = numbers + i * columns;
    if (form == WeightForm::kInt8) {
      matrix.int8().SetRow(first + i, from, 0.0f);
      continue;
    }
    std::copy(from, from + columns, values.data());
    SetRow(matrix, first + i, values.data());
  }
  if (first + count < matrix.rows()) return;
  parameter.needs_scales = true;
  if (!parameter.scales.empty()) ApplyScales(parameter);
}

void Parameters::ApplyScales(Parameter& parameter) {
  Weight& matrix = *parameter.matrix;
  std::vector<float> values(static_cast<std::size_t>(matrix.columns()));
  for (Index row = 0; row < matrix.rows(); ++row) {
    const float scale = parameter.scales[static_cast<std::size_t>(row)];
    if (matrix.is_int8()) {
      matrix.int8().SetScale(row, scale);
      continue;
    }
    matrix.GetRow(row, values.data());
    for (float& value : values) value *= scale;
    if (!SetRow(matrix, row, values.data())) RefuseHalf(parameter.name);
  }
  parameter.scales = {};
  parameter.needs_scales = false;
  parameter.loaded = true;
}

void Parameters::Read(const std::string& name, float* out) const {
  const Parameter& parameter = parameters_[Find(name)];
  if (parameter.vector) {
    std::copy_n(parameter.vector->data(), parameter.vector->size(), out);
    return;
  }
  const Weight& matrix = *parameter.matrix;
  for (Index row = 0; row < matrix.rows(); ++row) matrix.GetRow(row, out + row * matrix.columns());
}

void Parameters::Write(const std::string& name, const float* numbers) {
  Parameter& parameter = parameters_[Find(name)];
  parameter.loaded = true;
  if (parameter.vector) {
    std::copy_n(numbers, parameter.vector->size(), parameter.vector->data());
    return;
  }
  Weight& matrix = *parameter.matrix;
  if (matrix.is_int8() || matrix.is_half() || matrix.bytes() == 0) matrix.HoldFloats(name);
  Pack(ConstMatrix(numbers, {matrix.rows(), matrix.columns()}), matrix.floats());
}

void Parameters::Finish() {
  stage_.reset();
  stage_room_ = 0;
  for (const Parameter& parameter : parameters_) {
    if (parameter.needs_scales) {
      Refuse(ErrorCode::kBadModel,
             {parameter.name, ": the file lacks its scales, '", parameter.name, kScaleSuffix, "'"});
    }
    if (!parameter.scales.empty()) {
      Refuse(ErrorCode::kBadModel, {parameter.name, ": has scales, but is not in 8 bits"});
    }
    if (!parameter.loaded) {
      Refuse(ErrorCode::kBadModel, {"the file lacks the parameter '", parameter.name, "'"});
    }
  }
}

std::uint64_t Parameters::count() const {
  std::uint64_t count = 0;
  for (const Parameter& parameter : parameters_) count += Count(parameter.shape);
  return count;
}

std::uint64_t Parameters::bytes() const {
  std::uint64_t bytes = 0;
  for (const Parameter& parameter : parameters_) {
    bytes += parameter.matrix ? parameter.matrix->bytes() : Count(parameter.shape) * sizeof(float);
  }
  return bytes;
}

bool Parameters::has_int8() const {
  return std::any_of(parameters_.begin(), parameters_.end(),
                     [](const Parameter& parameter) { return parameter.matrix && parameter.matrix->is_int8(); });
}

bool Parameters::has_half() const {
  return std::any_of(parameters_.begin(), parameters_.end(),
                     [](const Parameter& parameter) { return parameter.matrix && parameter.matrix->is_half(); });
}

}  // namespace attenscope
