// A layer of an LSTM over a batch as a step, in one direction or both (docs/checkpoint-forms.md).
//
// D is the width of a direction, M the width of the layer's output: D or 2D.
#pragma once

#include <vector>

#include "train/graph.h"

namespace attenscope {

/// The parameters of one direction: (4D, in), (4D, D), (1, 4D) and (1, 4D), in PyTorch's order of gates.
struct LstmParameters {
  Parameter* input;
  Parameter* recurrent;
  Parameter* input_bias;
  Parameter* recurrent_bias;
};

/// Computes y (B·S, M) from x (B·S, in). Each direction begins with zeros.
class LstmStep : public Step {
 public:
  /// `directions` has the forward direction and, for a layer with both, the backward one.
  LstmStep(Index B, Index S, std::vector<LstmParameters> directions, const Value* x, const Value* y)
      : B_(B), S_(S), x_(x), y_(y) {
    for (const LstmParameters& parameters : directions) directions_.push_back({parameters, {}, {}, {}});
  }
  void Layout(Arena& arena) override;
  std::uint64_t Scratch() const override;
  void Forward(float* scratch) override;
  void Backward(float* scratch) override;

 private:
  struct Direction {
    LstmParameters parameters;
    Matrix gates;     // (B·S, 4D): activated gates, then their gradient
    Matrix cells;     // (B·S, D)
    Matrix previous;  // (B·S, D): the hidden state before each token
  };

  Index Width() const { return directions_[0].parameters.recurrent->shape[1]; }
  /// Returns the rows (B, columns) of token s in a matrix (B·S, columns).
  template <class T>
  TensorView<T, 2> At(TensorView<T, 2> matrix, Index s) const {
    return {matrix.data + s * matrix.stride[0], {B_, matrix.shape[1]}, {S_ * matrix.stride[0], 1}};
  }
  void DirectionForward(Direction& direction, bool reverse, float* scratch);
  void DirectionBackward(Direction& direction, bool reverse, float* scratch);

  Index B_, S_;
  std::vector<Direction> directions_;
  const Value *x_, *y_;
  Matrix zeros_;                    // (B, D)
  Matrix grad_hidden_, grad_cell_;  // (B, D)
};

}  // namespace attenscope
