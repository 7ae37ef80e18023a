// A graph of differentiable steps over a batch: forward in order, then backward in reverse order (reverse-mode
// automatic differentiation). The memory is planned once, so that a pass allocates nothing.
//
// Dimension letters as in tensor.h. A value of a batch has one row for each token: B·T rows.
#pragma once

#include <deque>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tensor/arena.h"

namespace attenscope {

/// The gradient of the loss at a value or a parameter. Values that only pass a gradient on share one.
class Gradient {
 public:
  /// Returns the matrix for a step that writes every element.
  Matrix Written() {
    fresh_ = false;
    return matrix_;
  }
  /// Returns the matrix for a step that adds to every element. The first such step of a backward pass finds zeros.
  Matrix Added();
  /// Tells whether no step has written or added since the backward pass began. A step that can write in place of adding
  /// asks this.
  bool fresh() const { return fresh_; }
  /// Returns the matrix for a step that reads it.
  ConstMatrix read() const { return matrix_; }

  /// Sets the memory. Marks it as not yet written, unless it accumulates over passes.
  void Place(Matrix matrix) { matrix_ = matrix; }
  void Begin() { fresh_ = true; }

 private:
  Matrix matrix_;
  bool fresh_ = false;
};

/// A matrix that a step computes, with the gradient of the loss at this matrix.
struct Value {
  Matrix matrix;
  Gradient* gradient;
};

/// A learned parameter: its numbers, and the sum of its gradients. A vector has one row.
struct Parameter {
  std::string name;
  std::vector<Index> shape;
  Matrix matrix;
  Gradient gradient;

  const float* vector() const { return matrix.data; }
};

/// One step of a graph. A step reads its inputs and writes its output; backward, it reads the gradient of its output
/// and adds to the gradients of its inputs and parameters.
class Step {
 public:
  virtual ~Step() = default;
  /// Takes the memory that lives from the forward pass to the backward pass.
  virtual void Layout(Arena&) {}
  /// Returns the number of floats of scratch memory that Forward or Backward needs.
  virtual std::uint64_t Scratch() const { return 0; }
  virtual void Forward(float* scratch) = 0;
  virtual void Backward(float* scratch) = 0;
};

/// The steps of a forward pass, with their values.
class Graph {
 public:
  /// Adds a value (rows, columns) with a gradient of its own.
  Value* NewValue(Index rows, Index columns);
  /// Adds a value whose gradient is that of `other`: a sum passes its gradient on to each addend.
  Value* NewValue(Index rows, Index columns, const Value* other);
  /// Adds another name for a value that a step changes in place.
  Value* Alias(const Value* other);

  /// Appends a step that reads `inputs` and writes `output`.
  void Append(std::unique_ptr<Step> step, std::initializer_list<const Value*> inputs, const Value* output);

  /// Allocates the memory of all values, gradients and steps. Gradients whose lives do not overlap share memory. Throws
  /// kMemory.
  void Plan();

  /// Runs the steps in order.
  void Forward();
  /// Runs the steps in reverse order. The last step starts from the loss, so that its output needs no gradient.
  void Backward();

  /// Returns the memory of the plan, in bytes.
  std::uint64_t bytes() const { return bytes_; }

 private:
  struct Kept {
    Value value;
    Index rows, columns;
    const Value* same = nullptr;  // the value whose memory this value uses
  };
  struct Life {
    Gradient* gradient;
    Index rows, columns;
    Index first = -1, last = -1;  // the steps between which the gradient is needed
    std::uint64_t offset = 0;     // in floats
  };

  Life& LifeOf(const Gradient* gradient);
  std::uint64_t PlaceGradients();
  Value* Keep(Index rows, Index columns, Gradient* gradient, const Value* same);

  std::deque<Kept> values_;
  std::deque<Gradient> gradients_;
  std::vector<Life> lives_;
  std::vector<std::unique_ptr<Step>> steps_;
  AlignedBuffer memory_;
  float* scratch_ = nullptr;
  std::uint64_t bytes_ = 0;
};

}  // namespace attenscope
