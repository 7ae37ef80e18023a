// Offers attention and its gradient to JavaScript.
#include "bindings/attention_values.h"
#include "bindings/guard.h"
#include "bindings/ops.h"

namespace attenscope {

namespace {

/// Returns a view (count, 1, rows, columns) of the head at (batch, head), repeated `count` times.
template <class T>
TensorView<T, 4> HeadRepeated(const TensorView<T, 4>& tensor, Index batch, Index head, Index count) {
  if (!tensor.data) return {};
  const TensorView<T, 2> one = tensor[batch][head];
  return {one.data, {count, 1, one.shape[0], one.shape[1]}, {0, 0, one.stride[0], one.stride[1]}};
}

}  // namespace

OwnedTensors OpAttention(const NamedTensors& tensors, const Settings& settings) {
  return Guard([&] {
    OpInputs in(tensors, settings);
    const AttentionOptions options = ReadAttentionOptions(in);
    const AttentionInputs inputs = ReadAttentionInputs(in, options);
    const AttentionSizes sizes = Measure(inputs, options);
    const Index rows = options.weighting == Weighting::kForward ? sizes.T : sizes.S;
    OpResults results;
    AttentionOutputs outputs;
    outputs.output = results.Add("output", std::array{sizes.B, sizes.N, rows, sizes.Hv});
    AddStages(in, results, {sizes.B, sizes.N, sizes.T, sizes.S}, outputs);
    AttentionOp(sizes, options, false).Forward(inputs, outputs);
    return results.ToJavaScript();
  });
}

OwnedTensors OpAttentionPattern(const NamedTensors& tensors, const Settings& settings) {
  return Guard([&] {
    OpInputs in(tensors, settings);
    const AttentionOptions options = ReadAttentionOptions(in);
    const AttentionInputs whole = ReadAttentionInputs(in, options);
    const AttentionSizes sizes = Measure(whole, options);
    const Index batch = in.Setting<Index>("batch");
    const Index head = in.Setting<Index>("head");
    const Index key_head = head / (sizes.N / sizes.K);
    // The random stream of a row depends on the index of its head. With kSample all earlier heads are therefore
    // computed too. They write to the same memory, and the chosen head writes last.
    const Index count = options.normalizer == Normalizer::kSample ? batch * sizes.N + head + 1 : 1;
    AttentionInputs inputs;
    inputs.q = HeadRepeated(whole.q, batch, head, count);
    inputs.k = HeadRepeated(whole.k, batch, key_head, count);
    inputs.v = HeadRepeated(whole.v, batch, key_head, count);
    inputs.past_key = HeadRepeated(whole.past_key, batch, key_head, count);
    inputs.past_value = HeadRepeated(whole.past_value, batch, key_head, count);
    inputs.allowed = HeadRepeated(whole.allowed, batch, head, count);
    inputs.bias = HeadRepeated(whole.bias, batch, head, count);
    inputs.parameters = whole.parameters;
    std::vector<std::int32_t> lengths;
    if (!whole.key_lengths.empty()) {
      lengths.assign(static_cast<std::size_t>(count), whole.key_lengths[static_cast<std::size_t>(batch)]);
    }
    inputs.key_lengths = lengths;
    const AttentionSizes one = Measure(inputs, options);
    OpResults results;
    OpResults unused;
    AttentionOutputs outputs;
    const Index rows = options.weighting == Weighting::kForward ? one.T : one.S;
    outputs.output = HeadRepeated(unused.Add("output", std::array<Index, 4>{1, 1, rows, one.Hv}), 0, 0, count);
    const Matrix pattern = results.Add("pattern", std::array{one.T, one.S});
    outputs.pattern = {pattern.data, {count, 1, one.T, one.S}, {0, 0, pattern.stride[0], 1}};
    AttentionOp(one, options, false).Forward(inputs, outputs);
    return results.ToJavaScript();
  });
}

OwnedTensors OpAttentionGradient(const NamedTensors& tensors, const Settings& settings) {
  return Guard([&] {
    OpInputs in(tensors, settings);
    const AttentionOptions options = ReadAttentionOptions(in);
    const AttentionInputs inputs = ReadAttentionInputs(in, options);
    const AttentionSizes sizes = Measure(inputs, options);
    const ConstTensor<4> grad_output = in.Tensor<4>("gradOutput");
    const Index rows = options.weighting == Weighting::kForward ? sizes.T : sizes.S;
    CheckShape("gradOutput", grad_output, {sizes.B, sizes.N, rows, sizes.Hv});

    OpResults results;
    AttentionGradients gradients;
    gradients.q = results.Add("gradQ", inputs.q.shape);
    gradients.k = results.Add("gradK", inputs.k.shape);
    gradients.v = results.Add("gradV", inputs.v.shape);
    if (inputs.past_key.data) gradients.past_key = results.Add("gradPastKey", inputs.past_key.shape);
    if (inputs.past_value.data) gradients.past_value = results.Add("gradPastValue", inputs.past_value.shape);
    gradients.bias = AddMaskGradient(in, results, inputs.bias);
    gradients.scale = results.Add("gradScale", std::array<Index, 1>{1}).data;
    const ScoreParameters& parameters = inputs.parameters;
    if (options.score == ScoreKind::kGeneral) {
      gradients.general = results.Add("parameters.weight", parameters.general.shape);
    }
    if (options.score == ScoreKind::kAdditive) {
      if (in.Has("parameters.weight")) {
        const Matrix weight = results.Add("parameters.weight", std::array{sizes.D, sizes.H + sizes.Hk});
        gradients.query_projection = weight.Columns(0, sizes.H);
        gradients.key_projection = weight.Columns(sizes.H, sizes.Hk);
      } else {
        gradients.query_projection = results.Add("parameters.query", parameters.query_projection.shape);
        gradients.key_projection = results.Add("parameters.key", parameters.key_projection.shape);
      }
      gradients.hidden = results.Add("parameters.hidden", std::array{sizes.D}).data;
      if (in.Has("parameters.bias")) gradients.additive_bias = results.Add("parameters.bias", std::array{sizes.D}).data;
    }
    AttentionOp(sizes, options, true).Backward(inputs, grad_output, gradients, in.Tensor<3>("advantage"));
    return results.ToJavaScript();
  });
}

}  // namespace attenscope
