// Computes the projections around the attention of all heads together, or of chained heads one after another.
#include "attention/multi_head.h"

#include <string>

#include "tensor/error.h"
#include "tensor/matrix.h"

namespace attenscope {

namespace {

/// Returns a contiguous tensor (B, R, C) as a matrix (B·R, C).
template <class T>
TensorView<T, 2> Flat(TensorView<T, 3> x) {
  return {x.data, {x.shape[0] * x.shape[1], x.shape[2]}};
}

/// Returns heads [first, first + count) of a tensor (B, N, …), or a null view of a null view.
template <class T>
TensorView<T, 4> SomeHeads(TensorView<T, 4> all, Index first, Index count) {
  if (!all.data) return all;
  all.data += first * all.stride[1];
  all.shape[1] = count;
  return all;
}

/// Writes `past` (…, P, width) and then `added` (…, S − P, width) for every batch and head.
void Join(ConstTensor<4> past, ConstTensor<4> added, TensorView<float, 4> to) {
  for (Index b = 0; to.data && b < to.shape[0]; ++b) {
    for (Index n = 0; n < to.shape[1]; ++n) {
      const Matrix joined = to[b][n];
      const Index P = joined.shape[0] - added.shape[2];
      if (P > 0) Copy(past[b][n], joined.Rows(0, P));
      Copy(added[b][n], joined.Rows(P, added.shape[2]));
    }
  }
}

/// Returns rows [first, first + count) of the gradient of a projection.
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
  sizes.B = sizes_.B;
  sizes.N = IsChained() ? 1 : sizes_.N;
  sizes.K = IsChained() ? 1 : sizes_.K;
  sizes.T = sizes_.T;
  sizes.P = sizes_.P;
  sizes.S = sizes.values = sizes_.S;
  sizes.H = sizes.Hk = sizes.D = sizes_.H;
  sizes.Hv = sizes_.Hv;
  return sizes;
}

void MultiHeadOp::Layout(Arena& arena) {
  const auto [B, T, P, S, C, context_width, N, K, H, Hv, Co] = sizes_;
  const Index queries = Separate(N) * H;
  const Index keys = Separate(K) * H;
  const Index values = Separate(K) * Hv;
  queries_ = arena.Tensor<2>({B * T, queries});
  const Index added = B * (S - P);
  keys_ = arena.Tensor<2>({added, keys});
  values_ = arena.Tensor<2>({added, values});
  outputs_ = arena.Tensor<2>({B * T, N * Hv});
  scratch_ = arena.Take<float>(
      std::max({ProjectionScratch(B * T, queries, C), ProjectionScratch(added, keys, context_width),
                ProjectionScratch(added, values, context_width), ProjectionScratch(B * T, Co, N * Hv)}));
  if (!with_gradient_) return;
  grad_queries_ = arena.Tensor<2>({B * T, queries});
  grad_keys_ = arena.Tensor<2>({added, keys});
  grad_values_ = arena.Tensor<2>({added, values});
  grad_outputs_ = arena.Tensor<2>({B * T, N * Hv});
  result_ = arena.Tensor<2>({B * T, Co});
  grad_result_ = arena.Tensor<2>({B * T, Co});
}

TensorView<float, 4> MultiHeadOp::Heads(Matrix joined, Index heads, Index rows, Index width) const {
  const Index row = joined.shape[1];
  return {joined.data, {sizes_.B, heads, rows, width}, {rows * row, row == width ? 0 : width, row, 1}};
}

TensorView<float, 4> MultiHeadOp::OutputHeads(Matrix joined, Index first, Index heads) const {
  const auto [B, T, P, S, C, context_width, N, K, H, Hv, Co] = sizes_;
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

/// Returns the attention inputs of `heads` query heads, one or all, from `first_head` on.
AttentionInputs MultiHeadOp::HeadInputs(const MultiHeadInputs& inputs, Index first_head, Index heads) const {
  const auto [B, T, P, S, C, context_width, N, K, H, Hv, Co] = sizes_;
  const bool one = heads != N;
  const Index key_head = one ? KeyHead(first_head) : 0;
  const Index key_heads = one ? 1 : K;
  AttentionInputs parts;
  const auto part = [&](Matrix joined, Index head, Index count, Index rows, Index width) {
    TensorView<float, 4> view = Heads(joined, count, rows, width);
    view.data += joined.shape[1] == width ? 0 : head * width;
    return view;
  };
  parts.q = part(queries_, first_head, heads, T, H);
  parts.k = part(keys_, key_head, key_heads, S - P, H);
  parts.v = part(values_, key_head, key_heads, S - P, Hv);
  parts.past_key = SomeHeads(inputs.past_key, key_head, key_heads);
  parts.past_value = SomeHeads(inputs.past_value, key_head, key_heads);
  parts.allowed = SomeHeads(inputs.allowed, first_head, heads);
  parts.bias = SomeHeads(inputs.bias, first_head, heads);
  parts.key_lengths = inputs.key_lengths;
  return parts;
}

void MultiHeadOp::Attend(const MultiHeadInputs& inputs, const AttentionOutputs& outputs, Index first, Index heads) {
  AttentionOutputs parts;
  parts.output = OutputHeads(outputs_, first, heads);
  parts.scores = SomeHeads(outputs.scores, first, heads);
  parts.scaled = SomeHeads(outputs.scaled, first, heads);
  parts.squashed = SomeHeads(outputs.squashed, first, heads);
  parts.masked = SomeHeads(outputs.masked, first, heads);
  parts.pattern = SomeHeads(outputs.pattern, first, heads);
  op_.Forward(HeadInputs(inputs, first, heads), parts);
}

void MultiHeadOp::Forward(const MultiHeadInputs& inputs, const MultiHeadOutputs& outputs) {
  const auto [B, T, P, S, C, context_width, N, K, H, Hv, Co] = sizes_;
  const MultiHeadParameters& parameters = inputs.parameters;
  Project(parameters.key, "key", Flat(inputs.context), scratch_, keys_);
  Project(parameters.value, "value", Flat(inputs.context), scratch_, values_);
  // Throws for tensors that do not fit, before any head is computed.
  Measure(HeadInputs(inputs, 0, IsChained() ? 1 : N), AttentionOptions{});
  if (!IsChained()) {
    Project(parameters.query, "query", Flat(inputs.x), scratch_, queries_);
    Attend(inputs, outputs.heads, 0, N);
  } else {
    for (Index head = 0; head < N; ++head) {
      const ConstMatrix input = head == 0 ? Flat(inputs.x) : ConstMatrix(outputs_.Columns((head - 1) * Hv, Hv));
      Project(HeadProjection(parameters.query, head, H), "query", input, scratch_, queries_.Columns(head * H, H));
      Attend(inputs, outputs.heads, head, 1);
    }
  }
  const TensorView<float, 4> head_outputs = outputs.heads.output;
  for (Index b = 0; head_outputs.data && b < B; ++b) {
    for (Index n = 0; n < N; ++n) Copy(OutputHeads(outputs_, 0, N)[b][n], head_outputs[b][n]);
  }
  Join(inputs.past_key, Heads(keys_, K, S - P, H), outputs.present_key);
  Join(inputs.past_value, Heads(values_, K, S - P, Hv), outputs.present_value);
  const Matrix joined = IsChained() ? outputs_.Columns((N - 1) * Hv, Hv) : outputs_;
  if (parameters.output.weight.data) {
    return Project(parameters.output, "output", joined, scratch_, Flat(outputs.output));
  }
  Copy(joined, Flat(outputs.output));
}

/// Adds the gradients of queries, keys, values, past and bias of some heads, given the gradient at the outputs of these
/// heads.
void MultiHeadOp::AttendBackward(const MultiHeadInputs& inputs, const MultiHeadGradients& gradients, Index first,
                                 Index heads) {
  const AttentionInputs given = HeadInputs(inputs, first, heads);
  const bool one = heads != sizes_.N;
  const Index key_head = one ? KeyHead(first) : 0;
  const Index key_heads = one ? 1 : sizes_.K;
  AttentionGradients parts;
  const auto like = [](const ConstTensor<4>& view, Matrix values, Matrix gradient) {
    return TensorView<float, 4>(gradient.data + (view.data - values.data), view.shape, view.stride);
  };
  parts.q = like(given.q, queries_, grad_queries_);
  parts.k = like(given.k, keys_, grad_keys_);
  parts.v = like(given.v, values_, grad_values_);
  parts.past_key = SomeHeads(gradients.past_key, key_head, key_heads);
  parts.past_value = SomeHeads(gradients.past_value, key_head, key_heads);
  parts.bias = SomeHeads(gradients.bias, first, heads);
  op_.Backward(given, OutputHeads(grad_outputs_, first, heads), parts);
}

void MultiHeadOp::Backward(const MultiHeadInputs& inputs, TensorView<const float, 3> grad_output,
                           const MultiHeadGradients& gradients) {
  const auto [B, T, P, S, C, context_width, N, K, H, Hv, Co] = sizes_;
  const MultiHeadParameters& parameters = inputs.parameters;
  for (Matrix room : {grad_queries_, grad_keys_, grad_values_, grad_outputs_}) Clear(room);
  const Matrix grad_joined = IsChained() ? grad_outputs_.Columns((N - 1) * Hv, Hv) : grad_outputs_;
  const ConstMatrix joined = IsChained() ? outputs_.Columns((N - 1) * Hv, Hv) : outputs_;
  std::copy_n(grad_output.data, B * T * Co, grad_result_.data);
  if (parameters.output.weight.data) {
    // The derivative of an activation follows from its value, so the value is computed again.
    if (parameters.output.activation != Activation::kNone) {
      Project(parameters.output, "output", joined, scratch_, result_);
    }
    ProjectGradient(parameters.output, joined, result_, grad_result_, scratch_, grad_joined, gradients.output);
  } else {
    Copy(grad_result_, grad_joined);
  }
  const ConstMatrix x = Flat(inputs.x);
  const ConstMatrix context = Flat(inputs.context);
  const Matrix grad_x = gradients.x.data ? Flat(gradients.x) : Matrix{};
  if (!IsChained()) {
    AttendBackward(inputs, gradients, 0, N);
    ProjectGradient(parameters.query, x, queries_, grad_queries_, scratch_, grad_x, gradients.query);
  } else {
    for (Index head = N - 1; head >= 0; --head) {
      AttendBackward(inputs, gradients, head, 1);
      const ConstMatrix input = head == 0 ? x : ConstMatrix(outputs_.Columns((head - 1) * Hv, Hv));
      const Matrix grad_input = head == 0 ? grad_x : grad_outputs_.Columns((head - 1) * Hv, Hv);
      ProjectGradient(HeadProjection(parameters.query, head, H), input, queries_.Columns(head * H, H),
                      grad_queries_.Columns(head * H, H), scratch_, grad_input, RowsOf(gradients.query, head * H, H));
    }
  }
  const Matrix grad_context = gradients.context.data ? Flat(gradients.context) : Matrix{};
  ProjectGradient(parameters.key, context, keys_, grad_keys_, scratch_, grad_context, gradients.key);
  ProjectGradient(parameters.value, context, values_, grad_values_, scratch_, grad_context, gradients.value);
}

}  // namespace attenscope
