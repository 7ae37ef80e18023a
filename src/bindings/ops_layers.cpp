// Multi-head attention, pooling and combination for JavaScript.
#include "attention/combine.h"
#include "attention/multi_head.h"
#include "attention/pooling.h"
#include "bindings/attention_values.h"
#include "bindings/guard.h"
#include "bindings/ops.h"

namespace attenscope {

namespace {

/// The tensors `name`.weight and `name`.bias and the setting `name`.activation, of a projection that may be missing.
Projection ReadProjection(OpInputs& in, const std::string& name) {
  Projection projection;
  projection.weight = in.Tensor<2>((name + ".weight").c_str());
  if (!projection.weight.data) return projection;
  projection.bias = in.Vector<float>((name + ".bias").c_str());
  projection.activation = in.Choice<Activation>((name + ".activation").c_str(), {{"none", Activation::kNone},
                                                                                 {"relu", Activation::kRelu},
                                                                                 {"tanh", Activation::kTanh},
                                                                                 {"sigmoid", Activation::kSigmoid}});
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

/// What both directions of multi-head attention begin with.
struct MultiHeadCall {
  TensorView<const float, 3> x, context;
  MultiHeadParameters parameters;
  MultiHeadSizes sizes{};
  TensorView<const std::uint8_t, 4> allowed;
  HeadSharing sharing;
};

MultiHeadCall ReadMultiHead(OpInputs& in) {
  MultiHeadCall call;
  call.x = in.Tensor<3>("x");
  call.context = in.Has("context") ? in.Tensor<3>("context") : call.x;
  call.parameters = {ReadProjection(in, "query"), ReadProjection(in, "key"), ReadProjection(in, "value"),
                     ReadProjection(in, "output")};
  MultiHeadSizes& sizes = call.sizes;
  sizes.B = call.x.shape[0];
  sizes.T = call.x.shape[1];
  sizes.S = call.context.shape[1];
  sizes.C = call.x.shape[2];
  sizes.context_width = call.context.shape[2];
  CheckShape("context", call.context, {sizes.B, sizes.S, sizes.context_width});
  sizes.N = in.Setting<Index>("heads");
  sizes.K = in.Setting<Index>("keyValueHeads");
  sizes.H = in.Setting<Index>("headWidth");
  sizes.Hv = in.Setting<Index>("valueWidth");
  sizes.output_width = in.Setting<Index>("outputWidth");
  call.allowed = in.Repeated<std::uint8_t>("allowed", "mask", std::array{sizes.B, sizes.N, sizes.T, sizes.S});
  call.sharing = in.Choice<HeadSharing>(
      "sharing",
      {{"separate", HeadSharing::kSeparate}, {"shared", HeadSharing::kShared}, {"chained", HeadSharing::kChained}});
  return call;
}

PoolingParameters ReadPooling(OpInputs& in) {
  return {in.Vector<float>("parameters.query"), in.Tensor<2>("parameters.weight"), in.Vector<float>("parameters.bias"),
          in.Vector<float>("parameters.hidden")};
}

Combination ReadCombination(const OpInputs& in) {
  return in.Choice<Combination>(
      "how", {{"concat", Combination::kConcat}, {"sum", Combination::kSum}, {"gate", Combination::kGate}});
}

}  // namespace

/// Results output (B, T, Co), heads (B, N, T, Hv) and, where the setting pattern is true, pattern (B, N, T, S).
OwnedTensors OpMultiHead(const NamedTensors& tensors, const Settings& settings) {
  return Guard([&] {
    OpInputs in(tensors, settings);
    const MultiHeadCall call = ReadMultiHead(in);
    const auto [B, T, S, C, context_width, N, K, H, Hv, Co] = call.sizes;
    OpResults results;
    const TensorView<float, 3> output = results.Add("output", std::array{B, T, Co});
    const TensorView<float, 4> heads = results.Add("heads", std::array{B, N, T, Hv});
    const auto pattern = in.Flag("pattern") ? results.Add("pattern", std::array{B, N, T, S}) : TensorView<float, 4>{};
    MultiHeadOp(call.sizes, call.sharing, ReadAttentionOptions(in), false)
        .Forward(call.x, call.context, call.parameters, call.allowed, output, heads, pattern);
    return results.ToJavaScript();
  });
}

/// Results gradX, gradContext where there is a context, and those of the projections under the names of these.
OwnedTensors OpMultiHeadGradient(const NamedTensors& tensors, const Settings& settings) {
  return Guard([&] {
    OpInputs in(tensors, settings);
    const MultiHeadCall call = ReadMultiHead(in);
    const auto [B, T, S, C, context_width, N, K, H, Hv, Co] = call.sizes;
    const TensorView<const float, 3> grad_output = in.Tensor<3>("gradOutput");
    CheckShape("gradOutput", grad_output, {B, T, Co});
    OpResults unused, results;
    MultiHeadOp op(call.sizes, call.sharing, ReadAttentionOptions(in), true);
    op.Forward(call.x, call.context, call.parameters, call.allowed, unused.Add("output", std::array{B, T, Co}), {}, {});
    MultiHeadGradients gradients;
    gradients.x = results.Add("gradX", call.x.shape);
    gradients.context = in.Has("context") ? results.Add("gradContext", call.context.shape) : gradients.x;
    gradients.query = AddProjectionGradient(results, "query", call.parameters.query);
    gradients.key = AddProjectionGradient(results, "key", call.parameters.key);
    gradients.value = AddProjectionGradient(results, "value", call.parameters.value);
    gradients.output = AddProjectionGradient(results, "output", call.parameters.output);
    op.Backward(call.x, call.context, call.parameters, call.allowed, grad_output, gradients);
    return results.ToJavaScript();
  });
}

/// Results output (B, C) and pattern (B, S).
OwnedTensors OpPool(const NamedTensors& tensors, const Settings& settings) {
  return Guard([&] {
    OpInputs in(tensors, settings);
    const TensorView<const float, 3> x = in.Tensor<3>("x");
    const auto [B, S, C] = x.shape;
    const auto allowed = in.Repeated<std::uint8_t>("allowed", "mask", std::array{B, S});
    const AttentionInputs inputs = PoolingInputs(x, ReadPooling(in), allowed);
    const AttentionOptions options = ReadAttentionOptions(in);
    OpResults results;
    AttentionOutputs outputs;
    outputs.output = {results.Add("output", std::array{B, C}).data, {B, 1, 1, C}};
    outputs.pattern = {results.Add("pattern", std::array{B, S}).data, {B, 1, 1, S}};
    AttentionOp(Measure(inputs, options), options, false).Forward(inputs, outputs);
    return results.ToJavaScript();
  });
}

/// Results gradX, and those of the parameters under the names of these.
OwnedTensors OpPoolGradient(const NamedTensors& tensors, const Settings& settings) {
  return Guard([&] {
    OpInputs in(tensors, settings);
    const TensorView<const float, 3> x = in.Tensor<3>("x");
    const auto [B, S, C] = x.shape;
    const auto allowed = in.Repeated<std::uint8_t>("allowed", "mask", std::array{B, S});
    const PoolingParameters parameters = ReadPooling(in);
    const AttentionInputs inputs = PoolingInputs(x, parameters, allowed);
    const AttentionOptions options = ReadAttentionOptions(in);
    const AttentionSizes sizes = Measure(inputs, options);
    const ConstMatrix grad_output = in.Tensor<2>("gradOutput");
    CheckShape("gradOutput", grad_output, {B, C});
    OpResults results;
    AttentionGradients gradients;
    gradients.k = gradients.v = {results.Add("gradX", x.shape).data, {B, 1, S, C}};
    if (parameters.additive()) {
      gradients.key_projection = results.Add("parameters.weight", parameters.projection.shape);
      gradients.hidden = results.Add("parameters.hidden", std::array{sizes.D}).data;
      if (parameters.bias.data()) gradients.additive_bias = results.Add("parameters.bias", std::array{sizes.D}).data;
    } else {
      gradients.q = {results.Add("parameters.query", std::array{sizes.H}).data, {B, 1, 1, sizes.H}, {0, 0, 0, 1}};
    }
    AttentionOp(sizes, options, true).Backward(inputs, {grad_output.data, {B, 1, 1, C}}, gradients);
    return results.ToJavaScript();
  });
}

/// Result output (M, width) of state (M, Cs) and context (M, Cc).
OwnedTensors OpCombine(const NamedTensors& tensors, const Settings& settings) {
  return Guard([&] {
    OpInputs in(tensors, settings);
    const ConstMatrix state = in.Tensor<2>("state");
    const ConstMatrix context = in.Tensor<2>("context");
    CheckShape("context", context, {state.shape[0], context.shape[1]});
    const Index width = in.Setting<Index>("width");
    OpResults results;
    const Matrix output = results.Add("output", std::array{state.shape[0], width});
    CombineOp(ReadCombination(in), state.shape[0], state.shape[1], context.shape[1], width)
        .Forward(state, context, ReadProjection(in, "parameters"), output);
    return results.ToJavaScript();
  });
}

/// Results gradState, gradContext, and those of the projection under the names of its tensors.
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
    CombineOp op(ReadCombination(in), state.shape[0], state.shape[1], context.shape[1], width);
    op.Forward(state, context, projection, unused.Add("output", grad_output.shape));
    const Matrix grad_state = results.Add("gradState", state.shape);
    const Matrix grad_context = results.Add("gradContext", context.shape);
    op.Backward(state, context, projection, grad_output, grad_state, grad_context,
                AddProjectionGradient(results, "parameters", projection));
    return results.ToJavaScript();
  });
}

}  // namespace attenscope
