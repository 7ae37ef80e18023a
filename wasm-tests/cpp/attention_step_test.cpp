// Tests the attention of training against the attention library, whose gradients are tested against PyTorch.
#include "train/steps/attention_step.h"

#include <doctest/doctest.h>

#include "attention/attention_op.h"
#include "test_helpers.h"

namespace attenscope::testing {
namespace {

constexpr Index B = 2, N = 4, K = 2, T = 7, S = 9, H = 5;

/// Writes fixed numbers in the forward pass and a fixed gradient in the backward pass.
class SourceStep : public Step {
 public:
  SourceStep(const std::vector<float>& numbers, const Value* value) : numbers_(numbers), value_(value) {}
  void Forward(float*) override { std::copy(numbers_.begin(), numbers_.end(), value_->matrix.data); }
  /// Keeps the gradient, because its memory is used again after this step.
  void Backward(float*) override {
    const ConstMatrix read = value_->gradient->read();
    gradient.assign(read.data, read.data + read.size());
  }
  std::vector<float> gradient;

 private:
  const std::vector<float>& numbers_;
  const Value* value_;
};

class SinkStep : public Step {
 public:
  SinkStep(const std::vector<float>& gradient, const Value* value) : gradient_(gradient), value_(value) {}
  void Forward(float*) override {}
  void Backward(float*) override { std::copy(gradient_.begin(), gradient_.end(), value_->gradient->Written().data); }

 private:
  const std::vector<float>& gradient_;
  const Value* value_;
};

/// A tensor (B, heads, rows, H) whose heads stand side by side in the rows of a value (B·rows, heads·H).
template <class Float>
TensorView<Float, 4> Heads(Float* data, Index heads, Index rows) {
  return {data, {B, heads, rows, H}, {rows * heads * H, H, heads * H, 1}};
}

/// Compares outputs and gradients for one choice of options. `queries` are T or S.
void Compare(AttentionOptions options, Index queries, bool masked, const DistanceBiasParameters& distance = {}) {
  Random random(5);
  options.scale = 0.4f;
  const std::vector<float> q = random.Vector(B * queries * N * H, 2.0f), k = random.Vector(B * S * K * H, 2.0f),
                           v = random.Vector(B * S * K * H, 1.0f), grad = random.Vector(B * queries * N * H, 1.0f);
  std::vector<std::uint8_t> visible(static_cast<std::size_t>(B * S), 1);
  visible[2] = visible[S + 8] = visible[S] = 0;

  Graph graph;
  Value *gq = graph.NewValue(B * queries, N * H), *gk = graph.NewValue(B * S, K * H),
        *gv = graph.NewValue(B * S, K * H), *out = graph.NewValue(B * queries, N * H);
  std::vector<SourceStep*> sources;
  for (const auto& [numbers, value] : {std::pair(&q, gq), std::pair(&k, gk), std::pair(&v, gv)}) {
    auto step = std::make_unique<SourceStep>(*numbers, value);
    sources.push_back(step.get());
    graph.Append(std::move(step), {}, value);
  }
  AttentionOperands operands{.B = B,
                             .T = queries,
                             .S = S,
                             .N = N,
                             .K = K,
                             .H = H,
                             .q = gq,
                             .k = gk,
                             .v = gv,
                             .output = out,
                             .options = options,
                             .visible = masked ? visible.data() : nullptr,
                             .distance = distance,
                             .dropout = {}};
  graph.Append(std::make_unique<AttentionStep>(operands), {gq, gk, gv}, out);
  graph.Append(std::make_unique<SinkStep>(grad, out), {out}, nullptr);
  graph.Plan();
  graph.Forward();
  const std::vector<float> output(out->matrix.data, out->matrix.data + out->matrix.size());
  if (distance.buckets) std::fill_n(distance.buckets->gradient.Added().data, distance.buckets->matrix.size(), 0.0f);
  graph.Backward();

  AttentionInputs inputs;
  inputs.q = Heads(q.data(), N, queries);
  inputs.k = Heads(k.data(), K, S);
  inputs.v = Heads(v.data(), K, S);
  if (masked) inputs.allowed = {visible.data(), {B, N, queries, S}, {S, 0, 0, 1}};
  std::vector<float> bias, grad_bias;
  if (distance.buckets) {
    bias.resize(static_cast<std::size_t>(N * queries * S));
    grad_bias.resize(bias.size());
    T5Bias(distance.options, ConstMatrix(distance.buckets->matrix.data, {distance.options.buckets, N}), 0,
           {bias.data(), {N, queries, S}});
    inputs.bias = {bias.data(), {B, N, queries, S}, {0, queries * S, S, 1}};
  }
  AttentionOp op(Measure(inputs, options), options, true);
  std::vector<float> expected(output.size()), grad_q(q.size()), grad_k(k.size()), grad_v(v.size());
  AttentionOutputs outputs;
  outputs.output = Heads(expected.data(), N, queries);
  op.Forward(inputs, outputs);
  AttentionGradients gradients;
  gradients.q = Heads(grad_q.data(), N, queries);
  gradients.k = Heads(grad_k.data(), K, S);
  gradients.v = Heads(grad_v.data(), K, S);
  if (distance.buckets) gradients.bias = {grad_bias.data(), {B, N, queries, S}, {0, queries * S, S, 1}};
  op.Backward(inputs, Heads(grad.data(), N, queries), gradients);

  const auto check = [](const std::vector<float>& found, const std::vector<float>& wanted) {
    REQUIRE(found.size() == wanted.size());
    for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == doctest::Approx(wanted[i]).epsilon(2e-5));
  };
  check(output, expected);
  check(sources[0]->gradient, grad_q);
  check(sources[1]->gradient, grad_k);
  check(sources[2]->gradient, grad_v);
  if (!distance.buckets) return;
  std::vector<float> table(static_cast<std::size_t>(distance.buckets->matrix.size()));
  T5BiasGradient(distance.options, {grad_bias.data(), {N, queries, S}}, 0,
                 Matrix(table.data(), {distance.options.buckets, N}));
  const ConstMatrix found = distance.buckets->gradient.read();
  check({found.data, found.data + found.size()}, table);
}

}  // namespace

