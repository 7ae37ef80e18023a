// Tests attention over long sequences in tiles of keys: the results equal the untiled path, and memory grows in
// proportion to T.
#include "attention/streaming.h"

#include "attention_op_helpers.h"

namespace attenscope {

using testing::AddBias;
using testing::AddMask;
using testing::AttentionCase;
using testing::CheckCase;
using testing::Found;
using testing::HeldCase;
using testing::MakeCase;
using testing::RunAttention;
using testing::Sizes;

TEST_CASE("streaming: equals plain loops at sizes near the switch to tiles of keys, with every mask") {
  std::uint32_t seed = 100;
  for (Index S : {kLongestPlain - 1, kLongestPlain, kLongestPlain + 1, kLongestPlain + 5, 3 * kKeyTile}) {
    for (Index T : {1, 7}) {
      CAPTURE(S);
      CAPTURE(T);
      AttentionOptions options;
      options.scale = 0.7f;
      const auto check = [&](Index past, auto change) {
        AttentionSizes sizes = Sizes(T, past, S - past);
        sizes.B = 1;
        sizes.N = 2;
        sizes.K = 1;
        AttentionCase c = MakeCase(sizes, options, ++seed);
        change(c);
        CheckCase(c);
      };
      const auto nothing = [](AttentionCase&) {};
      check(0, nothing);
      options.softcap = 2.0f;
      check(5, [&](AttentionCase& c) { AddBias(c, seed); });
      options.softcap = 0.0f;
      check(0, [&](AttentionCase& c) { AddMask(c, seed); });
      options.visible.causal = true;
      check(S - T, nothing);
      check(0, nothing);
      options.visible = {.window_left = 3, .window_right = 2, .global_tokens = 2};
      check(S / 2, nothing);
      options.visible = {};
      check(0, [&](AttentionCase& c) { c.key_lengths = {static_cast<std::int32_t>(kKeyTile + 3)}; });
      // Scores grow from tile to tile, so that each earlier sum is scaled down.
      check(0, [&](AttentionCase& c) {
        for (Index i = 0; i < 2 * T * S; ++i) c.bias.push_back(double(i % S) / 64.0);
      });
    }
  }
}

TEST_CASE("streaming: rows do not depend on other or later rows, nor on NaN in masked keys") {
  const Index S = kLongestPlain + 9;
  AttentionOptions options;
  options.visible.causal = true;
  AttentionSizes sizes = Sizes(8, S - 8, 8);
  sizes.B = sizes.N = sizes.K = 1;
  const AttentionCase eight = MakeCase(sizes, options, 21);
  const std::vector<float> whole = RunAttention(HeldCase(eight), false).output;
  // The second case lacks the last query and key of the first. It is also long enough for tiles.
  AttentionCase seven = eight;
  seven.sizes.T = 7;
  seven.sizes.S = seven.sizes.values = S - 1;
  const Found fewer = RunAttention(HeldCase(seven), false);
  for (std::size_t i = 0; i < 7 * 3; ++i) CHECK(fewer.output[i] == whole[i]);

  AttentionCase dirty = eight;
  for (std::size_t i = 7 * 5; i < 8 * 5; ++i) dirty.k[i] = std::nan("");
  for (std::size_t i = 7 * 3; i < 8 * 3; ++i) dirty.v[i] = HUGE_VAL;
  const Found spoilt = RunAttention(HeldCase(dirty), false);
  for (std::size_t i = 0; i < 7 * 3; ++i) CHECK(spoilt.output[i] == whole[i]);
  // A visible NaN is not hidden: the last query is NaN.
  for (std::size_t i = 7 * 3; i < 8 * 3; ++i) CHECK(std::isnan(spoilt.output[i]));
}

TEST_CASE("streaming: the memory of long sequences grows with their length, not with its square") {
  const auto bytes = [](Index length, bool with_gradient) {
    AttentionOptions options;
    options.visible.causal = true;
    AttentionSizes sizes = Sizes(length, 0, length);
    sizes.H = sizes.Hk = sizes.Hv = sizes.D = 64;
    sizes.values = length;
    return static_cast<double>(AttentionOp(sizes, options, with_gradient).bytes());
  };
  for (bool with_gradient : {false, true}) {
    CHECK(bytes(1 << 16, with_gradient) < 4.05 * bytes(1 << 14, with_gradient));
    CHECK(bytes(1 << 14, with_gradient) < 80.0 * 1024.0 * 1024.0);
  }
}

}  // namespace attenscope
