// Names, shapes and loading of parameters.
#include "model/weights.h"

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

Model::Model(const Config& config) : config_(config) {
  Validate(config);
  const Index C = config.width;
  const Index queries = config.heads * config.head_width;
  const Index keys = config.key_value_heads * config.head_width;
  const Index F = config.feed_forward_width;
  AddMatrix("embedding.weight", config.vocabulary, C, weights_.embedding);
  // Parameters point into the blocks, which therefore never move.
  weights_.blocks.resize(static_cast<std::size_t>(config.layers));
  for (Index layer = 0; layer < config.layers; ++layer) {
    BlockWeights& block = weights_.blocks[static_cast<std::size_t>(layer)];
    const std::string at = "blocks." + std::to_string(layer) + ".";
    AddVector(at + "attn_norm.weight", C, block.attn_norm);
    AddLinear(at + "attn.query", queries, C, config.attention_bias, block.query);
    AddLinear(at + "attn.key", keys, C, config.attention_bias, block.key);
    AddLinear(at + "attn.value", keys, C, config.attention_bias, block.value);
    AddLinear(at + "attn.output", C, queries, config.output_bias, block.output);
    AddVector(at + "feed_forward_norm.weight", C, block.feed_forward_norm);
    AddLinear(at + "feed_forward.gate", F, C, config.feed_forward_bias, block.feed_forward.gate);
    AddLinear(at + "feed_forward.up", F, C, config.feed_forward_bias, block.feed_forward.up);
    AddLinear(at + "feed_forward.down", C, F, config.feed_forward_bias, block.feed_forward.down);
  }
  AddVector("final_norm.weight", C, weights_.final_norm);
  if (!config.tied_embedding) {
    AddMatrix("unembedding.weight", config.vocabulary, C, weights_.unembedding.emplace());
  }
}

void Model::AddMatrix(const std::string& name, Index rows, Index columns, PackedMatrix& matrix) {
  matrix = PackedMatrix(rows, columns, kPanelRows<Arch>, name);
  parameters_.push_back({name, {rows, columns}, &matrix, nullptr});
}

void Model::AddVector(const std::string& name, Index size, Vector& vector) {
  vector = Vector(size, name);
  parameters_.push_back({name, {size}, nullptr, &vector});
}

void Model::AddLinear(const std::string& name, Index out, Index in, bool bias, Linear& linear) {
  AddMatrix(name + ".weight", out, in, linear.weight);
  if (bias) AddVector(name + ".bias", out, linear.bias);
}

std::size_t Model::Find(const std::string& name) const {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (parameters_[i].name == name) return i;
  }
  throw Error(ErrorCode::kBadModel, "the model has no parameter '" + name + "'");
}

std::vector<std::string> Model::ParameterNames() const {
  std::vector<std::string> names;
  for (const Parameter& parameter : parameters_) names.push_back(parameter.name);
  return names;
}

std::vector<Index> Model::ParameterShape(const std::string& name) const { return parameters_[Find(name)].shape; }

std::span<std::byte> Model::Stage(std::uint64_t bytes) {
  if (bytes > stage_room_) {
    stage_.reset();
    stage_room_ = 0;
    stage_ = AllocateZeroed(bytes, "loading a tensor");
    stage_room_ = bytes;
  }
  staged_ = bytes;
  return {stage_.get(), static_cast<std::size_t>(bytes)};
}

void Model::SetParameter(const std::string& name, const std::string& dtype) {
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

void Model::Finish() {
  stage_.reset();
  stage_room_ = 0;
  for (const Parameter& parameter : parameters_) {
    if (!parameter.loaded) throw Error(ErrorCode::kBadModel, "the file lacks the parameter '" + parameter.name + "'");
  }
}

std::uint64_t Model::parameters() const {
  std::uint64_t count = 0;
  for (const Parameter& parameter : parameters_) count += Count(parameter.shape);
  return count;
}

std::uint64_t Model::bytes() const {
  std::uint64_t bytes = 0;
  for (const Parameter& parameter : parameters_) {
    bytes += parameter.matrix ? parameter.matrix->bytes() : Count(parameter.shape) * sizeof(float);
  }
  return bytes;
}

}  // namespace attenscope
