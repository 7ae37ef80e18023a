// Builds the graph of a recurrent model. The functions follow src/reference/recurrent.h.
#include "train/recurrent_graph.h"

#include <cmath>

#include "tensor/error.h"
#include "train/graph_builder.h"
#include "train/steps/decoder_step.h"
#include "train/steps/pool_step.h"

namespace attenscope {

namespace {

/// Builds one graph.
class Builder : GraphBuilder {
 public:
  Builder(const RecurrentConfig& config, TrainedParameters& parameters, const BatchShape& shape,
          const TrainingForm& form, TrainingGraph& built)
      : GraphBuilder(parameters, form, built), config_(config), shape_(shape) {}

  void Build() {
    if (!config_.Decodes()) {
      const Value* states = Encoder("embeddings", "encoder", shape_.tokens, built_.inputs.ids);
      return Loss(Linear("classifier", Pooled(states, shape_.tokens)));
    }
    const Index S = shape_.source_tokens;
    const Value* states = Encoder("encoder.embeddings", "encoder.lstm", S, built_.inputs.source_ids);
    const Value* last = NewValue(shape_.texts, config_.StateWidth());
    Append<LastStatesStep>({states}, last, S, config_.width, states, last);
    if (config_.encoder_heads > 0) states = SelfAttention(states, S);
    DecoderOperands operands{
        .B = shape_.texts,
        .T = shape_.tokens,
        .S = S,
        .embedded = Embedded("decoder.embeddings", shape_.tokens, built_.inputs.ids),
        .hidden = Active(Nonlinearity::kTanh, Linear("bridge.hidden", last)),
        .cell = Active(Nonlinearity::kTanh, Linear("bridge.cell", last)),
        .lstm = Lstm("decoder.lstm", 0, ""),
        .output = NewValue(shape_.texts * shape_.tokens, config_.decoder_width + config_.StateWidth())};
    if (config_.Pools()) {
      operands.context = Pooled(states, S);
      Append<DecoderStep>({operands.embedded, operands.hidden, operands.cell, operands.context}, operands.output,
                          operands);
    } else {
      operands.keys = Linear("attention.key", states, nullptr, "attention.bias");
      operands.states = states;
      operands.query = &parameters_.Get("attention.query.weight");
      operands.score = &parameters_.Get("attention.score");
      Append<DecoderStep>({operands.embedded, operands.hidden, operands.cell, operands.keys, states}, operands.output,
                          operands);
    }
    Loss(Linear("output", operands.output));
  }

 private:
  const Value* Embedded(const std::string& name, Index tokens, const std::vector<std::int32_t>& ids) {
    return Dropped(Embedding({.tokens = &parameters_.Get(name + ".weight")}, shape_.texts, tokens, ids, {}));
  }

  LstmParameters Lstm(const std::string& name, Index layer, const std::string& suffix) {
    const auto named = [&](const char* kind) {
      return &parameters_.Get(name + "." + kind + "_l" + std::to_string(layer) + suffix);
    };
    return {named("weight_ih"), named("weight_hh"), named("bias_ih"), named("bias_hh")};
  }

  const Value* Encoder(const std::string& embeddings, const std::string& lstm, Index tokens,
                       const std::vector<std::int32_t>& ids) {
    const Value* x = Embedded(embeddings, tokens, ids);
    for (Index layer = 0; layer < config_.layers; ++layer) {
      const Value* y = NewValue(shape_.texts * tokens, config_.StateWidth());
      std::vector<LstmParameters> directions{Lstm(lstm, layer, "")};
      if (config_.bidirectional) directions.push_back(Lstm(lstm, layer, "_reverse"));
      Append<LstmStep>({x}, y, shape_.texts, tokens, directions, x, y);
      x = layer + 1 < config_.layers ? Dropped(y) : y;
    }
    return x;
  }

  const Value* Pooled(const Value* states, Index tokens) {
    const Value* keys = Active(Nonlinearity::kTanh, Linear("pooling.projection", states));
    const Value* pooled = NewValue(shape_.texts, config_.StateWidth());
    Append<PoolStep>({keys, states}, pooled, tokens, keys, states, &parameters_.Get("pooling.query"), pooled);
    return Dropped(pooled);
  }

  const Value* SelfAttention(const Value* x, Index tokens) {
    const std::string at = "encoder.self_attention";
    const Index H = config_.StateWidth() / config_.encoder_heads;
    AttentionOperands operands{.B = shape_.texts,
                               .T = tokens,
                               .S = tokens,
                               .N = config_.encoder_heads,
                               .K = config_.encoder_heads,
                               .H = H,
                               .q = Linear(at + ".query", x),
                               .k = Linear(at + ".key", x),
                               .v = Linear(at + ".value", x),
                               .output = NewValue(shape_.texts * tokens, config_.StateWidth()),
                               .options = {},
                               .visible = nullptr,
                               .distance = {},
                               .dropout = NewDropout()};
    operands.options.scale = 1.0f / std::sqrt(static_cast<float>(H));
    Append<AttentionStep>({operands.q, operands.k, operands.v}, operands.output, operands);
    return Linear(at + ".output", operands.output, x);
  }

  const RecurrentConfig& config_;
  const BatchShape& shape_;
};

}  // namespace

std::unique_ptr<TrainingGraph> BuildRecurrentGraph(const Recurrent& model, TrainedParameters& parameters,
                                                   const BatchShape& shape, const TrainingForm& form) {
  const RecurrentConfig& config = model.config();
  CheckBatchShape(shape, config.context, config.Decodes());
  if (shape.masked) {
    throw Error(ErrorCode::kUnsupported,
                "attentionMask: a recurrent model reads whole texts; give batches of one length");
  }
  TrainingForm own = form;
  own.classifies = !config.Decodes();
  auto built = NewTrainingGraph(shape, own);
  built->vocabulary = built->source_vocabulary = config.vocabulary;
  // The classifier pools the whole text, so that no row is chosen.
  built->inputs.rows.clear();
  Builder(config, parameters, shape, own, *built).Build();
  built->graph.Plan();
  return built;
}

}  // namespace attenscope
