// Offers the rotation of vectors and the position encodings to JavaScript.
#include "bindings/guard.h"
#include "bindings/ops.h"
#include "bindings/ops_choices.h"
#include "position/alibi.h"
#include "position/learned.h"
#include "position/powers_of_two.h"
#include "position/rotary.h"
#include "position/sinusoidal.h"
#include "position/t5_buckets.h"

namespace attenscope {

namespace {

RotaryScaling ReadScaling(const OpInputs& in) {
  RotaryScaling scaling;
  scaling.kind = in.Choose<RotaryScalingKind>("scaling");
  scaling.factor = in.Setting<double>("factor");
  scaling.original_length = in.Setting<Index>("originalLength");
  scaling.length = in.Setting<Index>("textLength");
  scaling.low_frequency_factor = in.Setting<double>("lowFrequencyFactor");
  scaling.high_frequency_factor = in.Setting<double>("highFrequencyFactor");
  scaling.beta_fast = in.Setting<double>("betaFast");
  scaling.beta_slow = in.Setting<double>("betaSlow");
  return scaling;
}

/// Computes the cosines and sines (T, W/2) of the positions that `position(t)` returns.
template <class Position>
void FillTables(const OpInputs& in, Position position, Matrix cosines, Matrix sines) {
  std::vector<double> frequencies(static_cast<std::size_t>(cosines.shape[1]));
  const double factor =
      RotaryFrequencies(in.Setting<Index>("width"), in.Setting<double>("base"), ReadScaling(in), frequencies.data());
  for (Index t = 0; t < cosines.shape[0]; ++t) {
    RotaryTables(frequencies.data(), factor, position(t), cosines.Rows(t, 1), sines.Rows(t, 1));
  }
}

T5BucketOptions ReadBuckets(const OpInputs& in) {
  return {in.Setting<Index>("buckets"), in.Setting<Index>("maxDistance"), in.Flag("bidirectional")};
}

}  // namespace

OwnedTensors OpRotary(const NamedTensors& tensors, const Settings& settings) {
  return Guard([&] {
    OpInputs in(tensors, settings);
    const TensorView<const float, 4> x = in.Tensor<4>("x");
    const Index B = x.shape[0];
    const Index T = x.shape[2];
    const TensorView<const std::int32_t, 2> positions = in.Tensor<2, std::int32_t>("positions");
    OpResults tables, results;
    RotaryAnglesView angles;
    if (in.Has("cos") && positions.data) {
      const ConstMatrix cosines = in.Tensor<2>("cos");
      const ConstMatrix sines = in.Tensor<2>("sin");
      angles = {{cosines.data, {1, cosines.shape[0], cosines.shape[1]}},
                {sines.data, {1, sines.shape[0], sines.shape[1]}},
                positions};
    } else if (in.Has("cos")) {
      angles = {in.Tensor<3>("cos"), in.Tensor<3>("sin"), {}};
    } else {
      const Index half = in.Setting<Index>("halfWidth");
      const TensorView<float, 3> cosines = tables.Add("cos", std::array{B, T, half});
      const TensorView<float, 3> sines = tables.Add("sin", std::array{B, T, half});
      for (Index b = 0; b < B; ++b) {
        FillTables(in, [&](Index t) { return static_cast<Index>(positions(b, t)); }, cosines[b], sines[b]);
      }
      angles = {cosines, sines, {}};
    }
    const TensorView<float, 4> y = results.Add("y", x.shape);
    Rotate(simd::DefaultArch{}, in.Flag("interleaved") ? RotaryPairs::kNeighbours : RotaryPairs::kHalves,
           in.Flag("backward") ? RotaryTurn::kBackward : RotaryTurn::kForward, angles, x, y);
    return results.ToJavaScript();
  });
}

OwnedTensors OpPosition(const NamedTensors& tensors, const Settings& settings) {
  return Guard([&] {
    OpInputs in(tensors, settings);
    const Index first = in.Setting<Index>("first");
    const Index T = in.Setting<Index>("length");
    const Index S = in.Setting<Index>("keys");
    const Index width = in.Setting<Index>("width");
    OpResults results;
    switch (in.Choose<PositionEncoding>("kind")) {
      case PositionEncoding::kSinusoidal: {
        const auto layout = in.Flag("halves") ? SinusoidalLayout::kHalves : SinusoidalLayout::kInterleaved;
        SinusoidalEncoding({in.Setting<double>("base"), layout, first}, results.Add("encoding", std::array{T, width}));
        break;
      }
      case PositionEncoding::kPowersOfTwo:
        PowersOfTwoEncoding(first, results.Add("encoding", std::array{T, width}));
        break;
      case PositionEncoding::kLearned: {
        const ConstMatrix table = in.Tensor<2>("table");
        LearnedEncoding(table, in.Vector<std::int32_t>("positions"),
                        results.Add("encoding", std::array{T, table.shape[1]}));
        break;
      }
      case PositionEncoding::kRotary: {
        const Index half = in.Setting<Index>("halfWidth");
        const Matrix cosines = results.Add("cos", std::array{T, half});
        const Matrix sines = results.Add("sin", std::array{T, half});
        FillTables(in, [&](Index t) { return first + t; }, cosines, sines);
        break;
      }
      case PositionEncoding::kAlibi: {
        const Index N = in.Setting<Index>("heads");
        const TensorView<float, 1> slopes = results.Add("slopes", std::array{N});
        AlibiSlopes(N, slopes.data);
        AlibiBias(slopes.data, first, results.Add("encoding", std::array{N, T, S}));
        break;
      }
      case PositionEncoding::kT5: {
        const ConstMatrix table = in.Tensor<2>("table");
        T5Bias(ReadBuckets(in), table, first, results.Add("encoding", std::array{table.shape[1], T, S}));
        break;
      }
    }
    return results.ToJavaScript();
  });
}

OwnedTensors OpPositionGradient(const NamedTensors& tensors, const Settings& settings) {
  return Guard([&] {
    OpInputs in(tensors, settings);
    OpResults results;
    const ConstMatrix table = in.Tensor<2>("table");
    const Matrix grad_table = results.Add("gradTable", table.shape);
    if (in.Choose<PositionEncoding>("kind") == PositionEncoding::kLearned) {
      LearnedEncodingGradient(in.Tensor<2>("gradOutput"), in.Vector<std::int32_t>("positions"), grad_table);
    } else {
      T5BiasGradient(ReadBuckets(in), in.Tensor<3>("gradOutput"), in.Setting<Index>("first"), grad_table);
    }
    return results.ToJavaScript();
  });
}

}  // namespace attenscope
