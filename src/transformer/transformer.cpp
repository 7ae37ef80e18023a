// Declares the parameters of a Transformer, as its config says.
#include "transformer/transformer.h"

#include "transformer/trace_names.h"
#include "transformer/transformer_beams.h"
#include "transformer/transformer_run.h"

namespace attenscope {

Transformer::Transformer(const Config& config) : config_(config) {
  Validate(config);
  const bool apart = config.encoder_vocabulary > 0;
  if (!apart) {
    parameters().AddMatrix("embedding.weight", config.vocabulary, config.EmbeddingWidth(), weights_.embedding);
  }
  if (config.HasEncoder()) {
    AddStack("encoder.", config.encoder, config.encoder_vocabulary, weights_.encoder);
    AddStack("decoder.", config, apart ? config.vocabulary : 0, weights_.stack);
  } else {
    AddStack("", config, 0, weights_.stack);
  }
  AddHead();
}

void Transformer::AddHead() {
  const Index outputs = config_.Outputs();
  const HeadConfig& head = config_.head;
  if (outputs == 0) return;
  if (head.width > 0) {
    parameters().AddLinear("head.dense", head.width, config_.width, head.bias, weights_.head.dense);
    if (head.norm) AddNorm("head.norm", head.width, weights_.head.norm);
  }
  const Index read = head.width > 0 ? head.width : config_.width;
  if (!config_.tied_embedding) {
    parameters().AddMatrix("unembedding.weight", outputs, read, weights_.unembedding.emplace());
  }
  if (config_.logits_bias) parameters().AddVector("logits_bias", outputs, weights_.logits_bias);
}

void Transformer::AddNorm(const std::string& name, Index width, Norm& norm) {
  norm.kind = config_.norm;
  norm.epsilon = config_.norm_epsilon;
  parameters().AddVector(name + ".weight", width, norm.weight);
  if (norm.kind == NormKind::kLayer && config_.norm_bias) parameters().AddVector(name + ".bias", width, norm.bias);
}

void Transformer::AddAttention(const std::string& name, const StackConfig& sizes, AttentionWeights& attention) {
  const Index C = config_.width;
  const Index queries = sizes.heads * sizes.head_width;
  const Index keys = sizes.key_value_heads * sizes.head_width;
  parameters().AddLinear(name + ".query", queries, C, config_.attention_bias, attention.query);
  parameters().AddLinear(name + ".key", keys, C, config_.attention_bias, attention.key);
  parameters().AddLinear(name + ".value", keys, C, config_.attention_bias, attention.value);
  parameters().AddLinear(name + ".output", C, queries, config_.output_bias, attention.output);
  if (!config_.head_norm) return;
  AddNorm(name + ".query_norm", sizes.head_width, attention.query_norm);
  AddNorm(name + ".key_norm", sizes.head_width, attention.key_norm);
}

void Transformer::AddStack(const std::string& at, const StackConfig& sizes, Index own_vocabulary,
                           StackWeights& weights) {
  const Index C = config_.width;
  const Index E = config_.EmbeddingWidth();
  const Index F = sizes.feed_forward_width;
  if (own_vocabulary > 0) {
    parameters().AddMatrix(at + "embedding.weight", own_vocabulary, E, weights.embedding.emplace());
  }
  if (config_.position == PositionKind::kLearned) {
    parameters().AddMatrix(at + "position.weight", config_.position_offset + config_.context, E,
                           weights.positions.emplace());
  }
  if (config_.types > 0) parameters().AddMatrix(at + "type.weight", config_.types, E, weights.types.emplace());
  if (config_.embedding_norm) AddNorm(at + "embedding_norm", E, weights.embedding_norm);
  if (config_.embedding_width > 0) {
    parameters().AddLinear(at + "embedding_projection", C, E, config_.embedding_projection_bias,
                           weights.embedding_projection);
  }
  if (config_.distance_bias == DistanceBias::kBuckets) {
    parameters().AddVector(at + "distance_bias.weight", config_.buckets * sizes.heads, weights.buckets);
  }
  const Index turned = config_.RotaryWidth(sizes);
  weights.rotary.frequencies.resize(static_cast<std::size_t>(turned / 2));
  weights.rotary.factor = turned > 0 ? RotaryFrequencies(turned, config_.rotary_base, config_.rotary_scaling,
                                                         weights.rotary.frequencies.data())
                                     : 1.0;
  // The table of parameters points into the blocks, so the blocks must not move.
  weights.blocks.resize(static_cast<std::size_t>(sizes.layers));
  for (Index layer = 0; layer < sizes.layers; ++layer) {
    BlockWeights& block = weights.blocks[static_cast<std::size_t>(layer)];
    const std::string name = at + "blocks." + std::to_string(layer) + ".";
    AddNorm(name + "attn_norm", C, block.attn_norm);
    AddAttention(name + "attn", sizes, block.attn);
    if (at == "decoder.") {
      AddNorm(name + "cross_norm", C, block.cross_norm);
      AddAttention(name + "cross", sizes, block.cross);
    }
    AddNorm(name + "feed_forward_norm", C, block.feed_forward_norm);
    if (config_.norm_position == NormPosition::kBoth) {
      AddNorm(name + "attn_post_norm", C, block.attn_post_norm);
      AddNorm(name + "feed_forward_post_norm", C, block.feed_forward_post_norm);
    }
    FeedForward& feed_forward = block.feed_forward;
    feed_forward.activation = config_.activation;
    feed_forward.gated = config_.gated;
    if (config_.gated) {
      parameters().AddLinear(name + "feed_forward.gate", F, C, config_.feed_forward_bias, feed_forward.gate);
    }
    parameters().AddLinear(name + "feed_forward.up", F, C, config_.feed_forward_bias, feed_forward.up);
    parameters().AddLinear(name + "feed_forward.down", C, F, config_.feed_forward_bias, feed_forward.down);
  }
  if (config_.final_norm) AddNorm(at + "final_norm", C, weights.final_norm);
}

std::vector<std::string> Transformer::TraceNames() const { return attenscope::TraceNames(config_); }

std::vector<Index> Transformer::TraceShape(const std::string& name, Index queries, Index keys) const {
  return attenscope::TraceShape(ParseTraceName(name, config_), config_, queries, keys);
}

std::unique_ptr<Run> Transformer::CreateRun(Index capacity, Index source_capacity) const {
  return std::make_unique<TransformerRun>(shared_from_this(), capacity, source_capacity);
}

std::unique_ptr<BeamSearch> Transformer::CreateBeamSearch(const Tokens& source, const BeamOptions& options,
                                                          const std::vector<Edit>& edits) const {
  if (!config_.HasEncoder()) return Model::CreateBeamSearch(source, options, edits);
  return std::make_unique<BeamSearch>(std::make_unique<TransformerBeams>(shared_from_this(), source, options, edits),
                                      options, config_.vocabulary);
}

}  // namespace attenscope
