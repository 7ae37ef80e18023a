// Steps that treat each row or number alone: activations, sums with dropout, scaling, soft caps and rotations.
#pragma once

#include "kernels/nonlinearity.h"
#include "train/dropout.h"
#include "train/graph.h"

namespace attenscope {

/// Computes y = f(x), or y = f(x) · up where `up` is given (Shazeer 2020).
class ActivationStep : public Step {
 public:
  ActivationStep(Nonlinearity f, const Value* x, const Value* up, const Value* y) : f_(f), x_(x), up_(up), y_(y) {}
  void Forward(float* scratch) override;
  void Backward(float* scratch) override;

 private:
  Nonlinearity f_;
  const Value *x_, *up_, *y_;
};

/// Computes y = x + dropout(f). y shares the gradient of x.
class AddStep : public Step {
 public:
  AddStep(const Value* x, const Value* f, const Dropout& dropout, const Value* y)
      : x_(x), f_(f), y_(y), dropout_(dropout) {}
  void Forward(float* scratch) override;
  void Backward(float* scratch) override;

 private:
  const Value *x_, *f_, *y_;
  Dropout dropout_;
};

/// Computes x ← dropout(x), in place.
class DropoutStep : public Step {
 public:
  DropoutStep(const Dropout& dropout, const Value* x) : dropout_(dropout), x_(x) {}
  void Forward(float* scratch) override;
  void Backward(float* scratch) override;

 private:
  Dropout dropout_;
  const Value* x_;
};

/// Rotates the first W numbers of each head by the position of the row, in place (Su et al. 2021). Row r is token r mod
/// T of its text.
class RotaryStep : public Step {
 public:
  /// `frequencies` are W/2 angles a position, in radians; `factor` scales cosines and sines.
  RotaryStep(std::vector<double> frequencies, double factor, Index T, Index head_width, const Value* x)
      : frequencies_(std::move(frequencies)), factor_(factor), T_(T), head_width_(head_width), x_(x) {}
  void Layout(Arena& arena) override;
  void Forward(float* scratch) override;
  void Backward(float* scratch) override;

 private:
  void Rotate(bool backward, Matrix x) const;

  std::vector<double> frequencies_;
  double factor_;
  Index T_, head_width_;
  const Value* x_;
  Matrix cosines_, sines_;  // (T, W/2)
};

/// Computes y = cap(factor · x), where cap(z) = c · tanh(z / c), or z if c is 0. In place: y has the memory of x.
class ScaleStep : public Step {
 public:
  ScaleStep(float factor, float softcap, const Value* x) : factor_(factor), softcap_(softcap), x_(x) {}
  void Forward(float* scratch) override;
  void Backward(float* scratch) override;

 private:
  float factor_, softcap_;
  const Value* x_;
};

}  // namespace attenscope
