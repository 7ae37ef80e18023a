// Computes losses and their gradients.
#include "train/steps/loss_steps.h"

#include <algorithm>

#include "kernels/vector_ops.h"
#include "parallel/threads.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

/// The cost of an exponential, in multiply-adds.
constexpr std::uint64_t kFunctionWork = 16;

}  // namespace

void CrossEntropyStep::Layout(Arena& arena) {
  row_losses_ = arena.Take<double>(static_cast<std::uint64_t>(logits_->matrix.shape[0]));
}

void CrossEntropyStep::Forward(float*) {
  const auto [R, V] = logits_->matrix.shape;
  const std::uint64_t work = kFunctionWork * static_cast<std::uint64_t>(logits_->matrix.size());
  const double even = static_cast<double>(smoothing_) / static_cast<double>(V);
  ShareOut(R, 1, work, [&](Index first, Index last) {
    for (Index r = first; r < last; ++r) {
      row_losses_[r] = 0.0;
      if (labels_[r] == kIgnoredLabel) continue;
      const float* row = &logits_->matrix(r, 0);
      const double log_sum = LogSumExp(Arch{}, row, V);
      row_losses_[r] = log_sum - (1.0 - static_cast<double>(smoothing_)) * static_cast<double>(row[labels_[r]]);
      if (even > 0.0) row_losses_[r] -= even * static_cast<double>(Sum(Arch{}, row, V));
    }
  });
  loss_ = 0.0;
  counted_ = 0;
  for (Index r = 0; r < R; ++r) {
    loss_ += row_losses_[r];
    counted_ += labels_[r] != kIgnoredLabel;
  }
  if (counted_ > 0) loss_ /= static_cast<double>(counted_);
}

void CrossEntropyStep::Backward(float*) {
  const auto [R, V] = logits_->matrix.shape;
  const Matrix gradient = logits_->gradient->Written();
  const float factor = counted_ == 0 ? 0.0f : static_cast<float>(factor_ / static_cast<double>(counted_));
  const float even = factor * smoothing_ / static_cast<float>(V);
  ShareOut(R, 1, kFunctionWork * static_cast<std::uint64_t>(gradient.size()), [&](Index first, Index last) {
    for (Index r = first; r < last; ++r) {
      float* row = &gradient(r, 0);
      if (labels_[r] == kIgnoredLabel) {
        std::fill_n(row, V, 0.0f);
        continue;
      }
      std::copy_n(&logits_->matrix(r, 0), V, row);
      Softmax(Arch{}, row, V);
      Scale(Arch{}, factor, row, V);
      for (Index v = 0; even > 0.0f && v < V; ++v) row[v] -= even;
      row[labels_[r]] -= factor * (1.0f - smoothing_);
    }
  });
}

void SquaredErrorStep::Forward(float*) {
  loss_ = 0.0;
  const Index count = x_->matrix.size();
  for (Index i = 0; i < count; ++i) {
    const double error = static_cast<double>(x_->matrix.data[i]) - static_cast<double>(targets_[i]);
    loss_ += error * error;
  }
  loss_ /= static_cast<double>(std::max<Index>(count, 1));
}

void SquaredErrorStep::Backward(float*) {
  const Matrix gradient = x_->gradient->Written();
  const float factor = 2.0f / static_cast<float>(std::max<Index>(gradient.size(), 1));
  for (Index i = 0; i < gradient.size(); ++i) gradient.data[i] = factor * (x_->matrix.data[i] - targets_[i]);
}

void SelectRowsStep::Forward(float*) {
  for (Index b = 0; b < y_->matrix.shape[0]; ++b) {
    std::copy_n(&x_->matrix(b * T_ + rows_[b], 0), y_->matrix.shape[1], &y_->matrix(b, 0));
  }
}

void SelectRowsStep::Backward(float*) {
  const ConstMatrix grad_y = y_->gradient->read();
  const Matrix grad_x = x_->gradient->Added();
  for (Index b = 0; b < grad_y.shape[0]; ++b) {
    AddScaled(Arch{}, 1.0f, &grad_y(b, 0), &grad_x(b * T_ + rows_[b], 0), grad_y.shape[1]);
  }
}

}  // namespace attenscope
