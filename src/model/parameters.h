// A model's table of parameters, and the loading of one tensor after another into it.
#pragma once

#include <limits>
#include <span>
#include <string>
#include <vector>

#include "layers/linear.h"

namespace attenscope {

/// How matrices are held, whatever the file stores: as the file does (8 bits stay 8 bits, all else float32), all in
/// float32, in half precision, or in 8 bits.
enum class WeightForm { kAsStored, kFloat, kHalf, kInt8 };

/// Where a parameter lies in a tensor that is not its own, or lies in it otherwise: element (r, c) is number first +
/// (r / group) · group_stride + (r mod group) · row_stride + c · column_stride of the tensor, plus `add`. A vector's
/// elements are rows.
struct TensorLayout {
  Index first = 0;
  Index row_stride = 0;
  Index column_stride = 1;
  Index group = std::numeric_limits<Index>::max();
  Index group_stride = 0;
  float add = 0.0f;
};

/// Names, shapes and places of all parameters of a model, whatever its kind. The vectors and matrices that it fills
/// belong to the model, and may not move.
class Parameters {
 public:
  /// Adds a parameter (rows, columns), (size), or a linear layer's `name.weight` (out, in) and, if asked for,
  /// `name.bias` (out). A matrix gets its memory when it is set. Throws kMemory.
  void AddMatrix(const std::string& name, Index rows, Index columns, Weight& matrix);
  void AddVector(const std::string& name, Index size, Vector& vector);
  void AddLinear(const std::string& name, Index out, Index in, bool bias, Linear& linear);

  /// Before the first Set.
  void HoldAs(WeightForm form) { form_ = form; }

  /// The canonical names, such as 'blocks.0.attn.query.weight', in the order they were added.
  std::vector<std::string> names() const;
  /// (out, in), (size) of a vector, or (out) of a matrix's `name_scale`. Throws kBadModel for a name that the model
  /// lacks.
  std::vector<Index> Shape(const std::string& name) const;

  /// Room for the raw little-endian bytes of one tensor, or of some of its rows, as a file stores them, row by row.
  std::span<std::byte> Stage(std::uint64_t bytes);
  /// Converts the staged bytes, of a type in `kNumberFormats`, into the parameter. A matrix may be of type 'I8',
  /// numbers from −127 to 127, and then needs `name_scale` too, before or after it: weight = number · scale of its
  /// row. Throws kBadModel for a name that the model lacks, a length that does not fit, a number or a scale that
  /// cannot be; kUnsupported for another type; kMemory.
  void Set(const std::string& name, const std::string& dtype);
  /// The same for rows [first, first + count) of a matrix, which come in order from row 0 on: a large one need never be
  /// staged whole. A vector comes at once.
  void SetRows(const std::string& name, const std::string& dtype, Index first, Index count);
  /// Takes a parameter out of the staged bytes of a tensor that holds others too, or holds it otherwise: 'F32', 'F16',
  /// 'BF16', or a matrix of blocks whose rows are whole ones. They stay for the other parameters. Throws kBadModel
  /// where they do not reach, kUnsupported for other types and for blocks that would have to be cut.
  void SetLaidOut(const std::string& name, const std::string& dtype, const TensorLayout& layout);
  /// Frees the stage. Throws kBadModel naming the first parameter that was never set.
  void Finish();

  /// How many numbers they are.
  std::uint64_t count() const;
  /// Bytes that they take.
  std::uint64_t bytes() const;
  /// Whether any matrix is held in 8 bits.
  bool has_int8() const;
  /// Whether any is held in half precision.
  bool has_half() const;

 private:
  struct Parameter {
    std::string name;
    std::vector<Index> shape;
    Weight* matrix;  // one of the two is set
    Vector* vector;
    std::vector<float> scales = {};  // (rows) of a matrix stored in 8 bits
    Index rows_set = 0;
    bool loaded = false;
    bool needs_scales = false;
  };

  std::size_t Find(const std::string& name) const;
  /// Takes the staged bytes, which have to be of `count` elements of that type.
  void CheckStaged(const std::string& name, const std::string& dtype, std::uint64_t count) const;
  void SetScales(Parameter& parameter, const std::string& dtype);
  void SetInt8(Parameter& parameter, Index first, Index count);
  void CheckLayout(const Parameter& parameter, const std::string& dtype, const TensorLayout& layout) const;
  /// Rows [first, first + count) of a matrix; read(i, row) gives the i-th of them.
  template <class Read>
  void SetFloats(Parameter& parameter, Index first, Index count, Read read);
  void ApplyScales(Parameter& parameter);

  std::vector<Parameter> parameters_;
  std::uint64_t matrix_numbers_ = 0;
  WeightForm form_ = WeightForm::kAsStored;
  AlignedBuffer stage_;
  std::uint64_t stage_room_ = 0;
  std::uint64_t staged_ = 0;
};

}  // namespace attenscope
