// Compares the attention of one head with its formula in float64.
#include "attention/attention.h"

#include <limits>

#include "reference/kernels.h"
#include "test_helpers.h"

namespace attenscope {

using testing::Arch;
using testing::LargestDifference;
using testing::Random;

namespace {

/// The queries (T, H), keys and values (S, H) of a head, packed as in the engine, with room for more keys.
struct Case {
  Case(Index T_, Index S_, Index H_, std::uint32_t seed = 1) : T(T_), S(S_), H(H_) {
    Random random(seed);
    q = random.Vector(T * H, 2.0f);
    k = random.Vector(S * H, 2.0f);
    v = random.Vector(S * H);
    const Index capacity = S + 5;
    keys = PackedMatrix(capacity, H, kPanelRows<Arch>, "keys");
    values = PackedMatrix(H, capacity, kPanelRows<Arch>, "values");
    Pack();
  }
  void Pack() {
    for (Index s = 0; s < S; ++s) {
      for (Index h = 0; h < H; ++h) {
        keys.view()(s, h) = k[static_cast<std::size_t>(s * H + h)];
        values.view()(h, s) = v[static_cast<std::size_t>(s * H + h)];
      }
    }
  }
  Head Ready() const {
    Head ready;
    ready.inputs = {ConstMatrix(q.data(), {T, H}), keys.view().FirstRows(S)};
    ready.values = values.view();
    return ready;
  }
  std::vector<float> At(Stage stage, const AttentionOptions& options) const {
    std::vector<float> out(static_cast<std::size_t>(T * S));
    ScoreStage(Arch{}, Ready(), 0, options, stage, Matrix(out.data(), {T, S}));
    return out;
  }
  std::vector<float> Attend(const AttentionOptions& options) const {
    std::vector<float> scratch(static_cast<std::size_t>(kQueryTile * S));
    std::vector<float> out(static_cast<std::size_t>(T * H));
    AttendHead(Arch{}, Ready(), options, scratch.data(), Matrix(out.data(), {T, H}));
    return out;
  }
  /// Computes the pattern as plain loops in float64.
  std::vector<double> Pattern(const AttentionOptions& options) const {
    const std::vector<double> scores = reference::MatMul(q, k, {}, {}, T, S, H);
    std::vector<double> pattern;
    for (Index t = 0; t < T; ++t) {
      std::vector<float> row;
      for (Index s = 0; s < S; ++s) {
        const bool hidden = options.visible.causal && s > options.visible.past + t;
        row.push_back(hidden ? -std::numeric_limits<float>::infinity()
                             : static_cast<float>(scores[static_cast<std::size_t>(t * S + s)]) * options.scale);
      }
      const std::vector<double> weights = reference::Softmax(row);
      pattern.insert(pattern.end(), weights.begin(), weights.end());
    }
    return pattern;
  }

