// Offers linear attention to JavaScript.
#include "bindings/guard.h"
#include "bindings/ops.h"
#include "bindings/ops_choices.h"

namespace attenscope {

namespace {

LinearAttentionInputs ReadLinear(OpInputs& in) {
  return {in.Tensor<4>("q"), in.Tensor<4>("k"), in.Tensor<4>("v"), in.Tensor<4>("decay"), in.Tensor<3>("beta")};
}

LinearAttentionOptions ReadLinearOptions(const OpInputs& in) {
  return {in.Choose<LinearRule>("rule"), in.Setting<float>("scale")};
}

}  // namespace

OwnedTensors OpLinearAttention(const NamedTensors& tensors, const Settings& settings) {
  return Guard([&] {
    OpInputs in(tensors, settings);
    const LinearAttentionInputs inputs = ReadLinear(in);
    const auto [B, N, T, H] = inputs.q.shape;
    const Index Hv = inputs.v.shape[3];
    OpResults unused, results;
    const TensorView<float, 4> output = results.Add("output", std::array{B, N, T, Hv});
    const TensorView<float, 4> state = results.Add("state", std::array{B, inputs.k.shape[1], H, Hv});
    const TensorView<const float, 4> past = in.Tensor<4>("pastState");
    if (past.data) {
      CheckShape("pastState", past, state.shape);
      std::copy_n(past.data, past.size(), state.data);
    }
    float* scratch = unused.Add("scratch", std::array{static_cast<Index>(LinearAttentionScratch(inputs))}).data;
    LinearAttention(inputs, ReadLinearOptions(in), state, output, scratch);
    return results.ToJavaScript();
  });
}

OwnedTensors OpLinearAttentionGradient(const NamedTensors& tensors, const Settings& settings) {
  return Guard([&] {
    OpInputs in(tensors, settings);
    const LinearAttentionInputs inputs = ReadLinear(in);
    const TensorView<const float, 4> past = in.Tensor<4>("pastState");
    OpResults unused, results;
    LinearAttentionGradients gradients;
    gradients.q = results.Add("gradQ", inputs.q.shape);
    gradients.k = results.Add("gradK", inputs.k.shape);
    gradients.v = results.Add("gradV", inputs.v.shape);
    if (inputs.decay.data) gradients.decay = results.Add("gradDecay", inputs.decay.shape);
    if (inputs.beta.data) gradients.beta = results.Add("gradBeta", inputs.beta.shape);
    const std::array<Index, 4> state_shape{inputs.q.shape[0], inputs.k.shape[1], inputs.k.shape[3], inputs.v.shape[3]};
    const TensorView<float, 4> grad_state = (past.data ? results : unused).Add("gradPastState", state_shape);
    const TensorView<const float, 4> given = in.Tensor<4>("gradState");
    if (given.data) {
      CheckShape("gradState", given, state_shape);
      std::copy_n(given.data, given.size(), grad_state.data);
    }
    const Index floats = static_cast<Index>(LinearAttentionGradientScratch(inputs));
    float* scratch = unused.Add("scratch", std::array{floats}).data;
    LinearAttentionGradient(inputs, ReadLinearOptions(in), past, in.Tensor<4>("gradOutput"), grad_state, gradients,
                            scratch);
    return results.ToJavaScript();
  });
}

}  // namespace attenscope
