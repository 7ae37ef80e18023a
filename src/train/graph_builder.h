// The pieces that the graphs of all kinds of models are built from.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "kernels/nonlinearity.h"
#include "train/steps/attention_step.h"
#include "train/steps/embedding_step.h"
#include "train/training_graph.h"

namespace attenscope {

/// Throws kOption for a batch without texts or tokens and for a source that the model does not read, and kTooLong for
/// more tokens than `context`.
void CheckBatchShape(const BatchShape& shape, Index context, bool has_source);

/// Makes a graph without steps, with memory for the inputs of a batch.
std::unique_ptr<TrainingGraph> NewTrainingGraph(const BatchShape& shape, const TrainingForm& form);

/// Appends steps and their values to a graph. Parameters are found by name.
class GraphBuilder {
 protected:
  GraphBuilder(TrainedParameters& parameters, const TrainingForm& form, TrainingGraph& built)
      : parameters_(parameters), form_(form), built_(built) {}

  const Value* NewValue(Index rows, Index columns) { return built_.graph.NewValue(rows, columns); }

  template <class StepKind, class... Arguments>
  void Append(std::initializer_list<const Value*> inputs, const Value* output, Arguments&&... arguments) {
    built_.graph.Append(std::make_unique<StepKind>(std::forward<Arguments>(arguments)...), inputs, output);
  }

  /// x Wᵀ + b + addend with the parameters `name`.weight and, if it exists, the bias: `name`.bias or `bias`.
  const Value* Linear(const std::string& name, const Value* x, const Value* addend = nullptr,
                      const std::string& bias = {});
  /// f(x), or f(x) · up.
  const Value* Active(Nonlinearity f, const Value* x, const Value* up = nullptr);
  /// x + dropout(f).
  const Value* Sum(const Value* x, const Value* f);
  /// dropout(x), in place.
  const Value* Dropped(const Value* x);
  /// The embedding of B texts of T tokens.
  const Value* Embedding(const EmbeddingTables& tables, Index texts, Index tokens, const std::vector<std::int32_t>& ids,
                         ConstMatrix fixed);
  /// The loss of the logits, the last step.
  void Loss(const Value* logits);
  Dropout NewDropout() { return {form_.dropout, ++dropouts_, &built_.dropout_key}; }

  TrainedParameters& parameters_;
  const TrainingForm& form_;
  TrainingGraph& built_;

 private:
  std::uint64_t dropouts_ = 0;
};

}  // namespace attenscope
