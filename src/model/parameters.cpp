// Names, shapes and loading of parameters.
#include "model/parameters.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "model/number_formats.h"
#include "tensor/error.h"

namespace attenscope {

namespace {

constexpr std::string_view kScaleSuffix = "_scale";

/// Bytes that a WebAssembly module can have.
constexpr std::uint64_t kMostMemory = std::uint64_t{1} << 32;

bool IsScaleOf(std::string_view name, std::string_view matrix) {
  return name.size() == matrix.size() + kScaleSuffix.size() && name.starts_with(matrix) && name.ends_with(kScaleSuffix);
}

/// The error of a tensor that cannot be. Pieces of text are put together here only: each sum of strings is much code.
[[noreturn, gnu::noinline]] void Refuse(ErrorCode code, std::initializer_list<std::string_view> pieces) {
  std::string message;
  for (std::string_view piece : pieces) message += piece;
  throw Error(code, message);
}

std::uint64_t Count(const std::vector<Index>& shape) {
  std::uint64_t count = 1;
  for (Index extent : shape) count *= static_cast<std::uint64_t>(extent);
  return count;
}

}  // namespace

void Parameters::AddMatrix(const std::string& name, Index rows, Index columns, Weight& matrix) {
  // Its memory comes with its tensor; one that would not fit even in 8 bits is refused before anything is fetched.
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
  const std::uint64_t element = ElementSize(dtype);
  if (element == 0) {
    Refuse(ErrorCode::kUnsupported, {name, ": dtype ", dtype, " is not read; F32, F16, BF16 and I8 are"});
  }
  if (staged_ != count * element) {
    Refuse(ErrorCode::kBadModel, {name, ": found ", std::to_string(staged_), " bytes of ", dtype, ", expected ",
                                  std::to_string(count * element)});
  }
}

void Parameters::Set(const std::string& name, const std::string& dtype) {
  Parameter& parameter = parameters_[Find(name)];
  const bool scales = name != parameter.name;
  CheckStaged(name, dtype, scales ? static_cast<std::uint64_t>(parameter.shape[0]) : Count(parameter.shape));
  if (dtype == "I8" && (scales || parameter.vector)) {
    Refuse(ErrorCode::kBadModel, {name, ": is a vector in 8 bits; only matrices may be"});
  }
  if (scales) {
    SetScales(parameter, dtype);
  } else if (parameter.vector) {
    ReadFloats(dtype, stage_.get(), 0, parameter.shape[0], parameter.vector->data());
    parameter.loaded = true;
  } else if (dtype == "I8") {
    SetInt8(parameter);
  } else {
    SetFloats(parameter, dtype);
  }
  staged_ = 0;
}

void Parameters::SetScales(Parameter& parameter, const std::string& dtype) {
  parameter.scales.resize(static_cast<std::size_t>(parameter.shape[0]));
  ReadFloats(dtype, stage_.get(), 0, parameter.shape[0], parameter.scales.data());
  for (float scale : parameter.scales) {
    if (scale >= 0.0f && !std::isinf(scale)) continue;
    Refuse(ErrorCode::kBadModel,
           {parameter.name, kScaleSuffix, ": holds ", std::to_string(scale), ", expected finite numbers from 0 on"});
  }
  if (parameter.needs_scales) ApplyScales(parameter);
}

void Parameters::SetInt8(Parameter& parameter) {
  Weight& matrix = *parameter.matrix;
  const auto* numbers = reinterpret_cast<const std::int8_t*>(stage_.get());
  const Index columns = matrix.columns();
  if (std::find(numbers, numbers + matrix.rows() * columns, std::int8_t{-128}) != numbers + matrix.rows() * columns) {
    Refuse(ErrorCode::kBadModel, {parameter.name, ": holds −128, expected numbers from −127 to 127"});
  }
  const bool widen = form_ == WeightForm::kFloat;
  if (widen) matrix.HoldFloats(parameter.name);
  if (!widen) matrix.HoldInt8(parameter.name);
  for (Index row = 0; row < matrix.rows(); ++row) {
    const std::int8_t* from = numbers + row * columns;
    if (!widen) matrix.int8().SetRow(row, from, 0.0f);
    for (Index c = 0; widen && c < columns; ++c) matrix.floats()(row, c) = static_cast<float>(from[c]);
  }
  parameter.needs_scales = true;
  if (!parameter.scales.empty()) ApplyScales(parameter);
}

void Parameters::SetFloats(Parameter& parameter, const std::string& dtype) {
  Weight& matrix = *parameter.matrix;
  const Index columns = matrix.columns();
  const bool round = form_ == WeightForm::kInt8;
  if (round) matrix.HoldInt8(parameter.name);
  if (!round) matrix.HoldFloats(parameter.name);
  std::vector<float> values(static_cast<std::size_t>(columns));
  std::vector<std::int8_t> numbers(values.size());
  for (Index row = 0; row < matrix.rows(); ++row) {
    ReadFloats(dtype, stage_.get(), row * columns, columns, values.data());
    if (!round) {
      for (Index c = 0; c < columns; ++c) matrix.floats()(row, c) = values[static_cast<std::size_t>(c)];
      continue;
    }
    const float scale = QuantiseRow(values.data(), columns, numbers.data());
    if (std::isnan(scale)) {
      Refuse(ErrorCode::kBadModel, {parameter.name, ": holds a NaN or an infinity, which 8 bits cannot"});
    }
    matrix.int8().SetRow(row, numbers.data(), scale);
  }
  parameter.needs_scales = false;
  parameter.loaded = true;
}

void Parameters::ApplyScales(Parameter& parameter) {
  Weight& matrix = *parameter.matrix;
  for (Index row = 0; row < matrix.rows(); ++row) {
    const float scale = parameter.scales[static_cast<std::size_t>(row)];
    if (matrix.is_int8()) matrix.int8().SetScale(row, scale);
    for (Index c = 0; !matrix.is_int8() && c < matrix.columns(); ++c) matrix.floats()(row, c) *= scale;
  }
  parameter.scales = {};
  parameter.needs_scales = false;
  parameter.loaded = true;
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
      Refuse(ErrorCode::kBadModel, {parameter.name, ": has scales, and is not in 8 bits"});
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

}  // namespace attenscope
