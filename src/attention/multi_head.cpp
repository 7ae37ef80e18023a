// Projections around the attention of all heads, or of one head after another.
#include "attention/multi_head.h"

#include <string>

#include "tensor/error.h"
#include "tensor/matrix.h"

namespace attenscope {

namespace {

/// (B, R, C) as (B·R, C); the three dimensions are contiguous.
template <class T>
TensorView<T, 2> Flat(TensorView<T, 3> x) {
  return {x.data, {x.shape[0] * x.shape[1], x.shape[2]}};
}

/// Rows [first, first + count) of a projection's gradient.
ProjectionGradient RowsOf(const ProjectionGradient& gradient, Index first, Index count) {
  return {gradient.weight.data ? gradient.weight.Rows(first, count) : Matrix{},
          gradient.bias ? gradient.bias + first : nullptr};
}

}  // namespace

MultiHeadOp::MultiHeadOp(const MultiHeadSizes& sizes, HeadSharing sharing, const AttentionOptions& options,
                         bool with_gradient)
    : sizes_(sizes), sharing_(sharing), with_gradient_(with_gradient), op_(OpSizes(), options, with_gradient) {
  if (sizes.K < 1 || sizes.N % sizes.K != 0) {
    throw Error(ErrorCode::kShape, "heads is " + std::to_string(sizes.N) +
                                       ", expected a multiple of the key/value heads, " + std::to_string(sizes.K));
  }
  if (sharing == HeadSharing::kChained && sizes.N > 1 && sizes.C != sizes.Hv) {
    throw Error(ErrorCode::kShape, "chained heads feed values of width " + std::to_string(sizes.Hv) +
                                       " to queries of width " + std::to_string(sizes.C) + ": these have to be equal");
  }
  if (options.score == ScoreKind::kGeneral || options.score == ScoreKind::kAdditive) {
    throw Error(ErrorCode::kOption, "multi-head attention scores by dot or cosine: its projections are the parameters");
  }
  if (options.weighting == Weighting::kBackward) {
    throw Error(ErrorCode::kOption, "multi-head attention weights forward");
  }
  Arena counting;
  Layout(counting);
  memory_ = AllocateZeroed(counting.used(), "multi-head attention");
  Arena arena(memory_.get());
  Layout(arena);
}

AttentionSizes MultiHeadOp::OpSizes() const {
  AttentionSizes sizes{};
  const bool chained = sharing_ == HeadSharing::kChained;
  sizes.B = sizes_.B;
  sizes.N = chained ? 1 : sizes_.N;
  sizes.K = chained ? 1 : sizes_.K;
  sizes.T = sizes_.T;
  sizes.S = sizes.values = sizes_.S;
  sizes.H = sizes.Hk = sizes.D = sizes_.H;
  sizes.Hv = sizes_.Hv;
  return sizes;
}

void MultiHeadOp::Layout(Arena& arena) {
  const auto [B, T, S, C, context_width, N, K, H, Hv, Co] = sizes_;
  const Index queries = Separate(N) * H;
  const Index keys = Separate(K) * H;
  const Index values = Separate(K) * Hv;
  queries_ = arena.Tensor<2>({B * T, queries});
  keys_ = arena.Tensor<2>({B * S, keys});
  values_ = arena.Tensor<2>({B * S, values});
  outputs_ = arena.Tensor<2>({B * T, N * Hv});
  scratch_ = arena.Take<float>(
      std::max({ProjectionScratch(B * T, queries, C), ProjectionScratch(B * S, keys, context_width),
                ProjectionScratch(B * S, values, context_width), ProjectionScratch(B * T, Co, N * Hv)}));
  if (!with_gradient_) return;
  grad_queries_ = arena.Tensor<2>({B * T, queries});
  grad_keys_ = arena.Tensor<2>({B * S, keys});
  grad_values_ = arena.Tensor<2>({B * S, values});
  grad_outputs_ = arena.Tensor<2>({B * T, N * Hv});
  result_ = arena.Tensor<2>({B * T, Co});
  grad_result_ = arena.Tensor<2>({B * T, Co});
}

TensorView<float, 4> MultiHeadOp::Heads(Matrix joined, Index heads, Index rows, Index width) const {
  const Index row = joined.shape[1];
  return {joined.data, {sizes_.B, heads, rows, width}, {rows * row, row == width ? 0 : width, row, 1}};
}

TensorView<float, 4> MultiHeadOp::OutputHeads(Matrix joined, Index first, Index heads) const {
  const auto [B, T, S, C, context_width, N, K, H, Hv, Co] = sizes_;
  return {joined.data + first * Hv, {B, heads, T, Hv}, {T * N * Hv, Hv, N * Hv, 1}};
}

Projection MultiHeadOp::HeadProjection(const Projection& projection, Index head, Index width) const {
  Projection part = projection;
  part.weight = projection.weight.Rows(head * width, width);
  if (!projection.bias.empty()) {
    part.bias = projection.bias.subspan(static_cast<std::size_t>(head * width), static_cast<std::size_t>(width));
  }
  return part;
}

/// The attention inputs of `heads` query heads from `first_head` on.
AttentionInputs MultiHeadOp::HeadInputs(Index first_head, Index heads,
                                        TensorView<const std::uint8_t, 4> allowed) const {
  const auto [B, T, S, C, context_width, N, K, H, Hv, Co] = sizes_;
  const bool one = heads != N;
  const Index key_head = one ? first_head / (N / K) : 0;
  const Index key_heads = one ? 1 : K;
  AttentionInputs inputs;
  const auto part = [&](Matrix joined, Index head, Index count, Index rows, Index width) {
    TensorView<float, 4> view = Heads(joined, count, rows, width);
    view.data += joined.shape[1] == width ? 0 : head * width;
    return view;
  };
  inputs.q = part(queries_, first_head, heads, T, H);
  inputs.k = part(keys_, key_head, key_heads, S, H);
  inputs.v = part(values_, key_head, key_heads, S, Hv);
  if (allowed.data) {
    inputs.allowed = allowed;
    inputs.allowed.data += first_head * allowed.stride[1];
    inputs.allowed.shape[1] = heads;
  }
  return inputs;
}

void MultiHeadOp::Forward(TensorView<const float, 3> x, TensorView<const float, 3> context,
                          const MultiHeadParameters& parameters, TensorView<const std::uint8_t, 4> allowed,
                          TensorView<float, 3> output, TensorView<float, 4> head_outputs,
                          TensorView<float, 4> pattern) {
  const auto [B, T, S, C, context_width, N, K, H, Hv, Co] = sizes_;
  Project(parameters.key, "key", Flat(context), scratch_, keys_);
  Project(parameters.value, "value", Flat(context), scratch_, values_);
  const auto attend = [&](Index first, Index heads) {
    AttentionOutputs outputs;
    outputs.output = OutputHeads(outputs_, first, heads);
    if (pattern.data) {
      outputs.pattern = pattern;
      outputs.pattern.data += first * pattern.stride[1];
      outputs.pattern.shape[1] = heads;
    }
    op_.Forward(HeadInputs(first, heads, allowed), outputs);
  };
  if (sharing_ != HeadSharing::kChained) {
    Project(parameters.query, "query", Flat(x), scratch_, queries_);
    attend(0, N);
  } else {
    for (Index head = 0; head < N; ++head) {
      const ConstMatrix input = head == 0 ? Flat(x) : ConstMatrix(outputs_.Columns((head - 1) * Hv, Hv));
      Project(HeadProjection(parameters.query, head, H), "query", input, scratch_, queries_.Columns(head * H, H));
      attend(head, 1);
    }
  }
  for (Index b = 0; head_outputs.data && b < B; ++b) {
    for (Index n = 0; n < N; ++n) Copy(OutputHeads(outputs_, 0, N)[b][n], head_outputs[b][n]);
  }
  const Matrix joined = sharing_ == HeadSharing::kChained ? outputs_.Columns((N - 1) * Hv, Hv) : outputs_;
  if (parameters.output.weight.data) return Project(parameters.output, "output", joined, scratch_, Flat(output));
  Copy(joined, Flat(output));
}

void MultiHeadOp::Backward(TensorView<const float, 3> x, TensorView<const float, 3> context,
                           const MultiHeadParameters& parameters, TensorView<const std::uint8_t, 4> allowed,
                           TensorView<const float, 3> grad_output, const MultiHeadGradients& gradients) {
  const auto [B, T, S, C, context_width, N, K, H, Hv, Co] = sizes_;
  const bool chained = sharing_ == HeadSharing::kChained;
  for (Matrix room : {grad_queries_, grad_keys_, grad_values_, grad_outputs_}) Clear(room);
  const Matrix grad_joined = chained ? grad_outputs_.Columns((N - 1) * Hv, Hv) : grad_outputs_;
  const ConstMatrix joined = chained ? outputs_.Columns((N - 1) * Hv, Hv) : outputs_;
  std::copy_n(grad_output.data, B * T * Co, grad_result_.data);
  if (parameters.output.weight.data) {
    // An activation's derivative is told from its value, which is computed once more.
    if (parameters.output.activation != Activation::kNone) {
      Project(parameters.output, "output", joined, scratch_, result_);
    }
    ProjectGradient(parameters.output, joined, result_, grad_result_, scratch_, grad_joined, gradients.output);
  } else {
    Copy(grad_result_, grad_joined);
  }
  const auto attend = [&](Index first, Index heads) {
    const AttentionInputs inputs = HeadInputs(first, heads, allowed);
    AttentionGradients parts;
    const auto like = [](const ConstTensor<4>& view, Matrix values, Matrix gradient) {
      return TensorView<float, 4>(gradient.data + (view.data - values.data), view.shape, view.stride);
    };
    parts.q = like(inputs.q, queries_, grad_queries_);
    parts.k = like(inputs.k, keys_, grad_keys_);
    parts.v = like(inputs.v, values_, grad_values_);
    op_.Backward(inputs, OutputHeads(grad_outputs_, first, heads), parts);
  };
  const Matrix grad_x = gradients.x.data ? Flat(gradients.x) : Matrix{};
  if (!chained) {
    attend(0, N);
    ProjectGradient(parameters.query, Flat(x), queries_, grad_queries_, scratch_, grad_x, gradients.query);
  } else {
    for (Index head = N - 1; head >= 0; --head) {
      attend(head, 1);
      const ConstMatrix input = head == 0 ? Flat(x) : ConstMatrix(outputs_.Columns((head - 1) * Hv, Hv));
      const Matrix grad_input = head == 0 ? grad_x : grad_outputs_.Columns((head - 1) * Hv, Hv);
      ProjectGradient(HeadProjection(parameters.query, head, H), input, queries_.Columns(head * H, H),
                      grad_queries_.Columns(head * H, H), scratch_, grad_input, RowsOf(gradients.query, head * H, H));
    }
  }
  const Matrix grad_context = gradients.context.data ? Flat(gradients.context) : Matrix{};
  ProjectGradient(parameters.key, Flat(context), keys_, grad_keys_, scratch_, grad_context, gradients.key);
  ProjectGradient(parameters.value, Flat(context), values_, grad_values_, scratch_, grad_context, gradients.value);
}

}  // namespace attenscope
