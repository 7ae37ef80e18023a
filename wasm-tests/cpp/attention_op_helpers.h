// Makes seeded attention calls of any form, and computes them with the engine and with the reference.
#pragma once

#include "attention/attention_op.h"
#include "reference/attention.h"
#include "test_helpers.h"

namespace attenscope::testing {

using reference::AttentionCase;
using reference::Doubles;

/// Creates a case of seeded numbers that float32 represents exactly, so that the engine and the reference have the same
/// input.
inline AttentionCase MakeCase(AttentionSizes sizes, const AttentionOptions& options, std::uint32_t seed) {
  Random random(seed);
  AttentionCase made;
  made.options = options;
  made.scale = double{options.scale};
  const bool additive = options.score == ScoreKind::kAdditive;
  if (!additive) sizes.D = sizes.Hk;
  sizes.values = options.weighting == Weighting::kForward ? sizes.S : sizes.T;
  made.sizes = sizes;
  const auto draw = [&](Index count) {
    Doubles numbers;
    for (Index i = 0; i < count; ++i) numbers.push_back(double{random.Signed()});
    return numbers;
  };
  const auto& n = made.sizes;
  const Index added = n.S - n.P;
  const bool forward = options.weighting == Weighting::kForward;
  made.q = draw(n.B * n.N * n.T * n.H);
  made.k = draw(n.B * n.K * added * n.Hk);
  made.v = draw(n.B * n.K * (forward ? added : n.T) * n.Hv);
  if (n.P > 0) made.past_key = draw(n.B * n.K * n.P * n.Hk);
  if (n.P > 0 && forward) made.past_value = draw(n.B * n.K * n.P * n.Hv);
  if (options.score == ScoreKind::kGeneral) made.general = draw(n.H * n.Hk);
  if (additive) {
    made.query_projection = draw(n.D * n.H);
    made.key_projection = draw(n.D * n.Hk);
    made.hidden = draw(n.D);
    made.additive_bias = draw(n.D);
  }
  return made;
}

/// The tensors of a case in float32, and views of them.
struct HeldCase {
  explicit HeldCase(const AttentionCase& c) : made(c) {
    const auto& n = c.sizes;
    const Index added = n.S - n.P;
    const bool forward = c.options.weighting == Weighting::kForward;
    inputs.q = Hold(c.q, {n.B, n.N, n.T, n.H});
    inputs.k = Hold(c.k, {n.B, n.K, added, n.Hk});
    inputs.v = Hold(c.v, {n.B, n.K, forward ? added : n.T, n.Hv});
    if (n.P > 0) inputs.past_key = Hold(c.past_key, {n.B, n.K, n.P, n.Hk});
    if (n.P > 0 && forward) inputs.past_value = Hold(c.past_value, {n.B, n.K, n.P, n.Hv});
    if (!c.general.empty()) inputs.parameters.general = HoldMatrix(c.general, {n.H, n.Hk});
    if (c.options.score == ScoreKind::kAdditive) {
      inputs.parameters.query_projection = HoldMatrix(c.query_projection, {n.D, n.H});
      inputs.parameters.key_projection = HoldMatrix(c.key_projection, {n.D, n.Hk});
      inputs.parameters.hidden = Keep(c.hidden);
      inputs.parameters.bias = Keep(c.additive_bias);
    }
    if (!c.bias.empty()) inputs.bias = Hold(c.bias, {n.B, n.N, n.T, n.S});
    if (!c.allowed.empty()) inputs.allowed = {made.allowed.data(), {n.B, n.N, n.T, n.S}};
    inputs.key_lengths = made.key_lengths;
  }
  HeldCase(const HeldCase&) = delete;

  AttentionCase made;
  AttentionInputs inputs;

 private:
  std::span<const float> Keep(const Doubles& numbers) {
    std::vector<float>& kept = *held_.emplace_back(std::make_unique<std::vector<float>>());
    for (double number : numbers) kept.push_back(static_cast<float>(number));
    // Reserves memory, so that an empty tensor has a data pointer that is not null.
    if (kept.empty()) kept.reserve(1);
    return kept;
  }
  ConstTensor<4> Hold(const Doubles& numbers, std::array<Index, 4> shape) { return {Keep(numbers).data(), shape}; }
  ConstMatrix HoldMatrix(const Doubles& numbers, std::array<Index, 2> shape) { return {Keep(numbers).data(), shape}; }

