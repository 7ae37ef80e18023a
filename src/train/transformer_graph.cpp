// Builds the graph of a Transformer. The functions follow src/reference/transformer.h: a stack, a sublayer, an
// attention, a feed-forward layer.
#include "train/transformer_graph.h"

#include <cmath>

#include "position/sinusoidal.h"
#include "tensor/error.h"
#include "train/graph_builder.h"
#include "train/steps/linear_step.h"
#include "train/steps/norm_step.h"
#include "train/steps/row_steps.h"
#include "transformer/distance_table.h"

namespace attenscope {

namespace {

/// Builds one graph.
class Builder : GraphBuilder {
 public:
  Builder(const Transformer& model, TrainedParameters& parameters, const BatchShape& shape, const TrainingForm& form,
          TrainingGraph& built)
      : GraphBuilder(parameters, form, built), model_(model), config_(model.config()), shape_(shape) {}

  void Build() {
    const Value* states;
    if (config_.HasEncoder()) {
      const Value* source =
          Stack("encoder.", model_.encoder(), shape_.source_tokens, built_.inputs.source_ids, nullptr);
      states = Stack("decoder.", model_.stack(), shape_.tokens, built_.inputs.ids, source);
    } else {
      states = Stack("", model_.stack(), shape_.tokens, built_.inputs.ids, nullptr);
    }
    Logits(states);
  }

 private:
  /// Appends a stack over B texts of `tokens` tokens, with cross-attention over `source` unless it is null. Returns the
  /// last states.
  const Value* Stack(const std::string& at, const attenscope::Stack& stack, Index tokens,
                     const std::vector<std::int32_t>& ids, const Value* source) {
    tokens_ = tokens;
    const Value* x = Embed(at, ids);
    for (Index layer = 0; layer < stack.sizes.layers; ++layer) {
      const std::string block = at + "blocks." + std::to_string(layer) + ".";
      if (config_.parallel) {
        x = ParallelSublayers(block, stack, layer, x);
        continue;
      }
      x = Sublayer(block, "attn", x, [&](const Value* in, const Value* addend) {
        return Attention(block + "attn", stack, layer, in, nullptr, tokens, addend);
      });
      if (source) {
        x = Sublayer(block, "cross", x, [&](const Value* in, const Value* addend) {
          return Attention(block + "cross", stack, layer, in, source, shape_.source_tokens, addend);
        });
      }
      x = Sublayer(block, "feed_forward", x, [&](const Value* in, const Value* addend) {
        return FeedForward(block + "feed_forward", in, addend);
      });
    }
    return config_.final_norm ? Norm(at + "final_norm", config_.width, x) : x;
  }

  const Value* Embed(const std::string& at, const std::vector<std::int32_t>& ids) {
    const Index E = config_.EmbeddingWidth();
    Parameter* own = parameters_.Find(at + "embedding.weight");
    EmbeddingTables tables{.tokens = own ? own : &parameters_.Get("embedding.weight"),
                           .scale = config_.embedding_scale,
                           .positions = parameters_.Find(at + "position.weight"),
                           .offset = config_.position_offset,
                           .types = parameters_.Find(at + "type.weight")};
    const Value* x = Embedding(tables, shape_.texts, tokens_, ids, FixedPositions(E));
    const Value* normed = config_.embedding_norm ? Norm(at + "embedding_norm", E, x) : x;
    normed = Dropped(normed);
    return config_.embedding_width > 0 ? Linear(at + "embedding_projection", normed) : normed;
  }

  /// Returns the encoding (T, E) that is added to the embeddings and not learned, or an empty view.
  ConstMatrix FixedPositions(Index E) {
    if (config_.position != PositionKind::kSinusoidal) return {};
    std::vector<float>& numbers = built_.fixed.emplace_back(static_cast<std::size_t>(tokens_ * E));
    const Matrix encoding(numbers.data(), {tokens_, E});
    SinusoidalEncoding({.layout = SinusoidalLayout::kHalves,
                        .first = config_.position_offset,
                        .ends_at_base = config_.sinusoidal_ends},
                       encoding);
    return encoding;
  }

  /// Appends norms, a sublayer and its sum with the residual stream x. `body` takes the input of the sublayer and the
  /// value that its last layer adds, or null.
  template <class Body>
  const Value* Sublayer(const std::string& block, const std::string& name, const Value* x, const Body& body) {
    const Index C = config_.width;
    const bool before = config_.norm_position != NormPosition::kAfter;
    const bool both = config_.norm_position == NormPosition::kBoth;
    const Value* input = before ? Norm(block + name + "_norm", C, x) : x;
    const Value* sum;
    if (both || form_.dropout > 0.0f) {
      const Value* f = body(input, nullptr);
      if (both && parameters_.Find(block + name + "_post_norm.weight")) f = Norm(block + name + "_post_norm", C, f);
      sum = Sum(x, f);
    } else {
      sum = body(input, x);
    }
    return before ? sum : Norm(block + name + "_norm", C, sum);
  }

  /// Appends an attention and a feed-forward layer that both read x: x + attention(norm(x)) + feed-forward(norm(x)).
  const Value* ParallelSublayers(const std::string& block, const attenscope::Stack& stack, Index layer,
                                 const Value* x) {
    const Index C = config_.width;
    const Value* attention =
        Attention(block + "attn", stack, layer, Norm(block + "attn_norm", C, x), nullptr, tokens_, nullptr);
    // x passes its gradient on only after both layers have read the gradient of the sum: their sum is a value of its
    // own.
    const Value* both = FeedForward(block + "feed_forward", Norm(block + "feed_forward_norm", C, x), attention);
    return Sum(x, both);
  }

