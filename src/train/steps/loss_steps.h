// The last steps of a graph: the loss of a batch, with its gradient at the logits.
#pragma once

#include "train/graph.h"

namespace attenscope {

/// The label of a row that the loss ignores.
inline constexpr std::int32_t kIgnoredLabel = -100;

/// Computes the mean cross-entropy of the rows that have a label: −Σ_v y_v log p_v, where p is the softmax of the
/// logits and y is 1 − ε + ε / V at the label and ε / V elsewhere (label smoothing ε, Szegedy et al. 2016).
class CrossEntropyStep : public Step {
 public:
  /// `labels` (R) are read at each pass: 0 ≤ label < V, or kIgnoredLabel. The logits (R, V) become their own gradient.
  CrossEntropyStep(const Value* logits, const std::int32_t* labels, float smoothing)
      : logits_(logits), labels_(labels), smoothing_(smoothing) {}
  void Layout(Arena& arena) override;
  void Forward(float* scratch) override;
  void Backward(float* scratch) override;

  /// Returns the loss of the last forward pass, 0 when every row is ignored.
  double loss() const { return loss_; }
  /// The factor of the gradient: 1 / n where gradients accumulate over n batches.
  void SetFactor(double factor) { factor_ = factor; }

 private:
  const Value* logits_;
  const std::int32_t* labels_;
  float smoothing_;
  double loss_ = 0.0;
  double factor_ = 1.0;
  Index counted_ = 0;
  double* row_losses_ = nullptr;  // (R)
};

/// Computes the mean squared error over all numbers of the rows: mean((x − target)²).
class SquaredErrorStep : public Step {
 public:
  /// `targets` has the shape of `x` (R, C) and is read at each pass.
  SquaredErrorStep(const Value* x, const float* targets) : x_(x), targets_(targets) {}
  void Forward(float* scratch) override;
  void Backward(float* scratch) override;
  double loss() const { return loss_; }

 private:
  const Value* x_;
  const float* targets_;
  double loss_ = 0.0;
};

/// Copies one row of each text: y (B, C) = x[b·T + rows[b]], such as the row that a classifier reads.
class SelectRowsStep : public Step {
 public:
  /// `rows` (B) are read at each pass.
  SelectRowsStep(const Value* x, Index T, const std::int32_t* rows, const Value* y)
      : x_(x), T_(T), rows_(rows), y_(y) {}
  void Forward(float* scratch) override;
  void Backward(float* scratch) override;

 private:
  const Value* x_;
  Index T_;
  const std::int32_t* rows_;
  const Value* y_;
};

}  // namespace attenscope