  Index T, S, H;
  std::vector<float> q, k, v;
  PackedMatrix keys, values;
};

AttentionOptions Options(float scale, bool causal, Index past) {
  AttentionOptions options;
  options.scale = scale;
  options.visible = {.causal = causal, .past = past};
  return options;
}

}  // namespace

TEST_CASE("attention: pattern and output equal the formula, bidirectional and causal, with and without a past") {
  for (Index T : {1, 2, 5, 6, 7, 13}) {
    for (Index past : {0, 1, 9}) {
      for (Index H : {2, 4, 6, 16, 33}) {
        for (bool causal : {true, false}) {
          CAPTURE(T);
          CAPTURE(past);
          CAPTURE(H);
          const Case head(T, past + T, H);
          const AttentionOptions options = Options(0.3f, causal, past);
          const std::vector<double> pattern = head.Pattern(options);
          CHECK(LargestDifference(head.At(Stage::kPattern, options), pattern) < 1e-5);
          std::vector<double> output(static_cast<std::size_t>(T * H), 0.0);
          for (Index t = 0; t < T; ++t) {
            for (Index s = 0; s < head.S; ++s) {
              for (Index h = 0; h < H; ++h) {
                output[static_cast<std::size_t>(t * H + h)] += pattern[static_cast<std::size_t>(t * head.S + s)] *
                                                               double{head.v[static_cast<std::size_t>(s * H + h)]};
              }
            }
          }
          CHECK(LargestDifference(head.Attend(options), output) < 1e-5);
        }
      }
    }
  }
}

TEST_CASE(
    "attention: stages before the mask include masked keys; masked scores are minus infinity, masked weights zero") {
  const Case head(5, 5, 8);
  const AttentionOptions options = Options(0.5f, true, 0);
  const std::vector<double> scores = reference::MatMul(head.q, head.k, {}, {}, 5, 5, 8);
  const std::vector<float> raw = head.At(Stage::kScores, options);
  const std::vector<float> scaled = head.At(Stage::kScaled, options);
  const std::vector<float> masked = head.At(Stage::kMasked, options);
  const std::vector<float> pattern = head.At(Stage::kPattern, options);
  for (Index t = 0; t < 5; ++t) {
    for (Index s = 0; s < 5; ++s) {
      const auto at = static_cast<std::size_t>(t * 5 + s);
      CHECK(raw[at] == doctest::Approx(scores[at]).epsilon(1e-4));
      CHECK(scaled[at] == 0.5f * raw[at]);
      if (s > t) {
        CHECK(masked[at] == -std::numeric_limits<float>::infinity());
        CHECK(pattern[at] == 0.0f);
      } else {
        CHECK(masked[at] == scaled[at]);
        CHECK(pattern[at] > 0.0f);
      }
    }
  }
}

TEST_CASE("attention: a causal query has the same bits with and without later tokens") {
  Case head(13, 13, 6);
  const AttentionOptions options = Options(1.0f, true, 0);
  const std::vector<float> before = head.Attend(options);
  for (Index i = 8 * 6; i < 13 * 6; ++i)
    head.k[static_cast<std::size_t>(i)] = head.v[static_cast<std::size_t>(i)] = 1e30f;
  head.Pack();
  const std::vector<float> after = head.Attend(options);
  CHECK(std::memcmp(before.data(), after.data(), 8 * 6 * sizeof(float)) == 0);
}

TEST_CASE("attention: edits of a head, row, column or weight change nothing else") {
  const Case head(7, 7, 6);
  const AttentionOptions plain = Options(1.0f, true, 0);
  const std::vector<float> before = head.At(Stage::kPattern, plain);
  const auto check = [&](const TensorEdit& edit, auto touched) {
    const std::vector<StageEdit> edits{{Stage::kPattern, edit}};
    AttentionOptions options = Options(1.0f, true, 0);
    options.edits = edits;
    const std::vector<float> after = head.At(Stage::kPattern, options);
    for (Index t = 0; t < 7; ++t) {
      for (Index s = 0; s < 7; ++s) {
        const auto at = static_cast<std::size_t>(t * 7 + s);
        CHECK(after[at] == (touched(t, s) ? edit.value * before[at] : before[at]));
      }
    }
  };
  check({.value = 0.0f}, [](Index, Index) { return true; });
  check({.head = 0, .value = 0.5f}, [](Index, Index) { return true; });
  check({.head = 1, .value = 0.5f}, [](Index, Index) { return false; });
  check({.head = 0, .first_row = 3, .last_row = 4, .value = 2.0f}, [](Index t, Index) { return t == 3; });
  check({.head = 0, .column = 2, .value = 2.0f}, [](Index, Index s) { return s == 2; });
  check({.head = 0, .first_row = 4, .last_row = 5, .column = 4, .value = 0.0f},
        [](Index t, Index s) { return t == 4 && s == 4; });
  check({.head = 0, .first_row = 4, .last_row = 5, .column = 99, .value = 0.0f}, [](Index, Index) { return false; });
}

TEST_CASE("attention: worked example: query 2 and keys 1, 2, 3 give weights 0.01588, 0.11731, 0.86681") {
  Case head(1, 3, 2);
  head.q = {2.0f, 0.0f};
  head.k = {1.0f, 0.0f, 2.0f, 0.0f, 3.0f, 0.0f};
  head.v = {1.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f};
  head.Pack();
  const AttentionOptions options = Options(1.0f, false, 0);
  const std::vector<float> pattern = head.At(Stage::kPattern, options);
  CHECK(pattern[0] == doctest::Approx(0.01588).epsilon(1e-3));
  CHECK(pattern[1] == doctest::Approx(0.11731).epsilon(1e-4));
  CHECK(pattern[2] == doctest::Approx(0.86681).epsilon(1e-4));
  CHECK(head.Attend(options)[0] == doctest::Approx(0.01588).epsilon(1e-3));
}

}  // namespace attenscope