  std::vector<std::unique_ptr<std::vector<float>>> held_;
};

/// The results of the engine.
struct Found {
  std::vector<float> output, masked, pattern;
};

/// Computes a case with the engine. Without stages the engine may use the tiled path, which never stores a whole
/// pattern.
inline Found RunAttention(const HeldCase& held, bool with_stages = true) {
  const AttentionSizes n = Measure(held.inputs, held.made.options);
  const Index rows = held.made.options.weighting == Weighting::kForward ? n.T : n.S;
  Found found;
  found.output.resize(static_cast<std::size_t>(n.B * n.N * rows * n.Hv));
  AttentionOutputs outputs;
  outputs.output = {found.output.data(), {n.B, n.N, rows, n.Hv}};
  if (with_stages) {
    found.masked.resize(static_cast<std::size_t>(n.B * n.N * n.T * n.S));
    found.pattern.resize(found.masked.size());
    outputs.masked = {found.masked.data(), {n.B, n.N, n.T, n.S}};
    outputs.pattern = {found.pattern.data(), {n.B, n.N, n.T, n.S}};
  }
  AttentionOp op(n, held.made.options, false);
  WithoutAllocating([&] { op.Forward(held.inputs, outputs); });
  return found;
}

/// Returns the sizes of two batch entries with four query heads and two key/value heads.
inline AttentionSizes Sizes(Index T, Index P, Index added, Index Hk = 5) {
  AttentionSizes sizes{};
  sizes.B = 2;
  sizes.N = 4;
  sizes.K = 2;
  sizes.T = T;
  sizes.P = P;
  sizes.S = P + added;
  sizes.H = 5;
  sizes.Hk = Hk;
  sizes.Hv = 3;
  sizes.D = 6;
  return sizes;
}

/// Adds a mask that hides all keys from some queries.
inline void AddMask(AttentionCase& c, std::uint32_t seed) {
  Random random(seed);
  const auto& n = c.sizes;
  for (Index i = 0; i < n.B * n.N * n.T * n.S; ++i) {
    const bool blind = i / n.S % n.T == n.T - 1;
    c.allowed.push_back(!blind && random.Signed() > -0.3f);
  }
}

/// Adds an additive bias in which some numbers are −∞.
inline void AddBias(AttentionCase& c, std::uint32_t seed) {
  Random random(seed);
  const auto& n = c.sizes;
  for (Index i = 0; i < n.B * n.N * n.T * n.S; ++i) {
    const float number = random.Signed();
    c.bias.push_back(number < -0.7f ? -std::numeric_limits<double>::infinity() : double{number});
  }
}

/// Checks that the engine equals plain loops, with all stages and on the tiled path, which never stores a whole
/// pattern.
inline void CheckCase(const AttentionCase& c) {
  const HeldCase held(c);
  const reference::AttentionResult expected = reference::Attention(c);
  const Found found = RunAttention(held);
  CHECK(LargestDifference(found.masked, expected.masked) < 1e-5);
  CHECK(LargestDifference(found.pattern, expected.pattern) < 1e-5);
  CHECK(LargestDifference(found.output, expected.output) < 1e-5);
  CHECK(LargestDifference(RunAttention(held, false).output, expected.output) < 1e-5);
}

inline constexpr std::array kScoreKinds{ScoreKind::kDot, ScoreKind::kGeneral, ScoreKind::kAdditive, ScoreKind::kCosine};
/// The soft caps to test; 0 means no soft cap. Both squash functions are tested with each soft cap.
inline constexpr std::array kSoftcaps{0.0f, 1.5f};
inline constexpr std::array kSquashes{Squash::kNone, Squash::kTanh};
inline constexpr std::array kNormalizers{Normalizer::kSoftmax,   Normalizer::kTanh,     Normalizer::kSigmoid,
                                         Normalizer::kSparsemax, Normalizer::kEntmax15, Normalizer::kHard,
                                         Normalizer::kNone};

/// Calls `body` with every combination of score, soft cap, squash, normaliser, axis of normalisation and direction.
template <class Body>
void ForEveryForm(Body body) {
  AttentionOptions options;
  options.scale = 0.7f;
  const auto for_each_flow = [&] {
    for (Over over : {Over::kKeys, Over::kQueries}) {
      for (Weighting weighting : {Weighting::kForward, Weighting::kBackward}) {
        options.over = over;
        options.weighting = weighting;
        INFO("score " << static_cast<int>(options.score) << ", softcap " << options.softcap << ", squash "
                      << static_cast<int>(options.squash) << ", normaliser " << static_cast<int>(options.normalizer)
                      << ", over " << static_cast<int>(over) << ", weighting " << static_cast<int>(weighting));
        body(options);
      }
    }
  };
  for (ScoreKind score : kScoreKinds) {
    for (float softcap : kSoftcaps) {
      for (Squash squash : kSquashes) {
        for (Normalizer normalizer : kNormalizers) {
          options.score = score;
          options.softcap = softcap;
          options.squash = squash;
          options.normalizer = normalizer;
          for_each_flow();
        }
      }
    }
  }
}

}  // namespace attenscope::testing
