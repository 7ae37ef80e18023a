// The parameters that a config asks for.
#include "model/transformer.h"

#include "model/transformer_run.h"
#include "trace/names.h"

namespace attenscope {

Transformer::Transformer(const Config& config) : config_(config) {
  Validate(config);
  const Index C = config.width;
  const Index queries = config.heads * config.head_width;
  const Index keys = config.key_value_heads * config.head_width;
  const Index F = config.feed_forward_width;
  parameters().AddMatrix("embedding.weight", config.vocabulary, C, weights_.embedding);
  // Parameters point into the blocks, which therefore never move.
  weights_.blocks.resize(static_cast<std::size_t>(config.layers));
  for (Index layer = 0; layer < config.layers; ++layer) {
    BlockWeights& block = weights_.blocks[static_cast<std::size_t>(layer)];
    const std::string at = "blocks." + std::to_string(layer) + ".";
    parameters().AddVector(at + "attn_norm.weight", C, block.attn_norm);
    parameters().AddLinear(at + "attn.query", queries, C, config.attention_bias, block.query);
    parameters().AddLinear(at + "attn.key", keys, C, config.attention_bias, block.key);
    parameters().AddLinear(at + "attn.value", keys, C, config.attention_bias, block.value);
    parameters().AddLinear(at + "attn.output", C, queries, config.output_bias, block.output);
    parameters().AddVector(at + "feed_forward_norm.weight", C, block.feed_forward_norm);
    parameters().AddLinear(at + "feed_forward.gate", F, C, config.feed_forward_bias, block.feed_forward.gate);
    parameters().AddLinear(at + "feed_forward.up", F, C, config.feed_forward_bias, block.feed_forward.up);
    parameters().AddLinear(at + "feed_forward.down", C, F, config.feed_forward_bias, block.feed_forward.down);
  }
  parameters().AddVector("final_norm.weight", C, weights_.final_norm);
  if (!config.tied_embedding) {
    parameters().AddMatrix("unembedding.weight", config.vocabulary, C, weights_.unembedding.emplace());
  }
}

std::vector<std::string> Transformer::TraceNames() const { return attenscope::TraceNames(config_); }

std::vector<Index> Transformer::TraceShape(const std::string& name, Index queries, Index keys) const {
  return attenscope::TraceShape(ParseTraceName(name, config_), config_, queries, keys);
}

std::unique_ptr<Run> Transformer::CreateRun(Index capacity, Index source_capacity) const {
  if (source_capacity != 0) throw Error(ErrorCode::kOption, "the model has no encoder that would take a source");
  return std::make_unique<TransformerRun>(shared_from_this(), capacity);
}

}  // namespace attenscope
