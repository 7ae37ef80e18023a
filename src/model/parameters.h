// The table of a model's parameters, and the loading of tensors into it.
#pragma once

#include <limits>
#include <span>
#include <string>
#include <vector>

#include "layers/linear.h"

namespace attenscope {

/// The form in which matrices are stored in memory: as in the file (8 bits stay 8 bits, everything else becomes
/// float32), all in float32, all in half precision, or all in 8 bits.
enum class WeightForm { kAsStored, kFloat, kHalf, kInt8 };

/// The layout of a parameter that is part of a larger tensor or stored in another order. Element (r, c) is number first
/// + (r / group) · group_stride + (r mod group) · row_stride + c · column_stride of the tensor, plus `add`. The
/// elements of a vector count as rows.
struct TensorLayout {
  Index first = 0;
  Index row_stride = 0;
  Index column_stride = 1;
  Index group = std::numeric_limits<Index>::max();
  Index group_stride = 0;
  float add = 0.0f;
};

/// The names, shapes and memory of all parameters of a model of any kind. The vectors and matrices belong to the model
/// and must not move.
class Parameters {
 public:
  /// Adds a matrix (rows, columns), a vector (size), or a linear layer: `name.weight` (out, in) and, if `bias` is true,
  /// `name.bias` (out). The memory of a matrix is allocated when it is set. Throws kMemory.
  void AddMatrix(const std::string& name, Index rows, Index columns, Weight& matrix);
  void AddVector(const std::string& name, Index size, Vector& vector);
  void AddLinear(const std::string& name, Index out, Index in, bool bias, Linear& linear);

  /// Chooses the form of the matrices. Call it before the first Set.
  void HoldAs(WeightForm form) { form_ = form; }

  /// Returns the canonical names, such as 'blocks.0.attn.query.weight', in the order of the Add calls.
  std::vector<std::string> names() const;
  /// Returns the shape of a parameter: (out, in) of a matrix, (size) of a vector, (out) of the `name_scale` of a
  /// matrix. Throws kBadModel for a name that the model does not have.
  std::vector<Index> Shape(const std::string& name) const;

  /// Returns a buffer for the raw bytes of one tensor, or of some of its rows: little-endian and row-major, as in a
  /// file. Throws kMemory.
  std::span<std::byte> Stage(std::uint64_t bytes);
  /// Converts the staged bytes, of a type in `kNumberFormats`, into the parameter. A matrix may have type 'I8', numbers
  /// from −127 to 127. It then needs `name_scale` too, before or after it: weight = number · scale of its row. Throws
  /// kBadModel for an unknown name, for a wrong number of bytes and for an invalid number or scale; kUnsupported for
  /// another type; kMemory.
  void Set(const std::string& name, const std::string& dtype);
  /// Converts the staged bytes into rows [first, first + count) of a matrix, as Set does. The rows come in order from
  /// row 0 on, so that a large matrix is never staged as a whole. A vector is set as a whole.
  void SetRows(const std::string& name, const std::string& dtype, Index first, Index count);
  /// Copies a parameter from the staged bytes of a tensor that contains other parameters or stores its numbers in
  /// another order. The type is 'F32', 'F16' or 'BF16', or for a matrix also a block format if its rows are whole
  /// blocks. The staged bytes stay, so that other parameters can be copied, too. Throws kBadModel when the layout
  /// exceeds the staged bytes, kUnsupported for other types and for rows that cut a block.
  void SetLaidOut(const std::string& name, const std::string& dtype, const TensorLayout& layout);
  /// Copies the numbers of a parameter to `out`, row-major, whatever form the parameter has. Throws kBadModel for an
  /// unknown name.
  void Read(const std::string& name, float* out) const;
  /// Replaces the numbers of a parameter. A matrix that is not in float32 becomes float32. Throws kBadModel for an
  /// unknown name, and kMemory.
  void Write(const std::string& name, const float* numbers);
  /// Frees the staging buffer. Throws kBadModel when a parameter was never set; the message names the first such
  /// parameter.
  void Finish();

  /// Returns the number of numbers in all parameters.
  std::uint64_t count() const;
  /// Returns the memory of all parameters, in bytes.
  std::uint64_t bytes() const;
  /// Tells whether at least one matrix is stored in 8 bits.
  bool has_int8() const;
  /// Tells whether at least one matrix is stored in half precision.
  bool has_half() const;

 private:
  struct Parameter {
    std::string name;
    std::vector<Index> shape;
    Weight* matrix;  // either `matrix` or `vector` is set
    Vector* vector;
    std::vector<float> scales = {};  // (rows) of a matrix stored in 8 bits
    Index rows_set = 0;
    bool loaded = false;
    bool needs_scales = false;
  };

  std::size_t Find(const std::string& name) const;
  /// Checks that the staged bytes are `count` elements of that type. Throws kBadModel.
  void CheckStaged(const std::string& name, const std::string& dtype, std::uint64_t count) const;
  void SetScales(Parameter& parameter, const std::string& dtype);
  void SetInt8(Parameter& parameter, Index first, Index count);
  void CheckLayout(const Parameter& parameter, const std::string& dtype, const TensorLayout& layout) const;
  /// Sets rows [first, first + count) of a matrix. read(i, row) writes row first + i to `row`.
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
