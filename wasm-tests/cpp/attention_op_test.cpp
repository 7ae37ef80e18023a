// Compares attention in every form with plain loops in float64.
#include "attention/attention_op.h"

#include "attention_op_helpers.h"

namespace attenscope {

using testing::AddBias;
using testing::AddMask;
using testing::AttentionCase;
using testing::CheckCase;
using testing::CodeOf;
using testing::Doubles;
using testing::ForEveryForm;
using testing::Found;
using testing::HeldCase;
using testing::LargestDifference;
using testing::MakeCase;
using testing::RunAttention;
using testing::Sizes;

TEST_CASE("attention op: every form equals plain loops: unmasked, masked and causal") {
  std::uint32_t seed = 1;
  ForEveryForm([&](const AttentionOptions& form) {
    CheckCase(MakeCase(Sizes(7, 0, 9), form, ++seed));
    AttentionCase masked = MakeCase(Sizes(7, 0, 9), form, ++seed);
    AddMask(masked, seed);
    CheckCase(masked);
    AttentionOptions causal = form;
    causal.visible.causal = true;
    AttentionCase biased = MakeCase(Sizes(7, 0, 7), causal, ++seed);
    AddBias(biased, seed);
    CheckCase(biased);
  });
}

TEST_CASE("attention op: a past, key lengths, windows and global tokens equal plain loops, causal and not") {
  AttentionOptions options;
  for (bool causal : {false, true}) {
    for (Index left : {-1, 0, 2}) {
      for (Index right : {-1, 0, 1}) {
        for (Index globals : {0, 1, 4}) {
          options.visible = {.causal = causal, .window_left = left, .window_right = right, .global_tokens = globals};
          CheckCase(MakeCase(Sizes(7, 6, 7), options, 3));
          CheckCase(MakeCase(Sizes(7, 0, 13), options, 4));
          AttentionCase lengths = MakeCase(Sizes(4, 0, 11), options, 5);
          lengths.key_lengths = {11, 3};
          CheckCase(lengths);
        }
      }
    }
  }
}

TEST_CASE("attention op: past, key lengths that include the past, and causal together equal plain loops") {
  AttentionOptions options;
  for (bool causal : {false, true}) {
    options.visible.causal = causal;
    AttentionCase c = MakeCase(Sizes(4, 6, 4), options, 19);
    // The first length includes the whole past; the second is shorter than the number of queries.
    c.key_lengths = {10, 3};
    CheckCase(c);
    c.key_lengths = {0, 7};
    CheckCase(c);
  }
}

TEST_CASE("attention op: the smallest positive soft cap gives finite numbers") {
  AttentionOptions options;
  options.softcap = std::numeric_limits<float>::denorm_min();
  AttentionCase c = MakeCase(Sizes(3, 0, 9), options, 22);
  c.k.assign(c.k.size(), 0.0);
  CheckCase(c);
  CheckCase(MakeCase(Sizes(3, 0, 9), options, 23));
}

TEST_CASE("attention op: padding does not shift windows, and a query before the text's start is not global") {
  AttentionOptions options;
  options.visible = {.window_left = 0, .window_right = 0};
  AttentionCase padded = MakeCase(Sizes(4, 0, 4), options, 17);
  padded.key_lengths = {4, 2};
  const Found found = RunAttention(HeldCase(padded));
  // In the second sequence each query sees only itself, and padding queries see nothing.
  const float expected[] = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  for (std::size_t i = 0; i < 16; ++i) CHECK(found.pattern[4 * 16 + i] == expected[i]);
  // A causal text with two keys and four queries: the first two queries are before its start and see nothing, even with
  // global tokens.
  options.visible = {.causal = true, .window_left = 0, .window_right = 0, .global_tokens = 1};
  AttentionCase early = MakeCase(Sizes(4, 0, 4), options, 18);
  early.key_lengths = {2, 2};
  const Found seen = RunAttention(HeldCase(early));
  for (std::size_t i = 0; i < 8; ++i) CHECK(seen.pattern[i] == 0.0f);
  CHECK(seen.pattern[8] == 1.0f);
}

TEST_CASE("attention op: scores that allow other key widths; a finite fill is an ordinary score") {
  AttentionOptions options;
  for (ScoreKind score : {ScoreKind::kGeneral, ScoreKind::kAdditive}) {
    options.score = score;
    CheckCase(MakeCase(Sizes(5, 2, 6, 8), options, 6));
  }
  options.score = ScoreKind::kDot;
  options.mask_fill = -1e9f;
  AttentionCase filled = MakeCase(Sizes(5, 0, 6), options, 7);
  AddMask(filled, 8);
  CheckCase(filled);
  // A query whose scores are all filled has equal weights.
  const Found found = RunAttention(HeldCase(filled));
  CHECK(found.pattern[4 * 6] == doctest::Approx(1.0 / 6.0));
}

TEST_CASE("attention op: a query whose keys are all masked gives zeros under every normaliser") {
  ForEveryForm([&](AttentionOptions form) {
    AttentionCase blind = MakeCase(Sizes(3, 0, 4), form, 9);
    blind.allowed.assign(static_cast<std::size_t>(2 * 4 * 3 * 4), 0);
    const Found found = RunAttention(HeldCase(blind));
    for (float weight : found.pattern) REQUIRE(weight == 0.0f);
    for (float number : found.output) REQUIRE(number == 0.0f);
  });
}

TEST_CASE("attention op: NaN and infinity in a masked key change nothing") {
  for (bool causal : {true, false}) {
    ForEveryForm([&](AttentionOptions form) {
      if (form.weighting == Weighting::kBackward) return;
      form.visible.causal = causal;
      AttentionCase clean = MakeCase(Sizes(3, 0, 4), form, 10);
      if (!causal) {
        for (int i = 0; i < 2 * 4 * 3 * 4; ++i) clean.allowed.push_back(i % 4 != 3);
      }
      AttentionCase dirty = clean;
      // The last key of the first key/value head in the first batch entry.
      for (std::size_t i = 15; i < 20; ++i) dirty.k[i] = i % 2 ? std::nan("") : HUGE_VAL;
      for (std::size_t i = 9; i < 12; ++i) dirty.v[i] = i % 2 ? std::nan("") : HUGE_VAL;
      const Found a = RunAttention(HeldCase(clean));
      const Found b = RunAttention(HeldCase(dirty));
      CHECK(a.output == b.output);
      CHECK(a.pattern == b.pattern);
      CHECK(RunAttention(HeldCase(dirty), false).output == RunAttention(HeldCase(clean), false).output);
    });
  }
}

TEST_CASE("attention op: adding one number to all scores of a query changes no weight where weights sum to one") {
  for (Normalizer normalizer :
       {Normalizer::kSoftmax, Normalizer::kSparsemax, Normalizer::kEntmax15, Normalizer::kHard}) {
    CAPTURE(static_cast<int>(normalizer));
    AttentionOptions options;
    options.normalizer = normalizer;
    AttentionCase c = MakeCase(Sizes(5, 0, 9), options, 31);
    const Found before = RunAttention(HeldCase(c));
    for (Index row = 0; row < c.sizes.B * c.sizes.N * c.sizes.T; ++row) {
      c.bias.insert(c.bias.end(), static_cast<std::size_t>(c.sizes.S), 0.75 * static_cast<double>(row % 7) - 2.0);
    }
    CHECK(LargestDifference(RunAttention(HeldCase(c)).pattern, {before.pattern.begin(), before.pattern.end()}) < 1e-6);
  }
}

TEST_CASE("attention op: softmax weights sum to one, and permuted keys give permuted weights") {
  AttentionOptions options;
  AttentionCase c = MakeCase(Sizes(5, 0, 6), options, 11);
  const Found found = RunAttention(HeldCase(c));
  for (std::size_t row = 0; row < found.pattern.size(); row += 6) {
    double sum = 0.0;
    for (std::size_t s = 0; s < 6; ++s) sum += double{found.pattern[row + s]};
    CHECK(sum == doctest::Approx(1.0).epsilon(1e-6));
  }
  AttentionCase turned = c;
  for (std::size_t head = 0; head < 4; ++head) {
    std::rotate(turned.k.begin() + static_cast<std::ptrdiff_t>(head * 30),
                turned.k.begin() + static_cast<std::ptrdiff_t>(head * 30 + 5),
                turned.k.begin() + static_cast<std::ptrdiff_t>(head * 30 + 30));
    std::rotate(turned.v.begin() + static_cast<std::ptrdiff_t>(head * 18),
                turned.v.begin() + static_cast<std::ptrdiff_t>(head * 18 + 3),
                turned.v.begin() + static_cast<std::ptrdiff_t>(head * 18 + 18));
  }
  const Found after = RunAttention(HeldCase(turned));
  for (std::size_t row = 0; row < found.pattern.size(); row += 6) {
    for (std::size_t s = 0; s < 6; ++s)
      CHECK(after.pattern[row + s] == doctest::Approx(found.pattern[row + (s + 1) % 6]));
  }
  CHECK(LargestDifference(after.output, Doubles(found.output.begin(), found.output.end())) < 1e-6);
}

TEST_CASE("attention op: keys are sampled in proportion to their weights, equally for equal seeds") {
  AttentionOptions options;
  AttentionCase c = MakeCase(Sizes(2, 0, 4), options, 12);
  const Found soft = RunAttention(HeldCase(c));
  c.options.normalizer = Normalizer::kSample;
  std::vector<double> counts(soft.pattern.size(), 0.0);
  constexpr int kDraws = 4000;
  for (std::uint32_t seed = 0; seed < kDraws; ++seed) {
    c.options.seed = seed;
    const Found hard = RunAttention(HeldCase(c));
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += double{hard.pattern[i]} / kDraws;
    if (seed % 1000 == 0) CHECK(RunAttention(HeldCase(c)).pattern == hard.pattern);
  }
  // 0.04 is about five standard deviations of 4,000 draws.
  for (std::size_t i = 0; i < counts.size(); ++i) CHECK(std::abs(counts[i] - double{soft.pattern[i]}) < 0.04);
}

TEST_CASE("attention op: no heads, one head and a thousand heads") {
  AttentionOptions options;
  for (Index T : {0, 1}) {
    for (Index added : {0, 1}) CheckCase(MakeCase(Sizes(T, 0, added), options, 13));
  }
  AttentionSizes none = Sizes(2, 0, 2);
  none.B = 0;
  CheckCase(MakeCase(none, options, 14));
  AttentionSizes many = Sizes(2, 0, 3);
  many.N = 1000;
  many.K = 1000;
  CheckCase(MakeCase(many, options, 15));
}

TEST_CASE("attention op: shapes and options that disagree throw") {
  const auto refused = [](auto change) {
    AttentionOptions options;
    const AttentionCase made = MakeCase(Sizes(3, 0, 4), options, 16);
    HeldCase held(made);
    change(held.inputs, options);
    return CodeOf([&] { AttentionOp(Measure(held.inputs, options), options, false); });
  };
  using I = AttentionInputs;
  using O = AttentionOptions;
  CHECK(refused([](I& i, O&) { i.k.shape[3] = 4; }) == ErrorCode::kShape);
  CHECK(refused([](I& i, O&) { i.k.shape[0] = 1; }) == ErrorCode::kShape);
  CHECK(refused([](I& i, O&) { i.q.shape[1] = 3; }) == ErrorCode::kShape);
  CHECK(refused([](I& i, O&) { i.k.shape[1] = i.v.shape[1] = 0; }) == ErrorCode::kShape);
  CHECK(refused([](I& i, O&) { i.v.shape[2] = 3; }) == ErrorCode::kShape);
  CHECK(refused([](I& i, O&) { i.past_key = i.k; }) == ErrorCode::kShape);
  CHECK(refused([](I& i, O&) { i.bias = i.q; }) == ErrorCode::kShape);
  CHECK(refused([](I&, O& o) { o.score = ScoreKind::kGeneral; }) == ErrorCode::kShape);
  static const std::int32_t lengths[] = {5, 1};
  CHECK(refused([](I& i, O&) { i.key_lengths = lengths; }) == ErrorCode::kOption);
  CHECK(refused([](I& i, O&) { i.key_lengths = std::span(lengths).first(1); }) == ErrorCode::kShape);
  CHECK(refused([](I&, O& o) { o.scale = std::nanf(""); }) == ErrorCode::kOption);
  CHECK(refused([](I&, O& o) { o.softcap = -1.0f; }) == ErrorCode::kOption);
  CHECK(refused([](I&, O& o) { o.mask_fill = std::nanf(""); }) == ErrorCode::kOption);
}

}  // namespace attenscope
