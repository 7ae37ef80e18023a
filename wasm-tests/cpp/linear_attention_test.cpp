// Compares linear attention with plain loops: every rule, shared heads, past states, and all gradients.
#include "attention/linear_attention.h"

#include <limits>

#include "gradient_check.h"
#include "reference/linear_attention.h"
#include "test_helpers.h"

namespace attenscope {

using testing::CodeOf;
using testing::Doubles;
using testing::Random;
using testing::WithoutAllocating;

namespace {

const std::vector<LinearRule> kRules{LinearRule::kLinear, LinearRule::kGated, LinearRule::kDelta,
                                     LinearRule::kGatedDelta};

struct Sizes {
  Index B = 1, N = 1, K = 1, T = 1, H = 1, Hv = 1;
  bool decay_per_head = false, beta_per_head = true;
};

/// The seeded inputs of one call, and views of them.
struct Call {
  Sizes sizes;
  LinearAttentionOptions options;
  std::vector<float> q, k, v, decay, beta, past;

  Call(const Sizes& given, LinearRule rule, std::uint32_t seed = 1) : sizes(given) {
    const auto [B, N, K, T, H, Hv, decay_per_head, beta_per_head] = given;
    Random random(seed);
    options = {rule, 0.7f};
    q = random.Vector(B * N * T * H);
    // Keys have a length near one, because otherwise the delta rules would grow from step to step.
    k = random.Vector(B * K * T * H, 1.0f / std::sqrt(static_cast<float>(H)));
    v = random.Vector(B * K * T * Hv);
    if (HasDecay(rule)) decay = random.Vector(B * K * T * (decay_per_head ? 1 : H));
    for (float& value : decay) value = -std::abs(value);
    if (HasBeta(rule)) beta = random.Vector(B * (beta_per_head ? K : 1) * T);
    for (float& value : beta) value = std::abs(value);
    past = random.Vector(B * K * H * Hv);
  }
  LinearAttentionInputs View() const {
    const auto [B, N, K, T, H, Hv, decay_per_head, beta_per_head] = sizes;
    LinearAttentionInputs inputs{{q.data(), {B, N, T, H}}, {k.data(), {B, K, T, H}}, {v.data(), {B, K, T, Hv}}, {}, {}};
    if (decay.data()) inputs.decay = {decay.data(), {B, K, T, decay_per_head ? 1 : H}};
    if (beta.data()) inputs.beta = {beta.data(), {B, beta_per_head ? K : 1, T}};
    return inputs;
  }
  reference::LinearAttentionNumbers Numbers() const {
    return {sizes.B,    sizes.N,    sizes.K,    sizes.T,        sizes.H,       sizes.Hv,
            Doubles(q), Doubles(k), Doubles(v), Doubles(decay), Doubles(beta), Doubles(past)};
  }
};

/// Returns the output followed by the state, in the same order as the reference.
std::vector<float> Run(const Call& call) {
  const Sizes& s = call.sizes;
  std::vector<float> output(static_cast<std::size_t>(s.B * s.N * s.T * s.Hv));
  std::vector<float> state = call.past, scratch(LinearAttentionScratch(call.View()));
  LinearAttention(call.View(), call.options, {state.data(), {s.B, s.K, s.H, s.Hv}},
                  {output.data(), {s.B, s.N, s.T, s.Hv}}, scratch.data());
  output.insert(output.end(), state.begin(), state.end());
  return output;
}

void CheckAgainstTwin(const Call& call) {
  const std::vector<float> found = Run(call);
  const std::vector<double> expected =
      reference::LinearAttention(call.Numbers(), call.options.rule, call.options.scale);
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) CHECK(std::abs(found[i] - expected[i]) < 2e-5);
}

void CheckGradients(const Call& call) {
  const auto [B, N, K, T, H, Hv, decay_per_head, beta_per_head] = call.sizes;
  Random random(9);
  const std::vector<float> grad_output = random.Vector(B * N * T * Hv);
  const std::vector<float> grad_present = random.Vector(B * K * H * Hv);
  std::vector<double> given = Doubles(grad_output);
  given.insert(given.end(), grad_present.begin(), grad_present.end());

  std::vector<float> grad_state = grad_present, q(call.q.size()), k(call.k.size()), v(call.v.size());
  std::vector<float> decay(call.decay.size()), beta(call.beta.size());
  LinearAttentionGradients gradients;
  gradients.q = {q.data(), {B, N, T, H}};
  gradients.k = {k.data(), {B, K, T, H}};
  gradients.v = {v.data(), {B, K, T, Hv}};
  gradients.decay = {decay.data(), {B, K, T, decay_per_head ? 1 : H}};
  gradients.beta = {beta.data(), {B, beta_per_head ? K : 1, T}};
  std::vector<float> scratch(LinearAttentionGradientScratch(call.View()));
  testing::WithoutAllocating([&] {
    LinearAttentionGradient(call.View(), call.options, {call.past.data(), {B, K, H, Hv}},
                            {grad_output.data(), {B, N, T, Hv}}, {grad_state.data(), {B, K, H, Hv}}, gradients,
                            scratch.data());
  });

  using Numbers = reference::LinearAttentionNumbers;
  const auto check = [&](const char* name, std::vector<double> Numbers::* of, const std::vector<float>& x,
                         const std::vector<float>& gradient) {
    Numbers numbers = call.Numbers();
    const auto loss = [&](const std::vector<double>& at) {
      numbers.*of = at;
      return testing::Dot(given, reference::LinearAttention(numbers, call.options.rule, call.options.scale));
    };
    testing::CheckGradient(name, loss, x, gradient);
  };
  check("q", &Numbers::q, call.q, q);
  check("k", &Numbers::k, call.k, k);
  check("v", &Numbers::v, call.v, v);
  check("past state", &Numbers::state, call.past, grad_state);
  if (!decay.empty()) check("decay", &Numbers::decay, call.decay, decay);
  if (!beta.empty()) check("beta", &Numbers::beta, call.beta, beta);
}

}  // namespace