TEST_CASE("attention in training agrees with the library: masks") {
  Compare({}, T, false);
  Compare({}, T, true);
  AttentionOptions options;
  options.visible.causal = true;
  Compare(options, S, false);
  Compare(options, S, true);
  options.visible.window_left = 3;
  Compare(options, S, false);
}

TEST_CASE("attention in training agrees with the library: squashes and normalisers") {
  for (const Normalizer normalizer : {Normalizer::kSoftmax, Normalizer::kTanh, Normalizer::kSigmoid,
                                      Normalizer::kSparsemax, Normalizer::kEntmax15, Normalizer::kNone}) {
    AttentionOptions options;
    options.normalizer = normalizer;
    options.visible.causal = true;
    Compare(options, S, false);
    options.softcap = 1.5f;
    Compare(options, S, true);
    options.squash = Squash::kTanh;
    Compare(options, S, false);
  }
}

TEST_CASE("attention in training agrees with the library: learned distances") {
  Random random(9);
  std::vector<float> numbers = random.Vector(8 * N, 1.0f), gradient(static_cast<std::size_t>(8 * N));
  Parameter table{"distance_bias.weight", {8 * N}, Matrix(numbers.data(), {1, 8 * N}), {}};
  table.gradient.Place(Matrix(gradient.data(), {1, 8 * N}));
  Compare({}, S, true, {&table, {.buckets = 8, .max_distance = 6, .bidirectional = true}, false});
  AttentionOptions options;
  options.visible.causal = true;
  Compare(options, S, false, {&table, {.buckets = 8, .max_distance = 9, .bidirectional = false}, false});
}

}  // namespace attenscope::testing
