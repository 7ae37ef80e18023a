// Declares the parameters of a recurrent model, as its config says.
#include "recurrent/recurrent.h"

#include "recurrent/beams.h"
#include "recurrent/run.h"
#include "recurrent/trace_names.h"
#include "tensor/error.h"

namespace attenscope {

Recurrent::Recurrent(const RecurrentConfig& config) : config_(config) {
  Validate(config);
  const Index M = config.StateWidth();
  if (!config.Decodes()) {
    AddEncoder("embeddings", "encoder");
    AddPooling();
    parameters().AddLinear("classifier", config.labels, M, true, weights_.classifier);
    return;
  }
  AddEncoder("encoder.embeddings", "encoder.lstm");
  if (config.encoder_heads > 0) {
    const std::string at = "encoder.self_attention.";
    parameters().AddLinear(at + "query", M, M, true, weights_.self_attention.query);
    parameters().AddLinear(at + "key", M, M, true, weights_.self_attention.key);
    parameters().AddLinear(at + "value", M, M, true, weights_.self_attention.value);
    parameters().AddLinear(at + "output", M, M, true, weights_.self_attention.output);
  }
  AddDecoder();
}

void Recurrent::AddLstm(const std::string& name, Index layer, const char* direction, Index in, Index width,
                        LstmDirection& lstm) {
  const auto named = [&](const char* kind) { return name + "." + kind + "_l" + std::to_string(layer) + direction; };
  parameters().AddMatrix(named("weight_ih"), 4 * width, in, lstm.input.weight);
  parameters().AddMatrix(named("weight_hh"), 4 * width, width, lstm.recurrent.weight);
  parameters().AddVector(named("bias_ih"), 4 * width, lstm.input.bias);
  parameters().AddVector(named("bias_hh"), 4 * width, lstm.recurrent.bias);
}

void Recurrent::AddEncoder(const std::string& embeddings, const std::string& lstm) {
  parameters().AddMatrix(embeddings + ".weight", config_.vocabulary, config_.embedding_width, weights_.embedding);
  // The table of parameters points into the layers, so the layers must not move.
  weights_.encoder.resize(static_cast<std::size_t>(config_.layers));
  for (Index k = 0; k < config_.layers; ++k) {
    LstmLayer& layer = weights_.encoder[static_cast<std::size_t>(k)];
    const Index in = k == 0 ? config_.embedding_width : config_.StateWidth();
    AddLstm(lstm, k, "", in, config_.width, layer.forward);
    if (config_.bidirectional) AddLstm(lstm, k, "_reverse", in, config_.width, layer.backward);
  }
}

void Recurrent::AddPooling() {
  const Index A = config_.attention_width;
  parameters().AddLinear("pooling.projection", A, config_.StateWidth(), true, weights_.pooling.projection);
  parameters().AddVector("pooling.query", A, weights_.pooling.query);
}

void Recurrent::AddDecoder() {
  const Index E = config_.embedding_width, A = config_.attention_width, G = config_.decoder_width;
  const Index M = config_.StateWidth();
  parameters().AddLinear("bridge.hidden", G, M, true, weights_.bridge_hidden);
  parameters().AddLinear("bridge.cell", G, M, true, weights_.bridge_cell);
  if (config_.Pools()) {
    AddPooling();
  } else {
    parameters().AddLinear("attention.query", A, G, false, weights_.attention.query);
    parameters().AddLinear("attention.key", A, M, false, weights_.attention.key);
    // The bias b of the formula belongs to the key projection.
    parameters().AddVector("attention.bias", A, weights_.attention.key.bias);
    parameters().AddVector("attention.score", A, weights_.attention.score);
  }
  parameters().AddMatrix("decoder.embeddings.weight", config_.vocabulary, E, weights_.decoder_embedding);
  AddLstm("decoder.lstm", 0, "", E + M, G, weights_.decoder);
  parameters().AddLinear("output", config_.vocabulary, G + M, true, weights_.output);
}

std::vector<std::string> Recurrent::TraceNames() const { return RecurrentTraceNames(config_); }

std::vector<Index> Recurrent::TraceShape(const std::string& name, Index queries, Index keys) const {
  return RecurrentTraceShape(ParseRecurrentName(name, config_), config_, queries, keys);
}

std::unique_ptr<Run> Recurrent::CreateRun(Index capacity, Index source_capacity) const {
  return std::make_unique<RecurrentRun>(shared_from_this(), capacity, source_capacity);
}

std::unique_ptr<BeamSearch> Recurrent::CreateBeamSearch(const Tokens& source, const BeamOptions& options,
                                                        const std::vector<Edit>& edits) const {
  if (!config_.Decodes()) return Model::CreateBeamSearch(source, options, edits);
  Validate(options, config_.vocabulary);
  // The search chooses the last token, but the decoder does not read it.
  if (options.max_length - 1 > config_.context) {
    throw Error(ErrorCode::kTooLong, "maxLength is " + std::to_string(options.max_length) +
                                         ", the model's longest text is " + std::to_string(config_.context));
  }
  return std::make_unique<BeamSearch>(std::make_unique<RecurrentBeams>(shared_from_this(), source.OnlyIds(), edits),
                                      options, config_.vocabulary);
}

}  // namespace attenscope
