// Runs training steps.
#include "train/trainer.h"

#include <algorithm>
#include <cmath>

#include "kernels/vector_ops.h"
#include "tensor/error.h"
#include "train/recurrent_graph.h"
#include "train/transformer_graph.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

/// Copies integers into an input of the graph. Throws kShape unless there are as many as expected.
template <class T>
void CopyInput(const char* name, std::span<const std::int32_t> from, std::vector<T>& to) {
  if (from.size() != to.size()) {
    throw Error(ErrorCode::kShape, std::string(name) + ": has " + std::to_string(from.size()) + " numbers, expected " +
                                       std::to_string(to.size()));
  }
  std::transform(from.begin(), from.end(), to.begin(), [](std::int32_t value) { return static_cast<T>(value); });
}

void CheckRange(const char* name, std::span<const std::int32_t> values, Index below, bool may_ignore) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (may_ignore && values[i] == kIgnoredLabel) continue;
    if (values[i] >= 0 && values[i] < below) continue;
    throw Error(ErrorCode::kOption, std::string(name) + "[" + std::to_string(i) + "]: is " + std::to_string(values[i]) +
                                        ", expected 0 to " + std::to_string(below - 1));
  }
}

}  // namespace

Trainer::Trainer(std::shared_ptr<Model> model, GraphMaker make_graph, const TrainerOptions& options)
    : model_(std::move(model)),
      make_graph_(std::move(make_graph)),
      options_(options),
      parameters_(model_->parameters()),
      optimizer_(options.optimizer, parameters_) {
  Validate(options.schedule);
  const auto fraction = [](const char* name, float value) {
    if (value >= 0.0f && value < 1.0f) return;
    throw Error(ErrorCode::kOption, std::string(name) + ": is " + std::to_string(value) + ", expected 0 to below 1");
  };
  fraction("dropout", options.form.dropout);
  fraction("labelSmoothing", options.form.label_smoothing);
  if (!(options.clip_norm >= 0.0)) throw Error(ErrorCode::kOption, "clipNorm: expected a number from 0 on");
  for (Parameter& parameter : parameters_.all()) model_->parameters().Read(parameter.name, parameter.matrix.data);
}

TrainingGraph& Trainer::GraphFor(const Batch& batch) {
  const auto tokens = [&](std::span<const std::int32_t> values, const char* name) {
    const auto count = static_cast<Index>(values.size());
    if (batch.texts >= 1 && count % batch.texts == 0) return count / batch.texts;
    throw Error(ErrorCode::kShape, std::string(name) + ": has " + std::to_string(count) + " ids, which " +
                                       std::to_string(batch.texts) + " texts cannot share");
  };
  const BatchShape shape{batch.texts, tokens(batch.ids, "ids"), tokens(batch.source, "source"), !batch.visible.empty()};
  if (!graph_ || !(shape == shape_)) {
    // The old graph's memory is free before the new graph takes its own.
    graph_.reset();
    graph_ = make_graph_(parameters_, shape, options_.form);
    shape_ = shape;
  }
  return *graph_;
}

double Trainer::Forward(const Batch& batch, bool drops) {
  TrainingGraph& built = GraphFor(batch);
  const Index outputs = built.logits->matrix.shape[1];
  CheckRange("ids", batch.ids, built.vocabulary, false);
  CheckRange("source", batch.source, built.source_vocabulary, false);
  CheckRange("labels", batch.labels, outputs, true);
  if (options_.form.classifies) CheckRange("rows", batch.rows, shape_.tokens, false);
  CopyInput("ids", batch.ids, built.inputs.ids);
  CopyInput("source", batch.source, built.inputs.source_ids);
  CopyInput("attentionMask", batch.visible, built.inputs.visible);
  CopyInput("labels", batch.labels, built.inputs.labels);
  CopyInput("rows", batch.rows, built.inputs.rows);
  // A key of 0 means evaluation.
  built.dropout_key =
      drops ? (static_cast<std::uint64_t>(options_.seed) << 32 | 1) + 2 * static_cast<std::uint64_t>(step_) : 0;
  built.graph.Forward();
  return built.loss->loss();
}

double Trainer::GradientNorm() {
  double squares = 0.0;
  for (Parameter& parameter : parameters_.all()) {
    const ConstMatrix gradient = parameter.gradient.read();
    const auto sum = static_cast<double>(SumOfSquares(Arch{}, gradient.data, gradient.size()));
    if (!std::isfinite(sum)) {
      throw Error(ErrorCode::kBadModel, "step " + std::to_string(step_ + 1) + ": the gradient of '" + parameter.name +
                                            "' is not finite; the parameters stay as they were");
    }
    squares += sum;
  }
  return std::sqrt(squares);
}

StepReport Trainer::Gradients(const Batch& batch) {
  StepReport report{.step = step_, .loss = Forward(batch, true)};
  if (!std::isfinite(report.loss)) {
    throw Error(ErrorCode::kBadModel,
                "step " + std::to_string(step_ + 1) + ": the loss is not finite; the parameters stay as they were");
  }
  std::ranges::fill(parameters_.gradients(), 0.0f);
  graph_->graph.Backward();
  report.gradient_norm = GradientNorm();
  return report;
}

StepReport Trainer::Step(const Batch& batch) {
  StepReport report = Gradients(batch);
  report.learning_rate = options_.optimizer.learning_rate * ScheduleFactor(options_.schedule, step_);
  const double limit = options_.clip_norm;
  // The formula of torch.nn.utils.clip_grad_norm_.
  const double factor = limit > 0.0 ? std::min(1.0, limit / (report.gradient_norm + 1e-6)) : 1.0;
  optimizer_.Update(parameters_, ++step_, report.learning_rate, static_cast<float>(factor));
  report.step = step_;
  return report;
}

double Trainer::Loss(const Batch& batch) { return Forward(batch, false); }

void Trainer::UpdateModel() {
  for (const Parameter& parameter : parameters_.all()) {
    model_->parameters().Write(parameter.name, parameter.matrix.data);
  }
}

std::uint64_t Trainer::bytes() const {
  auto& self = const_cast<Trainer&>(*this);
  const std::size_t floats = 2 * self.parameters_.numbers().size() + self.optimizer_.first_moments().size() +
                             self.optimizer_.second_moments().size();
  return floats * sizeof(float) + (graph_ ? graph_->graph.bytes() : 0);
}

std::unique_ptr<Trainer> MakeTrainer(std::shared_ptr<Model> model, const TrainerOptions& options) {
  if (const auto transformer = std::dynamic_pointer_cast<Transformer>(model)) {
    return std::make_unique<Trainer>(
        transformer,
        [transformer](TrainedParameters& parameters, const BatchShape& shape, const TrainingForm& form) {
          return BuildTransformerGraph(*transformer, parameters, shape, form);
        },
        options);
  }
  if (const auto recurrent = std::dynamic_pointer_cast<Recurrent>(model)) {
    return std::make_unique<Trainer>(
        recurrent,
        [recurrent](TrainedParameters& parameters, const BatchShape& shape, const TrainingForm& form) {
          return BuildRecurrentGraph(*recurrent, parameters, shape, form);
        },
        options);
  }
  throw Error(ErrorCode::kUnsupported, "this kind of model cannot be trained");
}

}  // namespace attenscope
