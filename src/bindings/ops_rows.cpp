// Offers softmax, log-softmax and the norms to JavaScript.
#include "bindings/guard.h"
#include "bindings/ops.h"
#include "kernels/norms.h"
#include "kernels/softmax.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

/// The input of a norm as rows, its parameters repeated to the length of a row, and memory for the statistics.
struct NormInputs {
  AnyTensor<float> x, weight, bias;
  ConstMatrix rows;
  std::vector<float> row_weight, row_bias;
  bool layer;
  float epsilon;
};

NormInputs ReadNorm(OpInputs& in) {
  NormInputs norm{in.Any<float>("x"), in.Any<float>("weight"),     in.Any<float>("bias"), {}, {}, {},
                  in.Flag("centred"), in.Setting<float>("epsilon")};
  const Index axis = ResolveAxis(norm.x.shape, in.Setting<Index>("axis"));
  const AxisSplit split = SplitFrom(norm.x.shape, axis);
  norm.rows = {norm.x.data, {split.outer, split.length}};
  const auto written_out = [&](const char* name, const AnyTensor<float>& parameter) {
    std::vector<float> row;
    if (!parameter.data) return row;
    row.resize(static_cast<std::size_t>(split.length));
    Broadcast(name, parameter.data, parameter.shape, std::span(norm.x.shape).subspan(static_cast<std::size_t>(axis)),
              row.data());
    return row;
  };
  norm.row_weight = written_out("weight", norm.weight);
  norm.row_bias = written_out("bias", norm.bias);
  return norm;
}

const float* OrNull(const std::vector<float>& row) { return row.empty() ? nullptr : row.data(); }

void Forward(const NormInputs& norm, Matrix y, NormStatistics statistics) {
  if (norm.layer) {
    LayerNorm(Arch{}, norm.rows, OrNull(norm.row_weight), OrNull(norm.row_bias), norm.epsilon, y, statistics);
  } else {
    RmsNorm(Arch{}, norm.rows, OrNull(norm.row_weight), norm.epsilon, y, statistics);
  }
}

}  // namespace

OwnedTensors OpSoftmax(const NamedTensors& tensors, const Settings& settings) {
  return Guard([&] {
    OpInputs in(tensors, settings);
    const AnyTensor<float> x = in.Any<float>("x");
    const AxisSplit split = SplitAt(x.shape, in.Setting<Index>("axis"));
    OpResults results;
    float* y = results.Add("y", x.shape);
    in.Flag("log") ? LogSoftmaxAlong(Arch{}, x.data, split, y) : SoftmaxAlong(Arch{}, x.data, split, y);
    return results.ToJavaScript();
  });
}

OwnedTensors OpSoftmaxGradient(const NamedTensors& tensors, const Settings& settings) {
  return Guard([&] {
    OpInputs in(tensors, settings);
    const AnyTensor<float> x = in.Any<float>("x");
    const AnyTensor<float> grad_y = in.Any<float>("gradOutput");
    const AxisSplit split = SplitAt(x.shape, in.Setting<Index>("axis"));
    if (grad_y.shape != x.shape) {
      throw Error(ErrorCode::kShape,
                  "gradOutput: has shape " + ShapeText(grad_y.shape) + ", expected " + ShapeText(x.shape));
    }
    OpResults unused, results;
    float* y = unused.Add("y", x.shape);
    float* grad_x = results.Add("gradX", x.shape);
    if (in.Flag("log")) {
      LogSoftmaxAlong(Arch{}, x.data, split, y);
      LogSoftmaxAlongGradient(Arch{}, y, grad_y.data, split, grad_x);
    } else {
      SoftmaxAlong(Arch{}, x.data, split, y);
      SoftmaxAlongGradient(Arch{}, y, grad_y.data, split, grad_x);
    }
    return results.ToJavaScript();
  });
}

OwnedTensors OpNorm(const NamedTensors& tensors, const Settings& settings) {
  return Guard([&] {
    OpInputs in(tensors, settings);
    const NormInputs norm = ReadNorm(in);
    OpResults results;
    const Matrix y{results.Add("y", norm.x.shape), norm.rows.shape};
    NormStatistics statistics;
    statistics.inverse = results.Add("inverse", std::array{norm.rows.shape[0]}).data;
    if (norm.layer) statistics.mean = results.Add("mean", std::array{norm.rows.shape[0]}).data;
    Forward(norm, y, statistics);
    return results.ToJavaScript();
  });
}

OwnedTensors OpNormGradient(const NamedTensors& tensors, const Settings& settings) {
  return Guard([&] {
    OpInputs in(tensors, settings);
    const NormInputs norm = ReadNorm(in);
    const AnyTensor<float> grad_y = in.Any<float>("gradOutput");
    if (grad_y.shape != norm.x.shape) {
      throw Error(ErrorCode::kShape,
                  "gradOutput: has shape " + ShapeText(grad_y.shape) + ", expected " + ShapeText(norm.x.shape));
    }
    const auto [rows, length] = norm.rows.shape;
    OpResults unused, results;
    const Matrix y = unused.Add("y", norm.rows.shape);
    const NormStatistics statistics{unused.Add("mean", std::array{rows}).data,
                                    unused.Add("inverse", std::array{rows}).data};
    Forward(norm, y, statistics);

    NormGradients gradients;
    gradients.x = {results.Add("gradX", norm.x.shape), norm.rows.shape};
    if (norm.weight.data) gradients.weight = unused.Add("weight", std::array{length}).data;
    if (norm.bias.data) gradients.bias = unused.Add("bias", std::array{length}).data;
    const ConstMatrix grad_rows(grad_y.data, norm.rows.shape);
    if (norm.layer) {
      LayerNormGradient(Arch{}, norm.rows, OrNull(norm.row_weight), statistics, grad_rows, gradients);
    } else {
      RmsNormGradient(Arch{}, norm.rows, OrNull(norm.row_weight), statistics, grad_rows, gradients);
    }
    const auto row_shape =
        std::span(norm.x.shape).subspan(static_cast<std::size_t>(ResolveAxis(norm.x.shape, in.Setting<Index>("axis"))));
    const auto gather = [&](const char* name, const AnyTensor<float>& parameter, const float* gradient) {
      if (!parameter.data) return;
      BroadcastGradient(name, gradient, parameter.shape, row_shape, results.Add(name, parameter.shape));
    };
    gather("gradWeight", norm.weight, gradients.weight);
    gather("gradBias", norm.bias, gradients.bias);
    return results.ToJavaScript();
  });
}

}  // namespace attenscope
