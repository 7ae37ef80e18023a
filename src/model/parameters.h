// A model's table of parameters, and the loading of one tensor after another into it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "layers/linear.h"

namespace attenscope {

/// Names, shapes and places of all parameters of a model, whatever its kind. The vectors and matrices that it fills
/// belong to the model, and may not move.
class Parameters {
 public:
  /// Allocates a parameter (rows, columns), (size), or a linear layer's `name.weight` (out, in) and, if asked for,
  /// `name.bias` (out). Throws kMemory.
  void AddMatrix(const std::string& name, Index rows, Index columns, PackedMatrix& matrix);
  void AddVector(const std::string& name, Index size, Vector& vector);
  void AddLinear(const std::string& name, Index out, Index in, bool bias, Linear& linear);

  /// The canonical names, such as 'blocks.0.attn.query.weight', in the order they were added.
  std::vector<std::string> names() const;
  /// (out, in), or (size) of a vector. Throws kBadModel for a name that the model lacks.
  std::vector<Index> Shape(const std::string& name) const;

  /// Room for the raw little-endian bytes of one tensor as a file stores them, row by row.
  std::span<std::byte> Stage(std::uint64_t bytes);
  /// Converts the staged bytes, of type 'F32', 'F16' or 'BF16', into the parameter. Throws kBadModel for a name that
  /// the model lacks or a length that does not fit, kUnsupported for another type.
  void Set(const std::string& name, const std::string& dtype);
  /// Frees the stage. Throws kBadModel naming the first parameter that was never set.
  void Finish();

  /// How many numbers they are.
  std::uint64_t count() const;
  /// Bytes that they take.
  std::uint64_t bytes() const;

 private:
  struct Parameter {
    std::string name;
    std::vector<Index> shape;
    PackedMatrix* matrix;  // one of the two is set
    Vector* vector;
    bool loaded = false;
  };

  std::size_t Find(const std::string& name) const;

  std::vector<Parameter> parameters_;
  AlignedBuffer stage_;
  std::uint64_t stage_room_ = 0;
  std::uint64_t staged_ = 0;
};

}  // namespace attenscope