TEST_CASE("linear attention: equals plain loops for every rule, with shared heads and both forms of decay and beta") {
  const Index L = simd::kLanes<testing::Arch>;
  for (LinearRule rule : kRules) {
    for (bool per_head : {false, true}) {
      CAPTURE(static_cast<int>(rule));
      CheckAgainstTwin({{2, 3, 3, 5, 4, 7, per_head, !per_head}, rule});
      CheckAgainstTwin({{1, 6, 2, 9, 5, L, per_head, per_head}, rule});
      CheckAgainstTwin({{1, 4, 1, 3, 1, L + 1, per_head, per_head}, rule});
      CheckAgainstTwin({{1, 2, 2, 40, 16, 2 * L + 3, per_head, per_head}, rule});
      for (Index Hv = 0; Hv <= 2 * L + 1; ++Hv) CheckAgainstTwin({{1, 1, 1, 2, 3, Hv, per_head, true}, rule});
      // Without tokens the new state equals the past state.
      CheckAgainstTwin({{1, 2, 1, 0, 3, 3, per_head, true}, rule});
      CheckAgainstTwin({{0, 2, 1, 3, 3, 3, per_head, true}, rule});
      CheckAgainstTwin({{1, 2, 1, 3, 0, 3, per_head, true}, rule});
    }
  }
}

TEST_CASE("linear attention: the linear rule is causal attention without softmax") {
  const Call call({1, 1, 1, 6, 4, 3}, LinearRule::kLinear);
  Call fresh = call;
  fresh.past.assign(fresh.past.size(), 0.0f);
  const std::vector<float> found = Run(fresh);
  for (std::size_t t = 0; t < 6; ++t) {
    for (std::size_t j = 0; j < 3; ++j) {
      double sum = 0.0;
      for (std::size_t s = 0; s <= t; ++s) {
        for (std::size_t h = 0; h < 4; ++h)
          sum += double{call.q[t * 4 + h]} * double{call.k[s * 4 + h]} * double{call.v[s * 3 + j]};
      }
      CHECK(found[t * 3 + j] == doctest::Approx(0.7 * sum).epsilon(1e-5));
    }
  }
}

TEST_CASE("linear attention: the delta rule with β = 1 makes a key of length one read its newest value") {
  Call call({1, 1, 1, 3, 2, 2}, LinearRule::kDelta);
  call.options.scale = 1.0f;
  call.k = {0.6f, 0.8f, 0.6f, 0.8f, 0.6f, 0.8f};
  call.q = call.k;
  call.beta = {1.0f, 1.0f, 1.0f};
  const std::vector<float> found = Run(call);
  for (std::size_t i = 0; i < 6; ++i) CHECK(found[i] == doctest::Approx(call.v[i]).epsilon(1e-6));
}

