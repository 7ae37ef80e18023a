// Tests the insights computed from a run: weighted norms, logit lens, direct logits, repeated tokens, plane and flow.
#include "insight/flow.h"
#include "insight/plane.h"
#include "insight/summary.h"
#include "model_helpers.h"
#include "transformer/trace_names.h"
#include "transformer/transformer_run.h"

namespace attenscope {

using testing::CodeOf;
using testing::MakeRandomModel;
using testing::OddConfig;
using testing::OddTranslator;
using testing::Random;
using testing::RandomIds;
using testing::RandomModel;

namespace {

struct Ran {
  RandomModel made;
  std::vector<std::int32_t> ids;
  std::unique_ptr<TransformerRun> run;
  reference::Result expected;

  Ran(const Config& config, std::vector<std::int32_t> of) : made(MakeRandomModel(config)), ids(std::move(of)) {
    run = std::make_unique<TransformerRun>(made.model, static_cast<Index>(ids.size()));
    run->Append(ids, LogitsWanted::kAll);
    while (run->Step()) {
    }
    expected = reference::Forward(config, made.parameters, {ids.begin(), ids.end()});
  }
};

/// Returns the config of a GPT-2 form: layer norms before each sublayer and biases everywhere.
Config OddBiased() {
  Config config = OddConfig();
  config.key_value_heads = 6;
  config.norm = NormKind::kLayer;
  config.position = PositionKind::kLearned;
  config.gated = false;
  config.activation = Nonlinearity::kGeluTanh;
  config.attention_bias = config.output_bias = config.feed_forward_bias = config.logits_bias = true;
  config.tied_embedding = true;
  return config;
}

}  // namespace

TEST_CASE("weighted norms: each weight times the length of its value after the output projection") {
  Ran ran(OddConfig(), RandomIds(9, 71));
  const TraceTensor norms = ran.run->ComputeTrace("blocks.1.attn.weighted_norms", -1, 0, 9);
  REQUIRE(norms.shape == std::vector<Index>{6, 9, 9});
  const auto& output = ran.made.parameters.at("blocks.1.attn.output.weight");
  for (Index n = 0; n < 6; ++n) {
    const auto at = static_cast<std::size_t>(n);
    const reference::MatrixXd moved =
        ran.expected.heads.at("blocks.1.attn.v")[at / 3] * output.middleCols(n * 10, 10).transpose();
    for (Index t = 0; t < 9; ++t) {
      for (Index s = 0; s < 9; ++s) {
        const double wanted = (ran.expected.heads.at("blocks.1.attn.pattern")[at](t, s) * moved.row(s)).norm();
        CHECK(std::abs(norms.data[static_cast<std::size_t>((n * 9 + t) * 9 + s)] - wanted) < 1e-4);
      }
    }
  }
}

TEST_CASE("lens: after the last block the model's logits, after an earlier one those of its residual stream") {
  for (const Config& config : {OddConfig(), OddBiased()}) {
    Ran ran(config, RandomIds(9, 71));
    const TraceTensor last = ran.run->ComputeTrace("blocks.1.lens", -1, 0, 9);
    REQUIRE(last.shape == std::vector<Index>{9, 71});
    for (Index i = 0; i < 9 * 71; ++i) {
      CHECK(last.data[static_cast<std::size_t>(i)] == ran.run->logits().data[i]);
    }
    const TraceTensor first = ran.run->ComputeTrace("blocks.0.lens", -1, 3, 4);
    const reference::MatrixXd states =
        reference::Norm(config, ran.made.parameters, "final_norm", ran.expected.streams.at("blocks.0.residual"));
    const bool tied = config.tied_embedding;
    reference::MatrixXd wanted =
        states * ran.made.parameters.at(tied ? "embedding.weight" : "unembedding.weight").transpose();
    if (config.logits_bias) wanted.rowwise() += ran.made.parameters.at("logits_bias").row(0);
    for (Index t = 0; t < 4; ++t) {
      for (Index v = 0; v < 71; ++v) {
        CHECK(std::abs(first.data[static_cast<std::size_t>(t * 71 + v)] - wanted(3 + t, v)) < 1e-3);
      }
    }
  }
  CHECK(!FindTraceName("encoder.blocks.0.lens", OddTranslator()));
  CHECK(FindTraceName("decoder.blocks.0.lens", OddTranslator()));
}

TEST_CASE("direct logits: the terms add up to the logit, and a head's term is its output's share of the logit") {
  for (const Config& config : {OddConfig(), OddBiased()}) {
    Ran ran(config, RandomIds(9, 71));
    for (Index query : {0, 4, 8}) {
      const DirectLogits terms = ran.run->ComputeDirectLogits(query, 17);
      CHECK(terms.logit == doctest::Approx(ran.expected.logits(query, 17)).epsilon(1e-4));
      CHECK(terms.heads.shape == std::vector<Index>{2, 6});
      CHECK(terms.cross_heads.data.empty());
      // Without a head, the stream before the norm is different. If the norm keeps its scale, the logit falls by the
      // term of the head.
      const auto& parameters = ran.made.parameters;
      const reference::MatrixXd x = ran.expected.streams.at("blocks.1.residual").row(query);
      const reference::MatrixXd moved = ran.expected.heads.at("blocks.0.attn.head_output")[4].row(query) *
                                        parameters.at("blocks.0.attn.output.weight").middleCols(40, 10).transpose();
      const bool layer = config.norm == NormKind::kLayer;
      const double mean = layer ? x.mean() : 0.0;
      const double scale = 1.0 / std::sqrt((x.array() - mean).square().mean() + 1e-5);
      reference::MatrixXd seen = moved;
      if (layer) seen.array() -= moved.mean();
      seen = (seen.array() * scale * parameters.at("final_norm.weight").array()).matrix();
      const auto& unembedding = parameters.at(config.tied_embedding ? "embedding.weight" : "unembedding.weight");
      CHECK(terms.heads.data[4] == doctest::Approx(seen.row(0).dot(unembedding.row(17))).epsilon(1e-3));
    }
  }
}

TEST_CASE("direct logits: throws for models whose logits are not a sum, and for tokens that do not exist") {
  Ran ran(OddConfig(), RandomIds(3, 71));
  CHECK(CodeOf([&] { ran.run->ComputeDirectLogits(3, 0); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { ran.run->ComputeDirectLogits(-1, 0); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { ran.run->ComputeDirectLogits(0, 71); }) == ErrorCode::kOption);
  const RandomModel made = MakeRandomModel(OddTranslator());
  TransformerRun run(made.model, 2, 2);
  CHECK(CodeOf([&] { run.ComputeDirectLogits(0, 0); }) == ErrorCode::kUnsupported);
}

TEST_CASE("summary: weights on repeated tokens and on those that follow them") {
  Ran ran(OddConfig(), {5, 6, 7, 5, 6, 9, 5});
  const std::vector<HeadSummary> summaries = SummarizeHeads(*ran.run, Part::kDecoder, 1);
  const auto& pattern = ran.expected.heads.at("blocks.1.attn.pattern")[2];
  // Queries 3, 4 and 6 repeat tokens 0; 1; 0 and 3.
  CHECK(summaries[2].duplicate_token ==
        doctest::Approx((pattern(3, 0) + pattern(4, 1) + pattern(6, 0) + pattern(6, 3)) / 3).epsilon(1e-4));
  CHECK(summaries[2].induction ==
        doctest::Approx((pattern(3, 1) + pattern(4, 2) + pattern(6, 1) + pattern(6, 4)) / 3).epsilon(1e-4));
  Ran none(OddConfig(), {1, 2, 3});
  CHECK(SummarizeHeads(*none.run, Part::kDecoder, 0)[0].induction == 0.0);
}

TEST_CASE("plane: two orthogonal axes that keep the most variance, with all keys shifted by one vector") {
  Random random(3);
  const Index T = 11, S = 7, H = 5;
  std::vector<float> q = random.Vector(T * H), k = random.Vector(S * H);
  // Most of the variance is along two known directions, and the keys are far away from the queries.
  for (Index t = 0; t < T; ++t) {
    q[static_cast<std::size_t>(t * H + 1)] *= 30.0f;
    q[static_cast<std::size_t>(t * H + 3)] *= 10.0f;
  }
  for (float& value : k) value += 100.0f;
  const Plane plane = ProjectToPlane({q.data(), {T, H}}, {k.data(), {S, H}});
  REQUIRE(plane.queries.shape == std::vector<Index>{T, 2});
  REQUIRE(plane.keys.shape == std::vector<Index>{S, 2});
  CHECK(plane.explained > 0.98);
  double cross = 0.0, variance[2] = {0.0, 0.0};
  for (const TraceTensor* points : {&plane.queries, &plane.keys}) {
    double mean[2] = {0.0, 0.0};
    for (Index i = 0; i < points->shape[0]; ++i) {
      const float* at = points->data.data() + 2 * i;
      cross += double{at[0]} * at[1];
      for (int axis : {0, 1}) variance[axis] += double{at[axis]} * at[axis], mean[axis] += at[axis];
    }
    CHECK(std::abs(mean[0]) + std::abs(mean[1]) < 1e-3);
  }
  CHECK(std::abs(cross) < 1e-3 * variance[0]);
  CHECK(variance[0] > variance[1]);
  // The first axis is nearly the second component of the queries, with its sign.
  double mean = 0.0;
  for (Index t = 0; t < T; ++t) mean += q[static_cast<std::size_t>(t * H + 1)] / double{T};
  for (Index t = 0; t < T; ++t) {
    CHECK(plane.queries.data[static_cast<std::size_t>(2 * t)] ==
          doctest::Approx(q[static_cast<std::size_t>(t * H + 1)] - mean).epsilon(0.1).scale(10.0));
  }
}

TEST_CASE("plane: one point, one component, no points, and numbers that are not finite") {
  const float x[] = {1.0f, 2.0f, 3.0f};
  CHECK(ProjectToPlane({x, {1, 3}}, {x, {1, 3}}).queries.data == std::vector<float>{0.0f, 0.0f});
  const Plane line = ProjectToPlane({x, {3, 1}}, {x, {0, 1}});
  CHECK(line.queries.data == std::vector<float>{-1.0f, 0.0f, 0.0f, 0.0f, 1.0f, 0.0f});
  CHECK(line.explained == doctest::Approx(1.0));
  CHECK(ProjectToPlane({x, {0, 3}}, {x, {0, 3}}).keys.data.empty());
  CHECK(CodeOf([&] { ProjectToPlane({x, {3, 0}}, {x, {3, 0}}); }) == ErrorCode::kOption);
  const float bad[] = {1.0f, std::nanf("")};
  CHECK(CodeOf([&] { ProjectToPlane({bad, {1, 2}}, {x, {1, 2}}); }) == ErrorCode::kOption);
}

TEST_CASE("flow: through two layers each path carries the smaller of its two capacities") {
  Ran ran(OddConfig(), RandomIds(9, 71));
  const auto mixing = [&](Index layer) { return MixingMatrix(*ran.run, ran.run->Patterns(Part::kDecoder, layer)); };
  const std::vector<float> first = mixing(0), second = mixing(1);
  for (Index query : {0, 5, 8}) {
    const TraceTensor flow = Flow(*ran.run, Part::kDecoder, query, 0, 9);
    REQUIRE(flow.shape == std::vector<Index>{1, 9});
    for (Index key = 0; key < 9; ++key) {
      double wanted = 0.0;
      for (Index middle = 0; middle < 9; ++middle) {
        wanted += std::min(second[static_cast<std::size_t>(query * 9 + middle)],
                           first[static_cast<std::size_t>(middle * 9 + key)]);
      }
      CHECK(flow.data[static_cast<std::size_t>(key)] == doctest::Approx(wanted).epsilon(1e-5));
    }
    CHECK(Flow(*ran.run, Part::kDecoder, query, 2, 3).data[1] == flow.data[3]);
  }
  CHECK(CodeOf([&] { Flow(*ran.run, Part::kDecoder, 9, 0, 1); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { Flow(*ran.run, Part::kDecoder, 0, 5, 5); }) == ErrorCode::kOption);
}

TEST_CASE("flow: through three layers it may divide, and never exceeds the capacity into the query") {
  Config config = OddConfig();
  config.layers = 3;
  Ran ran(config, RandomIds(6, 71));
  // The maximum flow equals the minimum cut (Ford & Fulkerson 1956), so that the test tries every cut of these few
  // nodes.
  const Index S = 6, query = 5;
  std::vector<std::vector<float>> layers;
  for (Index layer = 0; layer < 3; ++layer)
    layers.push_back(MixingMatrix(*ran.run, ran.run->Patterns(Part::kDecoder, layer)));
  const TraceTensor flow = Flow(*ran.run, Part::kDecoder, query, 0, S);
  for (Index key = 0; key < S; ++key) {
    double least = 1e9;
    // Bit s of `upper` (of `lower`): node s after the second (first) block is on the query's side of the cut.
    for (unsigned upper = 0; upper < 64; ++upper) {
      for (unsigned lower = 0; lower < 64; ++lower) {
        double cut = 0.0;
        for (Index a = 0; a < S; ++a) {
          const auto at = [](Index from, Index to) { return static_cast<std::size_t>(from * 6 + to); };
          if (!(upper >> a & 1u)) cut += layers[2][at(query, a)];
          for (Index b = 0; b < S; ++b) {
            if ((upper >> a & 1u) && !(lower >> b & 1u)) cut += layers[1][at(a, b)];
          }
          if (lower >> a & 1u) cut += layers[0][at(a, key)];
        }
        least = std::min(least, cut);
      }
    }
    CHECK(flow.data[static_cast<std::size_t>(key)] == doctest::Approx(least).epsilon(1e-4).scale(0.01));
  }
}

}  // namespace attenscope
