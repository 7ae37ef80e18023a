// Offers multi-head attention, pooling and combination to JavaScript.
#include "attention/pooling.h"
#include "bindings/attention_values.h"
#include "bindings/guard.h"
#include "bindings/ops.h"
#include "bindings/ops_choices.h"

namespace attenscope {

namespace {

/// Reads a projection: the tensors `name`.weight and `name`.bias and the setting `name`.activation. Returns a
/// projection without weight if the tensor is missing.
Projection ReadProjection(OpInputs& in, const std::string& name) {
  Projection projection;
  projection.weight = in.Tensor<2>((name + ".weight").c_str());
  if (!projection.weight.data) return projection;
  projection.bias = in.Vector<float>((name + ".bias").c_str());
  projection.activation = in.Choose<Activation>((name + ".activation").c_str());
  return projection;
}

ProjectionGradient AddProjectionGradient(OpResults& results, const std::string& name, const Projection& projection) {
  ProjectionGradient gradient;
  if (!projection.weight.data) return gradient;
  gradient.weight = results.Add((name + ".weight").c_str(), projection.weight.shape);
  if (projection.bias.data()) {
    gradient.bias = results.Add((name + ".bias").c_str(), std::array{static_cast<Index>(projection.bias.size())}).data;
  }
  return gradient;
}

/// The inputs that the forward and the backward pass of multi-head attention share.
struct MultiHeadCall {
  MultiHeadInputs inputs;
  MultiHeadSizes sizes{};
  HeadSharing sharing;
};

MultiHeadCall ReadMultiHead(OpInputs& in) {
  MultiHeadCall call;
  MultiHeadInputs& inputs = call.inputs;
  inputs.x = in.Tensor<3>("x");
  inputs.context = in.Has("context") ? in.Tensor<3>("context") : inputs.x;
  inputs.parameters = {ReadProjection(in, "query"), ReadProjection(in, "key"), ReadProjection(in, "value"),
                       ReadProjection(in, "output")};
  inputs.past_key = in.Tensor<4>("pastKey");
  inputs.past_value = in.Tensor<4>("pastValue");
  MultiHeadSizes& sizes = call.sizes;
  sizes.B = inputs.x.shape[0];
  sizes.T = inputs.x.shape[1];
  sizes.P = inputs.past_key.shape[2];
  sizes.S = sizes.P + inputs.context.shape[1];
  sizes.C = inputs.x.shape[2];
  sizes.context_width = inputs.context.shape[2];
  CheckShape("context", inputs.context, {sizes.B, sizes.S - sizes.P, sizes.context_width});
  sizes.N = in.Setting<Index>("heads");
  sizes.K = in.Setting<Index>("keyValueHeads");
  sizes.H = in.Setting<Index>("headWidth");
  sizes.Hv = in.Setting<Index>("valueWidth");
  sizes.output_width = in.Setting<Index>("outputWidth");
  if (inputs.past_key.data) CheckShape("pastKey", inputs.past_key, {sizes.B, sizes.K, sizes.P, sizes.H});
  if (inputs.past_value.data) CheckShape("pastValue", inputs.past_value, {sizes.B, sizes.K, sizes.P, sizes.Hv});
  const std::array<Index, 4> whole{sizes.B, sizes.N, sizes.T, sizes.S};
  inputs.allowed = in.Repeated<std::uint8_t>("allowed", "mask", whole);
  inputs.bias = in.Repeated<float>("bias", "mask", whole);
  inputs.key_lengths = in.Vector<std::int32_t>("keyLengths");
  call.sharing = in.Choose<HeadSharing>("sharing");
  return call;
}

/// The inputs that the forward and the backward pass of a pooling share.
struct PoolCall {
  TensorView<const float, 3> x;
  PoolingParameters parameters;
  AttentionInputs inputs;
  AttentionOptions options;
};

PoolCall ReadPool(OpInputs& in) {
  PoolCall call;
  call.x = in.Tensor<3>("x");
  call.parameters = {in.Vector<float>("parameters.query"), in.Tensor<2>("parameters.weight"),
                     in.Vector<float>("parameters.bias"), in.Vector<float>("parameters.hidden")};
  const std::array<Index, 2> whole{call.x.shape[0], call.x.shape[1]};
  const auto allowed = in.Repeated<std::uint8_t>("allowed", "mask", whole);
  call.inputs = PoolingInputs(call.x, call.parameters, allowed, in.Repeated<float>("bias", "mask", whole));
  call.inputs.key_lengths = in.Vector<std::int32_t>("keyLengths");
  call.options = ReadAttentionOptions(in);
  return call;
}

}  // namespace

OwnedTensors OpMultiHead(const NamedTensors& tensors, const Settings& settings) {
  return Guard([&] {
    OpInputs in(tensors, settings);
    const MultiHeadCall call = ReadMultiHead(in);
    const auto [B, T, P, S, C, context_width, N, K, H, Hv, Co] = call.sizes;
    OpResults results;
    MultiHeadOutputs outputs;
    outputs.output = results.Add("output", std::array{B, T, Co});
    outputs.heads.output = results.Add("heads", std::array{B, N, T, Hv});
    outputs.present_key = results.Add("presentKey", std::array{B, K, S, H});
    outputs.present_value = results.Add("presentValue", std::array{B, K, S, Hv});
    AddStages(in, results, {B, N, T, S}, outputs.heads);
    MultiHeadOp(call.sizes, call.sharing, ReadAttentionOptions(in), false).Forward(call.inputs, outputs);
    return results.ToJavaScript();
  });
}

OwnedTensors OpMultiHeadGradient(const NamedTensors& tensors, const Settings& settings) {
  return Guard([&] {
    OpInputs in(tensors, settings);
    const MultiHeadCall call = ReadMultiHead(in);
    const MultiHeadInputs& inputs = call.inputs;
    const MultiHeadSizes& sizes = call.sizes;
    const std::array<Index, 3> output_shape{sizes.B, sizes.T, sizes.output_width};
    const TensorView<const float, 3> grad_output = in.Tensor<3>("gradOutput");
    CheckShape("gradOutput", grad_output, output_shape);
    OpResults unused, results;
    MultiHeadOp op(sizes, call.sharing, ReadAttentionOptions(in), true);
    MultiHeadOutputs outputs;
    outputs.output = unused.Add("output", output_shape);
    op.Forward(inputs, outputs);
    MultiHeadGradients gradients;
    gradients.x = results.Add("gradX", inputs.x.shape);
    gradients.context = in.Has("context") ? results.Add("gradContext", inputs.context.shape) : gradients.x;
    gradients.query = AddProjectionGradient(results, "query", inputs.parameters.query);
    gradients.key = AddProjectionGradient(results, "key", inputs.parameters.key);
    gradients.value = AddProjectionGradient(results, "value", inputs.parameters.value);
    gradients.output = AddProjectionGradient(results, "output", inputs.parameters.output);
    if (inputs.past_key.data) gradients.past_key = results.Add("gradPastKey", inputs.past_key.shape);
    if (inputs.past_value.data) gradients.past_value = results.Add("gradPastValue", inputs.past_value.shape);
    gradients.bias = AddMaskGradient(in, results, inputs.bias);
    op.Backward(inputs, grad_output, gradients);
    return results.ToJavaScript();
  });
}

OwnedTensors OpPool(const NamedTensors& tensors, const Settings& settings) {
  return Guard([&] {
    OpInputs in(tensors, settings);
    const PoolCall call = ReadPool(in);
    const auto [B, S, C] = call.x.shape;
    OpResults results;
    AttentionOutputs outputs;
    outputs.output = {results.Add("output", std::array{B, C}).data, {B, 1, 1, C}};
    outputs.pattern = {results.Add("pattern", std::array{B, S}).data, {B, 1, 1, S}};
    AttentionOp(Measure(call.inputs, call.options), call.options, false).Forward(call.inputs, outputs);
    return results.ToJavaScript();
  });
}

OwnedTensors OpPoolGradient(const NamedTensors& tensors, const Settings& settings) {
  return Guard([&] {
    OpInputs in(tensors, settings);
    const PoolCall call = ReadPool(in);
    const auto [B, S, C] = call.x.shape;
    const AttentionSizes sizes = Measure(call.inputs, call.options);
    const ConstMatrix grad_output = in.Tensor<2>("gradOutput");
    CheckShape("gradOutput", grad_output, {B, C});
    OpResults results;
    AttentionGradients gradients;
    gradients.k = gradients.v = {results.Add("gradX", call.x.shape).data, {B, 1, S, C}};
    gradients.bias = AddMaskGradient(in, results, call.inputs.bias);
    if (call.parameters.additive()) {
      gradients.key_projection = results.Add("parameters.weight", call.parameters.projection.shape);
      gradients.hidden = results.Add("parameters.hidden", std::array{sizes.D}).data;
      if (call.parameters.bias.data()) {
        gradients.additive_bias = results.Add("parameters.bias", std::array{sizes.D}).data;
      }
    } else {
      gradients.q = {results.Add("parameters.query", std::array{sizes.H}).data, {B, 1, 1, sizes.H}, {0, 0, 0, 1}};
    }
    AttentionOp(sizes, call.options, true).Backward(call.inputs, {grad_output.data, {B, 1, 1, C}}, gradients);
    return results.ToJavaScript();
  });
}

OwnedTensors OpCombine(const NamedTensors& tensors, const Settings& settings) {
  return Guard([&] {
    OpInputs in(tensors, settings);
    const ConstMatrix state = in.Tensor<2>("state");
    const ConstMatrix context = in.Tensor<2>("context");
    CheckShape("context", context, {state.shape[0], context.shape[1]});
    const Index width = in.Setting<Index>("width");
    OpResults results;
    const Matrix output = results.Add("output", std::array{state.shape[0], width});
    CombineOp(in.Choose<Combination>("how"), state.shape[0], state.shape[1], context.shape[1], width)
        .Forward(state, context, ReadProjection(in, "parameters"), output);
    return results.ToJavaScript();
  });
}

OwnedTensors OpCombineGradient(const NamedTensors& tensors, const Settings& settings) {
  return Guard([&] {
    OpInputs in(tensors, settings);
    const ConstMatrix state = in.Tensor<2>("state");
    const ConstMatrix context = in.Tensor<2>("context");
    CheckShape("context", context, {state.shape[0], context.shape[1]});
    const Index width = in.Setting<Index>("width");
    const ConstMatrix grad_output = in.Tensor<2>("gradOutput");
    CheckShape("gradOutput", grad_output, {state.shape[0], width});
    const Projection projection = ReadProjection(in, "parameters");
    OpResults unused, results;
    CombineOp op(in.Choose<Combination>("how"), state.shape[0], state.shape[1], context.shape[1], width);
    op.Forward(state, context, projection, unused.Add("output", grad_output.shape));
    const Matrix grad_state = results.Add("gradState", state.shape);
    const Matrix grad_context = results.Add("gradContext", context.shape);
    op.Backward(state, context, projection, grad_output, grad_state, grad_context,
                AddProjectionGradient(results, "parameters", projection));
    return results.ToJavaScript();
  });
}

}  // namespace attenscope
