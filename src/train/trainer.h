// Trains a model: one step is a forward pass, a backward pass, clipping and the update of the optimiser.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "model/model.h"
#include "train/optimizer.h"
#include "train/training_graph.h"

namespace attenscope {

/// The settings of a trainer.
struct TrainerOptions {
  OptimizerOptions optimizer;
  ScheduleOptions schedule;
  double clip_norm = 0.0;  // the largest norm of all gradients together; 0: no limit
  TrainingForm form;
  std::uint32_t seed = 0;  // of dropout
};

/// A batch: B texts of T tokens, row after row. Fields that the model does not read are empty.
struct Batch {
  Index texts = 0;
  std::span<const std::int32_t> ids;      // (B·T): the input of the decoder or the only stack
  std::span<const std::int32_t> source;   // (B·S): the input of the encoder beside a decoder
  std::span<const std::int32_t> visible;  // (B·S) or (B·T): 0 hides a token; empty: all are visible
  std::span<const std::int32_t> labels;   // (B·T), kIgnoredLabel where there is none; (B) of a classifier
  std::span<const std::int32_t> rows;     // (B) of a classifier: the token whose logits classify the text
};

/// The figures of one step.
struct StepReport {
  std::int64_t step = 0;  // the number of steps done
  double loss = 0.0;
  double gradient_norm = 0.0;  // before clipping
  double learning_rate = 0.0;
};

/// Trains one model.
class Trainer {
 public:
  /// Builds a graph for a shape of batches.
  using GraphMaker =
      std::function<std::unique_ptr<TrainingGraph>(TrainedParameters&, const BatchShape&, const TrainingForm&)>;

  /// Reads the parameters of `model`. Throws kOption for a setting out of range, and kMemory.
  Trainer(std::shared_ptr<Model> model, GraphMaker make_graph, const TrainerOptions& options);

  /// Does one step. Throws kOption and kShape for a batch that the model cannot read. Throws kBadModel when the loss or
  /// a gradient is not finite; the message names the step and the parameter, and the parameters stay as they were.
  StepReport Step(const Batch& batch);
  /// Computes the loss and the gradients and changes no parameter. The gradients are in parameters().
  StepReport Gradients(const Batch& batch);
  /// Returns the loss of a batch without dropout.
  double Loss(const Batch& batch);
  /// Writes the parameters into the model, so that its runs see them.
  void UpdateModel();

  TrainedParameters& parameters() { return parameters_; }
  Optimizer& optimizer() { return optimizer_; }
  std::int64_t step() const { return step_; }
  void SetStep(std::int64_t step) { step_ = step; }
  /// Returns the memory of parameters, gradients, moments and graphs, in bytes.
  std::uint64_t bytes() const;

 private:
  TrainingGraph& GraphFor(const Batch& batch);
  double Forward(const Batch& batch, bool drops);
  double GradientNorm();

  std::shared_ptr<Model> model_;
  GraphMaker make_graph_;
  TrainerOptions options_;
  TrainedParameters parameters_;
  Optimizer optimizer_;
  BatchShape shape_;
  std::unique_ptr<TrainingGraph> graph_;
  std::int64_t step_ = 0;
};

/// Returns the trainer of a model. Throws kUnsupported for a model that cannot be trained, and as Trainer does.
std::unique_ptr<Trainer> MakeTrainer(std::shared_ptr<Model> model, const TrainerOptions& options);

}  // namespace attenscope
