// Computes an LSTM layer token by token, and its gradients back through time (Werbos 1990).
#include "train/steps/lstm_step.h"

#include <algorithm>

#include "tensor/matrix.h"
#include "train/lstm_cell_gradient.h"
#include "train/products.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

}  // namespace

void LstmStep::Layout(Arena& arena) {
  const Index D = Width();
  for (Direction& direction : directions_) {
    direction.gates = arena.Tensor<2>({B_ * S_, 4 * D});
    direction.cells = arena.Tensor<2>({B_ * S_, D});
    direction.previous = arena.Tensor<2>({B_ * S_, D});
  }
  zeros_ = arena.Tensor<2>({B_, D});
  grad_hidden_ = arena.Tensor<2>({B_, D});
  grad_cell_ = arena.Tensor<2>({B_, D});
}

std::uint64_t LstmStep::Scratch() const {
  const Index D = Width();
  const Index in = x_->matrix.shape[1];
  return std::max({MultiplyScratch(4 * D, in), MultiplyScratch(in, 4 * D), MultiplyScratch(in, B_ * S_),
                   MultiplyScratch(4 * D, D), MultiplyScratch(D, 4 * D), MultiplyScratch(D, B_ * S_)});
}

void LstmStep::DirectionForward(Direction& direction, bool reverse, float* scratch) {
  const auto& [input, recurrent, input_bias, recurrent_bias] = direction.parameters;
  const Index D = Width();
  Multiply(x_->matrix, input->matrix, input_bias->vector(), {}, scratch, direction.gates);
  const PackedView<float> packed = MakePacked(scratch, 4 * D, D, kPanelRows<Arch>);
  Pack(recurrent->matrix, packed);
  const Matrix hidden = y_->matrix.Columns(reverse ? D : 0, D);
  for (Index step = 0; step < S_; ++step) {
    const Index s = reverse ? S_ - 1 - step : step;
    const Index before = reverse ? s + 1 : s - 1;
    const Matrix gates = At(direction.gates, s), cells = At(direction.cells, s), out = At(hidden, s);
    const ConstMatrix previous_hidden = step == 0 ? ConstMatrix(zeros_) : At(ConstMatrix(hidden), before);
    const ConstMatrix previous_cell = step == 0 ? ConstMatrix(zeros_) : At(ConstMatrix(direction.cells), before);
    Copy(previous_hidden, At(direction.previous, s));
    MatMul(Arch{}, previous_hidden, packed, recurrent_bias->vector(), gates, gates);
    for (Index b = 0; b < B_; ++b) {
      LstmCellKept(Arch{}, D, &previous_cell(b, 0), &gates(b, 0), &cells(b, 0), &out(b, 0));
    }
  }
}

void LstmStep::Forward(float* scratch) {
  for (std::size_t i = 0; i < directions_.size(); ++i) DirectionForward(directions_[i], i == 1, scratch);
}

void LstmStep::DirectionBackward(Direction& direction, bool reverse, float* scratch) {
  const auto& [input, recurrent, input_bias, recurrent_bias] = direction.parameters;
  const Index D = Width();
  const ConstMatrix grad_y = y_->gradient->read().Columns(reverse ? D : 0, D);
  const PackedView<float> packed = MakePacked(scratch, D, 4 * D, kPanelRows<Arch>);
  Pack(Transposed(ConstMatrix(recurrent->matrix)), packed);
  Clear(grad_hidden_);
  Clear(grad_cell_);
  for (Index step = S_ - 1; step >= 0; --step) {
    const Index s = reverse ? S_ - 1 - step : step;
    const Index before = reverse ? s + 1 : s - 1;
    const Matrix gates = At(direction.gates, s);
    const ConstMatrix cells = At(ConstMatrix(direction.cells), s);
    const ConstMatrix previous_cell = step == 0 ? ConstMatrix(zeros_) : At(ConstMatrix(direction.cells), before);
    Add(At(grad_y, s), grad_hidden_);
    for (Index b = 0; b < B_; ++b) {
      LstmCellGradient(Arch{}, D, &previous_cell(b, 0), &cells(b, 0), &grad_hidden_(b, 0), &grad_cell_(b, 0),
                       &gates(b, 0));
    }
    MatMul(Arch{}, gates, packed, grad_hidden_);
  }
  const ConstMatrix gates = direction.gates;
  const auto add = [&](Parameter* weight, ConstMatrix read) {
    const Matrix gradient = weight->gradient.Added();
    Multiply(Transposed(gates), Transposed(read), nullptr, gradient, scratch, gradient);
  };
  add(recurrent, direction.previous);
  add(input, x_->matrix);
  AddRowSums(gates, input_bias->gradient.Added().data);
  AddRowSums(gates, recurrent_bias->gradient.Added().data);
  const Matrix grad_x = x_->gradient->Added();
  Multiply(gates, Transposed(ConstMatrix(input->matrix)), nullptr, grad_x, scratch, grad_x);
}

void LstmStep::Backward(float* scratch) {
  for (std::size_t i = 0; i < directions_.size(); ++i) DirectionBackward(directions_[i], i == 1, scratch);
}

}  // namespace attenscope
