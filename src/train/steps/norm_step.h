// A layer norm or RMS norm as a step, over whole rows or over each head of a row.
#pragma once

#include "layers/norm.h"
#include "train/graph.h"

namespace attenscope {

/// The form of a norm and its parameters. Either parameter may be null.
struct NormParameters {
  NormKind kind = NormKind::kLayer;
  float epsilon = 0.0f;
  Parameter* weight = nullptr;  // (1, C)
  Parameter* bias = nullptr;    // (1, C), layer norm only
};

/// Computes y = norm(x) for rows of C numbers. A value (R, n·C) is seen as (R·n, C), so that each head has a norm of
/// its own. C is the size of the weight.
class NormStep : public Step {
 public:
  NormStep(const NormParameters& norm, Index width, const Value* x, const Value* y)
      : norm_(norm), width_(width), x_(x), y_(y) {}
  void Layout(Arena& arena) override;
  void Forward(float* scratch) override;
  void Backward(float* scratch) override;

 private:
  /// Returns the same numbers with one row for each norm.
  template <class T>
  TensorView<T, 2> Split(TensorView<T, 2> matrix) const {
    return {matrix.data, {matrix.size() / width_, width_}};
  }
  Index Rows() const { return x_->matrix.size() / width_; }

  NormParameters norm_;
  Index width_;
  const Value* x_;
  const Value* y_;
  NormStatistics statistics_;
};

}  // namespace attenscope
