// Appends the pieces of graphs.
#include "train/graph_builder.h"

#include "tensor/error.h"
#include "train/steps/linear_step.h"
#include "train/steps/row_steps.h"

namespace attenscope {

void CheckBatchShape(const BatchShape& shape, Index context, bool has_source) {
  const auto check = [&](const char* what, Index tokens) {
    if (tokens < 1) throw Error(ErrorCode::kOption, std::string(what) + ": a batch has no tokens");
    if (tokens > context) {
      throw Error(ErrorCode::kTooLong, std::string(what) + ": has " + std::to_string(tokens) +
                                           " tokens, the context of the model is " + std::to_string(context));
    }
  };
  if (shape.texts < 1) throw Error(ErrorCode::kOption, "ids: a batch has no texts");
  check("ids", has_source ? shape.source_tokens : shape.tokens);
  if (has_source) check("target", shape.tokens);
  if (!has_source && shape.source_tokens > 0) {
    throw Error(ErrorCode::kOption, "target: the model has no encoder beside its decoder");
  }
}

std::unique_ptr<TrainingGraph> NewTrainingGraph(const BatchShape& shape, const TrainingForm& form) {
  auto built = std::make_unique<TrainingGraph>();
  const auto count = [&](Index tokens) { return static_cast<std::size_t>(shape.texts * tokens); };
  built->inputs.ids.resize(count(shape.tokens));
  built->inputs.source_ids.resize(count(shape.source_tokens));
  built->inputs.visible.resize(shape.masked ? count(shape.source_tokens > 0 ? shape.source_tokens : shape.tokens) : 0);
  built->inputs.labels.resize(form.classifies ? count(1) : count(shape.tokens));
  built->inputs.rows.resize(form.classifies ? count(1) : 0);
  return built;
}

const Value* GraphBuilder::Linear(const std::string& name, const Value* x, const Value* addend,
                                  const std::string& bias) {
  Parameter& weight = parameters_.Get(name + ".weight");
  const Index rows = x->matrix.shape[0];
  const Index out = weight.shape[0];
  const Value* y = addend ? built_.graph.NewValue(rows, out, addend) : NewValue(rows, out);
  const LinearOperands operands{.x = x,
                                .weight = &weight,
                                .bias = parameters_.Find(bias.empty() ? name + ".bias" : bias),
                                .addend = addend,
                                .y = y};
  Append<LinearStep>({x}, y, operands);
  return y;
}

const Value* GraphBuilder::Active(Nonlinearity f, const Value* x, const Value* up) {
  const Value* y = NewValue(x->matrix.shape[0], x->matrix.shape[1]);
  if (up) {
    Append<ActivationStep>({x, up}, y, f, x, up, y);
  } else {
    Append<ActivationStep>({x}, y, f, x, nullptr, y);
  }
  return y;
}

const Value* GraphBuilder::Sum(const Value* x, const Value* f) {
  const Value* y = built_.graph.NewValue(x->matrix.shape[0], x->matrix.shape[1], x);
  Append<AddStep>({x, f}, y, x, f, NewDropout(), y);
  return y;
}

const Value* GraphBuilder::Dropped(const Value* x) {
  if (form_.dropout > 0.0f) Append<DropoutStep>({x}, x, NewDropout(), x);
  return x;
}

const Value* GraphBuilder::Embedding(const EmbeddingTables& tables, Index texts, Index tokens,
                                     const std::vector<std::int32_t>& ids, ConstMatrix fixed) {
  const Value* x = NewValue(texts * tokens, tables.tokens->shape[1]);
  Append<EmbeddingStep>({}, x, tables, tokens, ids.data(), nullptr, fixed, x);
  return x;
}

void GraphBuilder::Loss(const Value* logits) {
  built_.logits = logits;
  auto loss = std::make_unique<CrossEntropyStep>(logits, built_.inputs.labels.data(), form_.label_smoothing);
  built_.loss = loss.get();
  built_.graph.Append(std::move(loss), {logits}, nullptr);
}

}  // namespace attenscope