TEST_CASE("linear attention: in two parts it gives the same bits as at once") {
  for (LinearRule rule : kRules) {
    const Sizes whole{1, 2, 2, 8, 4, 5};
    const Call call(whole, rule);
    const std::vector<float> expected = Run(call);
    std::vector<float> state = call.past, output(2 * 8 * 5), scratch(5);
    const LinearAttentionInputs all = call.View();
    for (Index first : {0, 3}) {
      const Index count = first == 0 ? 3 : 5;
      // A view of some of the positions of a longer tensor.
      const auto part = [&](auto view) {
        view.data += view.data ? first * view.stride[2] : 0;
        view.shape[2] = count;
        return view;
      };
      LinearAttention({part(all.q), part(all.k), part(all.v), part(all.decay), part(all.beta)}, call.options,
                      {state.data(), {1, 2, 4, 5}}, part(TensorView<float, 4>(output.data(), {1, 2, 8, 5})),
                      scratch.data());
    }
    output.insert(output.end(), state.begin(), state.end());
    CHECK(output == expected);
  }
}

TEST_CASE("linear attention: a decay of −∞ forgets everything, exactly") {
  Call call({1, 1, 1, 2, 3, 5, true, true}, LinearRule::kGated);
  call.decay = {-std::numeric_limits<float>::infinity(), 0.0f};
  const std::vector<float> found = Run(call);
  call.past.assign(call.past.size(), 100.0f);
  CHECK(Run(call) == found);
}

TEST_CASE("linear attention: NaN in one head stays in that head") {
  Call call({1, 2, 2, 3, 3, 5}, LinearRule::kGatedDelta);
  call.k[0] = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> found = Run(call);
  for (std::size_t i = 0; i < 15; ++i) CHECK(std::isnan(found[i]));
  for (std::size_t i = 15; i < 30; ++i) CHECK(std::isfinite(found[i]));
}

TEST_CASE("linear attention: gradients of every input and of the past state agree with central differences") {
  for (LinearRule rule : kRules) {
    for (bool per_head : {false, true}) {
      CAPTURE(static_cast<int>(rule));
      CheckGradients({{1, 4, 2, 5, 3, 5, per_head, !per_head}, rule});
      CheckGradients({{2, 2, 2, 3, 4, 2 * simd::kLanes<testing::Arch> + 1, per_head, per_head}, rule});
      CheckGradients({{1, 1, 1, 1, 1, 1, per_head, true}, rule});
      CheckGradients({{1, 2, 1, 0, 2, 3, per_head, true}, rule});
    }
  }
  // Where β is 0 nothing is written, and a gradient that divides by β would be wrong.
  Call still({1, 1, 1, 3, 3, 4}, LinearRule::kGatedDelta);
  still.beta.assign(still.beta.size(), 0.0f);
  CheckGradients(still);
}

TEST_CASE("linear attention: inputs whose shapes disagree throw an error with the input's name") {
  const auto code = [](Call call, const std::function<void(LinearAttentionInputs&)>& change) {
    LinearAttentionInputs inputs = call.View();
    change(inputs);
    std::vector<float> output(1000), scratch(1000);
    const Sizes& s = call.sizes;
    return CodeOf([&] {
      LinearAttention(inputs, call.options, {output.data(), {s.B, s.K, s.H, s.Hv}},
                      {output.data(), {s.B, s.N, s.T, s.Hv}}, scratch.data());
    });
  };
  const Call call({1, 4, 2, 3, 4, 5}, LinearRule::kGatedDelta);
  CHECK(code(call, [](LinearAttentionInputs& x) { x.decay.data = nullptr; }) == ErrorCode::kOption);
  CHECK(code(call, [](LinearAttentionInputs& x) { x.beta.data = nullptr; }) == ErrorCode::kOption);
  CHECK(code(call, [](LinearAttentionInputs& x) { x.decay.shape[3] = 3; }) == ErrorCode::kShape);
  CHECK(code(call, [](LinearAttentionInputs& x) { x.beta.shape[2] = 2; }) == ErrorCode::kShape);
  CHECK(code(call, [](LinearAttentionInputs& x) { x.k.shape[3] = 3; }) == ErrorCode::kShape);
  CHECK(code(call, [](LinearAttentionInputs& x) { x.v.shape[2] = 2; }) == ErrorCode::kShape);
  CHECK(code(call, [](LinearAttentionInputs& x) { x.q.stride[3] = 2; }) == ErrorCode::kShape);
  CHECK(code(Call({1, 3, 2, 3, 4, 5}, LinearRule::kLinear), [](LinearAttentionInputs&) {}) == ErrorCode::kShape);
}

}  // namespace attenscope
