// Computes the steps that treat each row or number alone.
#include "train/steps/row_steps.h"

#include "attention/squash.h"
#include "kernels/nonlinearity_gradient.h"
#include "parallel/threads.h"
#include "position/rotary.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

/// Calls body(row) for each row of a matrix (R, C), on all threads.
template <class Body>
void ForEachRow(const Matrix& matrix, std::uint64_t work, const Body& body) {
  ShareOut(matrix.shape[0], 1, work * static_cast<std::uint64_t>(matrix.size()), [&](Index first, Index last) {
    for (Index r = first; r < last; ++r) body(r);
  });
}

/// The cost of an exponential or a tanh, in multiply-adds.
constexpr std::uint64_t kFunctionWork = 16;

}  // namespace

void ActivationStep::Forward(float*) {
  const Index columns = y_->matrix.shape[1];
  ForEachRow(y_->matrix, kFunctionWork, [&](Index r) {
    std::copy_n(&x_->matrix(r, 0), columns, &y_->matrix(r, 0));
    Activate(Arch{}, f_, up_ ? &up_->matrix(r, 0) : nullptr, columns, &y_->matrix(r, 0));
  });
}

void ActivationStep::Backward(float*) {
  const ConstMatrix grad_y = y_->gradient->read();
  const Index columns = grad_y.shape[1];
  const Matrix grad_x = x_->gradient->Added();
  const Matrix grad_up = up_ ? up_->gradient->Added() : Matrix{};
  ForEachRow(y_->matrix, kFunctionWork, [&](Index r) {
    ActivateGradient(Arch{}, f_, &x_->matrix(r, 0), up_ ? &up_->matrix(r, 0) : nullptr, &grad_y(r, 0), columns,
                     &grad_x(r, 0), up_ ? &grad_up(r, 0) : nullptr);
  });
}

void AddStep::Forward(float*) {
  const Index columns = y_->matrix.shape[1];
  ForEachRow(y_->matrix, 1, [&](Index r) {
    float* y = &y_->matrix(r, 0);
    std::copy_n(&f_->matrix(r, 0), columns, y);
    if (dropout_.active()) dropout_.Apply(static_cast<std::uint64_t>(r), y, columns);
    AddScaled(Arch{}, 1.0f, &x_->matrix(r, 0), y, columns);
  });
}

void AddStep::Backward(float*) {
  const ConstMatrix grad_y = y_->gradient->read();
  const Index columns = grad_y.shape[1];
  const Matrix grad_f = f_->gradient->Written();
  ForEachRow(grad_f, 1, [&](Index r) {
    std::copy_n(&grad_y(r, 0), columns, &grad_f(r, 0));
    if (dropout_.active()) dropout_.Apply(static_cast<std::uint64_t>(r), &grad_f(r, 0), columns);
  });
}

void DropoutStep::Forward(float*) {
  if (!dropout_.active()) return;
  ForEachRow(x_->matrix, 1,
             [&](Index r) { dropout_.Apply(static_cast<std::uint64_t>(r), &x_->matrix(r, 0), x_->matrix.shape[1]); });
}

void DropoutStep::Backward(float*) {
  if (!dropout_.active()) return;
  const Matrix gradient = x_->gradient->Added();
  ForEachRow(gradient, 1,
             [&](Index r) { dropout_.Apply(static_cast<std::uint64_t>(r), &gradient(r, 0), gradient.shape[1]); });
}

void RotaryStep::Layout(Arena& arena) {
  const auto half = static_cast<Index>(frequencies_.size());
  cosines_ = arena.Tensor<2>({T_, half});
  sines_ = arena.Tensor<2>({T_, half});
  if (cosines_.data) RotaryTables(frequencies_.data(), factor_, 0, cosines_, sines_);
}

void RotaryStep::Rotate(bool backward, Matrix x) const {
  const RotaryTurn turn = backward ? RotaryTurn::kBackward : RotaryTurn::kForward;
  const Index width = 2 * cosines_.shape[1];
  ForEachRow(x, 2, [&](Index r) {
    const Index t = r % T_;
    for (Index column = 0; column < x.shape[1]; column += head_width_) {
      RotateVector(Arch{}, RotaryPairs::kHalves, turn, &cosines_(t, 0), &sines_(t, 0), width, &x(r, column),
                   &x(r, column));
    }
  });
}

void RotaryStep::Forward(float*) { Rotate(false, x_->matrix); }

void RotaryStep::Backward(float*) { Rotate(true, x_->gradient->Added()); }

void ScaleStep::Forward(float*) {
  const Index columns = x_->matrix.shape[1];
  ForEachRow(x_->matrix, kFunctionWork, [&](Index r) {
    float* x = &x_->matrix(r, 0);
    Scale(Arch{}, factor_, x, columns);
    if (softcap_ > 0.0f) Softcap(Arch{}, softcap_, x, columns);
  });
}

void ScaleStep::Backward(float*) {
  const Matrix gradient = x_->gradient->Added();
  const Index columns = gradient.shape[1];
  ForEachRow(gradient, 1, [&](Index r) {
    float* g = &gradient(r, 0);
    if (softcap_ > 0.0f) {
      AttentionOptions options;
      options.softcap = softcap_;
      SquashGradientRow(options, nullptr, &x_->matrix(r, 0), g, columns);
    }
    Scale(Arch{}, factor_, g, columns);
  });
}

}  // namespace attenscope
