// Names, shapes and loading of parameters.
#include "model/parameters.h"

#include <bit>
#include <cstring>

#include "tensor/error.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

static_assert(std::endian::native == std::endian::little, "tensors in files are little-endian");

float FromF16(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000u) << 16;
  const std::uint32_t exponent = (half >> 10) & 0x1fu;
  const std::uint32_t fraction = half & 0x3ffu;
  if (exponent == 0) {
    // Zero and the subnormal numbers are multiples of 2⁻²⁴.
    const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
    return sign ? -magnitude : magnitude;
  }
  // 31 is infinity and NaN in half precision, 255 in single; the others shift the bias from 15 to 127.
  const std::uint32_t wide = exponent == 31 ? 255u : exponent + 112u;
  return std::bit_cast<float>(sign | (wide << 23) | (fraction << 13));
}

float FromBF16(std::uint16_t brain) { return std::bit_cast<float>(static_cast<std::uint32_t>(brain) << 16); }

/// Element `index` of raw bytes of type `Stored`.
template <class Stored>
Stored Read(const std::byte* bytes, Index index) {
  Stored value;
  std::memcpy(&value, bytes + index * static_cast<Index>(sizeof(Stored)), sizeof(Stored));
  return value;
}

/// Calls `fill(read)` with the reader of a type: read(i) is element i as float32.
template <class Fill>
void WithReader(const std::string& dtype, const std::byte* bytes, Fill fill) {
  if (dtype == "F32") fill([bytes](Index i) { return Read<float>(bytes, i); });
  if (dtype == "F16") fill([bytes](Index i) { return FromF16(Read<std::uint16_t>(bytes, i)); });
  if (dtype == "BF16") fill([bytes](Index i) { return FromBF16(Read<std::uint16_t>(bytes, i)); });
}

/// Bytes of one element, 0 for a type that is not read.
std::uint64_t ElementSize(const std::string& dtype) {
  if (dtype == "F32") return 4;
  if (dtype == "F16" || dtype == "BF16") return 2;
  return 0;
}

std::uint64_t Count(const std::vector<Index>& shape) {
  std::uint64_t count = 1;
  for (Index extent : shape) count *= static_cast<std::uint64_t>(extent);
  return count;
}

}  // namespace

void Parameters::AddMatrix(const std::string& name, Index rows, Index columns, PackedMatrix& matrix) {
  matrix = PackedMatrix(rows, columns, kPanelRows<Arch>, name);
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
    if (parameters_[i].name == name) return i;
  }
  throw Error(ErrorCode::kBadModel, "the model has no parameter '" + name + "'");
}

std::vector<std::string> Parameters::names() const {
  std::vector<std::string> names;
  for (const Parameter& parameter : parameters_) names.push_back(parameter.name);
  return names;
}

std::vector<Index> Parameters::Shape(const std::string& name) const { return parameters_[Find(name)].shape; }

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

void Parameters::Set(const std::string& name, const std::string& dtype) {
  Parameter& parameter = parameters_[Find(name)];
  const std::uint64_t element = ElementSize(dtype);
  if (element == 0) {
    throw Error(ErrorCode::kUnsupported, name + ": dtype " + dtype + " is not read; F32, F16 and BF16 are");
  }
  if (staged_ != Count(parameter.shape) * element) {
    throw Error(ErrorCode::kBadModel, name + ": found " + std::to_string(staged_) + " bytes of " + dtype +
                                          ", expected " + std::to_string(Count(parameter.shape) * element));
  }
  WithReader(dtype, stage_.get(), [&](auto read) {
    if (parameter.vector) {
      for (Index i = 0; i < parameter.shape[0]; ++i) parameter.vector->data()[i] = read(i);
      return;
    }
    const PackedView<float> packed = parameter.matrix->view();
    for (Index row = 0; row < packed.rows; ++row) {
      for (Index column = 0; column < packed.columns; ++column)
        packed(row, column) = read(row * packed.columns + column);
    }
  });
  parameter.loaded = true;
  staged_ = 0;
}

void Parameters::Finish() {
  stage_.reset();
  stage_room_ = 0;
  for (const Parameter& parameter : parameters_) {
    if (!parameter.loaded) throw Error(ErrorCode::kBadModel, "the file lacks the parameter '" + parameter.name + "'");
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

}  // namespace attenscope
