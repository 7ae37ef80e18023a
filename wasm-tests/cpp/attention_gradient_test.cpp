// Compares the gradients of attention with central differences of the float64 reference.
#include "attention_op_helpers.h"

namespace attenscope {

using testing::AttentionCase;
using testing::Doubles;
using testing::ForEveryForm;
using testing::HeldCase;
using testing::MakeCase;
using testing::Random;
using testing::WithoutAllocating;

namespace {

AttentionSizes Sizes() {
  AttentionSizes sizes{};
  sizes.B = 2;
  sizes.N = 4;
  sizes.K = 2;
  sizes.T = 3;
  sizes.P = 2;
  sizes.S = 5;
  sizes.H = 3;
  sizes.Hk = 3;
  sizes.Hv = 2;
  sizes.D = 4;
  return sizes;
}

/// The gradients from the engine, one for each tensor, in the order of `Tensors`.
using Gradients = std::vector<std::vector<float>>;

std::vector<Doubles*> Tensors(AttentionCase& c) {
  return {&c.q,
          &c.k,
          &c.v,
          &c.past_key,
          &c.past_value,
          &c.general,
          &c.query_projection,
          &c.key_projection,
          &c.hidden,
          &c.bias,
          &c.additive_bias};
}

Gradients EngineGradients(const AttentionCase& c, const Doubles& grad_output, float& grad_scale) {
  const HeldCase held(c);
  AttentionCase sizes_of = c;
  Gradients found;
  for (const Doubles* tensor : Tensors(sizes_of)) found.emplace_back(tensor->size(), 0.0f);
  const AttentionInputs& in = held.inputs;
  AttentionGradients gradients;
  const auto like = [](const ConstTensor<4>& tensor, std::vector<float>& room) {
    return tensor.data ? TensorView<float, 4>(room.data(), tensor.shape) : TensorView<float, 4>{};
  };
  gradients.q = like(in.q, found[0]);
  gradients.k = like(in.k, found[1]);
  gradients.v = like(in.v, found[2]);
  gradients.past_key = like(in.past_key, found[3]);
  gradients.past_value = like(in.past_value, found[4]);
  if (!c.general.empty()) gradients.general = {found[5].data(), in.parameters.general.shape};
  if (!c.hidden.empty()) {
    gradients.query_projection = {found[6].data(), in.parameters.query_projection.shape};
    gradients.key_projection = {found[7].data(), in.parameters.key_projection.shape};
    gradients.hidden = found[8].data();
    gradients.additive_bias = found[10].data();
  }
  gradients.bias = like(in.bias, found[9]);
  grad_scale = 0.0f;
  gradients.scale = &grad_scale;
  const std::vector<float> grad(grad_output.begin(), grad_output.end());
  const AttentionSizes n = Measure(in, c.options);
  const Index rows = c.options.weighting == Weighting::kForward ? n.T : n.S;
  AttentionOp op(n, c.options, true);
  WithoutAllocating([&] { op.Backward(in, ConstTensor<4>(grad.data(), {n.B, n.N, rows, n.Hv}), gradients); });
  return found;
}

double Loss(const AttentionCase& c, const Doubles& grad_output) {
  const Doubles output = reference::Attention(c).output;
  double sum = 0.0;
  for (std::size_t i = 0; i < output.size(); ++i) sum += output[i] * grad_output[i];
  return sum;
}

/// Compares the gradient of each tensor along a seeded direction with the central difference of the reference.
void CheckGradients(const AttentionCase& c, std::uint32_t seed) {
  Random random(seed);
  Doubles grad_output(reference::Attention(c).output.size());
  for (double& number : grad_output) number = double{random.Signed()};
  float grad_scale = 0.0f;
  const Gradients found = EngineGradients(c, grad_output, grad_scale);
  constexpr double kStep = 1e-6;
  AttentionCase moved = c;
  const std::vector<Doubles*> tensors = Tensors(moved);
  for (std::size_t which = 0; which < tensors.size(); ++which) {
    Doubles& tensor = *tensors[which];
    if (tensor.empty()) continue;
    Doubles direction(tensor.size());
    for (double& number : direction) number = double{random.Signed()};
    const Doubles before = tensor;
    const auto loss_at = [&](double step) {
      for (std::size_t i = 0; i < tensor.size(); ++i) tensor[i] = before[i] + step * direction[i];
      return Loss(moved, grad_output);
    };
    const double expected = (loss_at(kStep) - loss_at(-kStep)) / (2.0 * kStep);
    tensor = before;
    double along = 0.0;
    for (std::size_t i = 0; i < direction.size(); ++i) {
      if (!std::isinf(before[i])) along += direction[i] * double{found[which][i]};
    }
    CAPTURE(which);
    CHECK(along == doctest::Approx(expected).epsilon(1e-4).scale(1.0));
  }
  moved.scale = c.scale + kStep;
  const double above = Loss(moved, grad_output);
  moved.scale = c.scale - kStep;
  CHECK(double{grad_scale} ==
        doctest::Approx((above - Loss(moved, grad_output)) / (2.0 * kStep)).epsilon(1e-4).scale(1.0));
}

}  // namespace

TEST_CASE("attention gradient: equals central differences for every form, with past, mask, bias and causal") {
  std::uint32_t seed = 1;
  ForEveryForm([&](AttentionOptions form) {
    if (form.normalizer == Normalizer::kHard) return;
    AttentionSizes sizes = Sizes();
    if (form.weighting == Weighting::kBackward) {
      sizes.P = 0;
    }
    ++seed;
    CheckGradients(MakeCase(sizes, form, seed), seed);
    form.visible.causal = true;
    ++seed;
    AttentionCase masked = MakeCase(sizes, form, seed);
    Random random(seed);
    for (Index i = 0; i < sizes.B * sizes.N * sizes.T * sizes.S; ++i) {
      masked.allowed.push_back(random.Signed() > -0.6f);
      masked.bias.push_back(double{random.Signed()});
    }
    CheckGradients(masked, seed);
  });
}

TEST_CASE("attention gradient: equals central differences for more queries than are taken at once") {
  std::uint32_t seed = 40;
  for (bool causal : {false, true}) {
    for (ScoreKind score : testing::kScoreKinds) {
      AttentionOptions options;
      options.score = score;
      options.visible.causal = causal;
      AttentionSizes sizes = Sizes();
      sizes.T = kGradientRows + 7;
      sizes.S = sizes.P + sizes.T;
      sizes.B = 1;
      sizes.N = 2;
      sizes.K = 1;
      AttentionCase c = MakeCase(sizes, options, ++seed);
      Random random(seed);
      for (Index i = 0; i < sizes.N * sizes.T * sizes.S; ++i) c.bias.push_back(double{random.Signed()});
      CheckGradients(c, seed);
    }
  }
}

TEST_CASE("attention gradient: a masked score with a finite fill gets no gradient, other scores do") {
  AttentionOptions options;
  options.mask_fill = -2.0f;
  AttentionCase c = MakeCase(Sizes(), options, 50);
  for (Index i = 0; i < 2 * 4 * 3 * 5; ++i) c.allowed.push_back(i % 3 != 0);
  CheckGradients(c, 51);
}

TEST_CASE("attention gradient: hard attention passes the gradient straight through, as if it were softmax") {
  for (Normalizer hard : {Normalizer::kHard, Normalizer::kSample}) {
    AttentionOptions options;
    options.normalizer = hard;
    const AttentionCase c = MakeCase(Sizes(), options, 60);
    AttentionCase soft = c;
    soft.options.normalizer = Normalizer::kSoftmax;
    const Doubles grad(static_cast<std::size_t>(2 * 4 * 3 * 2), 0.5);
    float scale = 0.0f;
    const Gradients a = EngineGradients(c, grad, scale);
    const Gradients b = EngineGradients(soft, grad, scale);
    CHECK(a[0] == b[0]);
    CHECK(a[1] == b[1]);
    // The forward pass weighted the values by the hard choice.
    CHECK(a[2] != b[2]);
  }
}

TEST_CASE("attention gradient: REINFORCE averaged over many draws equals the gradient of the expected loss") {
  AttentionOptions options;
  options.normalizer = Normalizer::kSample;
  AttentionSizes sizes = Sizes();
  sizes.B = sizes.N = sizes.K = sizes.T = 1;
  sizes.P = 0;
  sizes.S = 4;
  AttentionCase c = MakeCase(sizes, options, 65);
  // Drawing key s costs cost[s]. The expected loss is Σ p_s cost_s, and its gradient at the score of key s is p_s
  // (cost_s − mean).
  const Doubles cost{1.0, -2.0, 0.5, 3.0};
  c.options.normalizer = Normalizer::kSoftmax;
  const Doubles p = reference::Attention(c).pattern;
  double mean = 0.0;
  for (std::size_t s = 0; s < 4; ++s) mean += p[s] * cost[s];
  // The gradient at q is Σ_s gradient_s k_s.
  Doubles expected(3, 0.0), found(3, 0.0);
  for (std::size_t s = 0; s < 4; ++s) {
    for (std::size_t h = 0; h < 3; ++h) expected[h] += p[s] * (cost[s] - mean) * c.k[s * 3 + h];
  }
  constexpr int kDraws = 20000;
  for (std::uint32_t seed = 0; seed < kDraws; ++seed) {
    c.options.normalizer = Normalizer::kSample;
    c.options.seed = seed;
    const HeldCase held(c);
    const testing::Found drawn = testing::RunAttention(held);
    std::size_t key = 0;
    while (drawn.pattern[key] == 0.0f) ++key;
    const float advantage = static_cast<float>(cost[key]);
    const std::vector<float> grad(2, 0.0f);
    std::vector<float> grad_q(3, 0.0f);
    AttentionGradients gradients;
    gradients.q = TensorView<float, 4>(grad_q.data(), {1, 1, 1, 3});
    AttentionOp(Measure(held.inputs, c.options), c.options, true)
        .Backward(held.inputs, ConstTensor<4>(grad.data(), {1, 1, 1, 2}), gradients,
                  ConstTensor<3>(&advantage, {1, 1, 1}));
    for (std::size_t h = 0; h < 3; ++h) found[h] += double{grad_q[h]} / kDraws;
  }
  // The standard error of 20,000 draws of numbers of about 2 is 0.014.
  for (std::size_t h = 0; h < 3; ++h) CHECK(std::abs(found[h] - expected[h]) < 0.06);
}

TEST_CASE("attention gradient: NaN in a masked key reaches no gradient but its own") {
  AttentionOptions options;
  options.visible.causal = true;
  AttentionSizes sizes = Sizes();
  sizes.P = 0;
  AttentionCase clean = MakeCase(sizes, options, 70);
  AttentionCase dirty = clean;
  // The last key and value of the first head. They are masked for all three queries.
  for (std::size_t i = 12; i < 15; ++i) dirty.k[i] = std::nan("");
  for (std::size_t i = 8; i < 10; ++i) dirty.v[i] = HUGE_VAL;
  const Doubles grad(static_cast<std::size_t>(2 * 4 * 3 * 2), 0.5);
  float scale = 0.0f;
  const Gradients a = EngineGradients(clean, grad, scale);
  const Gradients b = EngineGradients(dirty, grad, scale);
  CHECK(a[0] == b[0]);
  CHECK(a[2] == b[2]);
  for (std::size_t i = 0; i < 12; ++i) CHECK(a[1][i] == b[1][i]);
}

TEST_CASE("attention gradient: gradients are added to the values in the output arrays") {
  AttentionOptions options;
  const AttentionCase c = MakeCase(Sizes(), options, 80);
  const HeldCase held(c);
  const AttentionSizes n = Measure(held.inputs, options);
  const std::vector<float> grad(static_cast<std::size_t>(n.B * n.N * n.T * n.Hv), 1.0f);
  std::vector<float> once(c.q.size(), 0.0f), twice(c.q.size(), 0.0f);
  AttentionOp op(n, options, true);
  AttentionGradients gradients;
  const auto into = [&](std::vector<float>& room) {
    gradients.q = TensorView<float, 4>(room.data(), held.inputs.q.shape);
    op.Backward(held.inputs, ConstTensor<4>(grad.data(), {n.B, n.N, n.T, n.Hv}), gradients);
  };
  into(once);
  into(twice);
  into(twice);
  for (std::size_t i = 0; i < once.size(); ++i) CHECK(twice[i] == 2.0f * once[i]);
}

}  // namespace attenscope