  /// Appends the attention of `in` over `seen`, whose texts have `keys` tokens. A null `seen` is `in`.
  const Value* Attention(const std::string& at, const attenscope::Stack& stack, Index layer, const Value* in,
                         const Value* seen, Index keys, const Value* addend) {
    const StackConfig& sizes = stack.sizes;
    const bool cross = seen != nullptr;
    if (!cross) seen = in;
    const Index queries_width = sizes.heads * sizes.head_width;
    const Value* q = Linear(at + ".query", in);
    const Value* k = Linear(at + ".key", seen);
    const Value* v = Linear(at + ".value", seen);
    if (config_.head_norm) {
      q = Norm(at + ".query_norm", sizes.head_width, q);
      k = Norm(at + ".key_norm", sizes.head_width, k);
    }
    if (!cross && !stack.weights.rotary.frequencies.empty()) {
      q = Rotated(stack, tokens_, q);
      k = Rotated(stack, keys, k);
    }
    const Value* output = NewValue(Rows(), queries_width);
    AttentionOperands operands{.B = shape_.texts,
                               .T = tokens_,
                               .S = keys,
                               .N = sizes.heads,
                               .K = sizes.key_value_heads,
                               .H = sizes.head_width,
                               .q = q,
                               .k = k,
                               .v = v,
                               .output = output,
                               .options = {},
                               .visible = Visible(cross || &sizes == &config_.encoder),
                               .distance = {},
                               .dropout = NewDropout()};
    const float scale = config_.attention_scale;
    operands.options.scale = scale != 0.0f ? scale : 1.0f / std::sqrt(static_cast<float>(sizes.head_width));
    operands.options.softcap = config_.attention_softcap;
    operands.options.visible.causal = !cross && sizes.causal;
    if (!cross && !sizes.windows.empty()) {
      operands.options.visible.window_left = sizes.windows[static_cast<std::size_t>(layer)] - 1;
    }
    if (!cross && config_.distance_bias == DistanceBias::kBuckets) {
      const std::string part = at.substr(0, at.find("blocks."));
      operands.distance = {&parameters_.Get(part + "distance_bias.weight"), BucketsOf(config_, sizes), false};
    }
    operands.distance.alibi = !cross && config_.distance_bias == DistanceBias::kAlibi;
    Append<AttentionStep>({q, k, v}, output, operands);
    return Linear(at + ".output", output, addend);
  }

  const Value* FeedForward(const std::string& at, const Value* x, const Value* addend) {
    const Value* up = Linear(at + ".up", x);
    const Value* inner =
        config_.gated ? Active(config_.activation, Linear(at + ".gate", x), up) : Active(config_.activation, up);
    return Linear(at + ".down", inner, addend);
  }

  /// Appends the layers after the last block, and the loss.
  void Logits(const Value* x) {
    const HeadConfig& head = config_.head;
    if (form_.classifies) {
      const Value* selected = NewValue(shape_.texts, config_.width);
      Append<SelectRowsStep>({x}, selected, x, shape_.tokens, built_.inputs.rows.data(), selected);
      x = selected;
    }
    if (head.width > 0) {
      const Value* active = Active(head.activation, Linear("head.dense", x));
      x = head.norm ? Norm("head.norm", head.width, active) : active;
    }
    const std::string own = config_.encoder_vocabulary > 0 ? "decoder.embedding.weight" : "embedding.weight";
    Parameter& unembedding = parameters_.Get(config_.tied_embedding ? own : "unembedding.weight");
    const Value* logits = NewValue(x->matrix.shape[0], config_.Outputs());
    Append<LinearStep>(
        {x}, logits,
        LinearOperands{.x = x, .weight = &unembedding, .bias = parameters_.Find("logits_bias"), .y = logits});
    if (config_.logits_scale != 1.0f || config_.logits_softcap > 0.0f) {
      Append<ScaleStep>({logits}, logits, config_.logits_scale, config_.logits_softcap, logits);
    }
    Loss(logits);
  }

  const Value* Norm(const std::string& name, Index width, const Value* x) {
    const Value* y = NewValue(x->matrix.shape[0], x->matrix.shape[1]);
    const NormParameters norm{config_.norm, config_.norm_epsilon, &parameters_.Get(name + ".weight"),
                              parameters_.Find(name + ".bias")};
    Append<NormStep>({x}, y, norm, width, x, y);
    return y;
  }

  const Value* Rotated(const attenscope::Stack& stack, Index tokens, const Value* x) {
    const RotaryParameters& rotary = stack.weights.rotary;
    Append<RotaryStep>({x}, x, rotary.frequencies, rotary.factor, tokens, stack.sizes.head_width, x);
    return x;
  }

  /// Returns the mask of the keys, or null.
  const std::uint8_t* Visible(bool of_source) const {
    const bool applies = shape_.masked && (of_source || !config_.HasEncoder());
    return applies ? built_.inputs.visible.data() : nullptr;
  }

  Index Rows() const { return shape_.texts * tokens_; }

  const Transformer& model_;
  const Config& config_;
  const BatchShape& shape_;
  Index tokens_ = 0;  // of each text of the stack that is being built
};

}  // namespace

std::unique_ptr<TrainingGraph> BuildTransformerGraph(const Transformer& model, TrainedParameters& parameters,
                                                     const BatchShape& shape, const TrainingForm& form) {
  const Config& config = model.config();
  CheckBatchShape(shape, config.context, config.HasEncoder());
  if (config.Outputs() == 0) throw Error(ErrorCode::kUnsupported, "the model has no head, so that it has no loss");
  auto built = NewTrainingGraph(shape, form);
  built->vocabulary = model.stack().embedding.rows();
  built->source_vocabulary = model.encoder().embedding.rows();
  Builder(model, parameters, shape, form, *built).Build();
  built->graph.Plan();
  return built;
}

}  // namespace attenscope
