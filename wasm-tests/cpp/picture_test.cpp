// Compares small pictures of patterns, stored during a run or computed later, with plain loops over the patterns.
#include "attention/picture.h"

#include <algorithm>

#include "recurrent_helpers.h"
#include "reference/kernels.h"
#include "transformer/transformer_run.h"

namespace attenscope {

using testing::Arch;
using testing::Classified;
using testing::ClassifierConfig;
using testing::CodeOf;
using testing::EdgeSizes;
using testing::Finish;
using testing::MakeRandomModel;
using testing::MakeRecurrent;
using testing::Misaligned;
using testing::OddConfig;
using testing::OddTranslator;
using testing::Random;
using testing::RandomIds;
using testing::RandomModel;
using testing::Seq2SeqConfig;
using testing::Translated;

namespace {

/// Returns the expected picture of a pattern (N, T, S) or (T, S).
TraceTensor InSmall(const TraceTensor& pattern) {
  const std::size_t rank = pattern.shape.size();
  const Index T = pattern.shape[rank - 2];
  const Index S = pattern.shape[rank - 1];
  Index block = 1;
  while (block * 64 < std::max(T, S)) ++block;
  TraceTensor small{{}, pattern.shape};
  small.shape[rank - 2] = (T + block - 1) / block;
  small.shape[rank - 1] = (S + block - 1) / block;
  for (auto head = pattern.data.begin(); head != pattern.data.end(); head += T * S) {
    const std::vector<float> cells = reference::BlockMaxima({head, head + T * S}, T, S, block);
    small.data.insert(small.data.end(), cells.begin(), cells.end());
  }
  return small;
}

void CheckSame(const TraceTensor& found, const TraceTensor& expected) {
  CHECK(found.shape == expected.shape);
  CHECK(found.data == expected.data);
}

/// Compares the picture of this name with a picture computed from the run's own pattern.
void CheckPicture(Run& run, const std::string& at, Index queries) {
  CAPTURE(at);
  const Index last = run.ComputeTrace(at + ".pattern", -1, 0, queries).shape[0] - 1;
  for (Index head : {Index{-1}, last, kMeanHead}) {
    CAPTURE(head);
    CheckSame(run.ComputeTrace(at + ".picture", head, 0, queries),
              InSmall(run.ComputeTrace(at + ".pattern", head, 0, queries)));
  }
}

}  // namespace

TEST_CASE("block maxima: equal plain loops at every edge size, block, number of rows and misalignment") {
  for (Index S : EdgeSizes()) {
    for (Index block : {1, 2, 3, 5, 16, 17}) {
      for (Index T : {1, 2, 6}) {
        CAPTURE(S);
        CAPTURE(block);
        CAPTURE(T);
        const std::vector<float> rows = Random(static_cast<std::uint32_t>(S + T)).Vector(T * S, 1.0f);
        Misaligned held(rows, S % 4);
        std::vector<float> cells(static_cast<std::size_t>((S + block - 1) / block), 0.0f);
        BlockMaxima(Arch{}, {held.data(), {T, S}}, block, cells.data());
        // All rows are in one block of the reference.
        std::vector<float> expected = cells;
        std::fill(expected.begin(), expected.end(), 0.0f);
        for (Index t = 0; t < T; ++t) {
          const std::vector<float> row(rows.begin() + t * S, rows.begin() + (t + 1) * S);
          const std::vector<float> of_row = reference::BlockMaxima(row, 1, S, block);
          for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = std::max(expected[i], of_row[i]);
        }
        CHECK(cells == expected);
      }
    }
  }
}

TEST_CASE("block maxima: a cell keeps its number when that is larger") {
  const std::vector<float> row{0.25f, 0.75f, 0.5f};
  std::vector<float> cells{0.5f, 0.625f};
  BlockMaxima(Arch{}, {row.data(), {1, 3}}, 2, cells.data());
  CHECK(cells == std::vector<float>{0.75f, 0.625f});
}

TEST_CASE("picture: stored or computed later, a decoder's pictures are right at lengths near a picture's size") {
  const RandomModel made = MakeRandomModel(OddConfig());
  for (Index T : {1, 2, 63, 64, 65, 128, 129, 200}) {
    CAPTURE(T);
    for (bool keep : {false, true}) {
      CAPTURE(keep);
      TransformerRun run(made.model, T);
      if (keep) run.KeepPictures();
      run.Append(RandomIds(T, 71), LogitsWanted::kNone);
      Finish(run);
      for (const char* at : {"blocks.0.attn", "blocks.1.attn"}) CheckPicture(run, at, T);
      CHECK(run.KeptPictures(Part::kDecoder, 1).has_value() == keep);
    }
  }
}

TEST_CASE("picture: of encoder, decoder and cross-attention, for texts of different lengths") {
  const RandomModel made = MakeRandomModel(OddTranslator());
  TransformerRun run(made.model, 70, 131);
  run.KeepPictures();
  run.SetSource(RandomIds(131, 71));
  run.Append(RandomIds(70, 71, 3), LogitsWanted::kNone);
  Finish(run);
  CheckPicture(run, "encoder.blocks.1.attn", 131);
  CheckPicture(run, "decoder.blocks.2.attn", 70);
  CheckPicture(run, "decoder.blocks.0.cross", 70);
  for (Part part : {Part::kEncoder, Part::kDecoder, Part::kCross}) CHECK(run.KeptPictures(part, 0).has_value());
}

TEST_CASE("picture: queries that see no key give an empty picture") {
  AddToPicture(simd::DefaultArch{}, {nullptr, {3, 0}}, 0, {Matrix(nullptr, {1, 0}), 4});
  CHECK(PictureShape(3, 0) == std::array<Index, 2>{3, 0});
}

TEST_CASE("picture: shows a pattern after its edits") {
  const RandomModel made = MakeRandomModel(OddConfig());
  TransformerRun run(made.model, 100);
  run.SetEdits({{.at = "blocks.1.attn.pattern", .op = "zero", .head = 2}});
  run.KeepPictures();
  run.Append(RandomIds(100, 71), LogitsWanted::kNone);
  Finish(run);
  CheckPicture(run, "blocks.1.attn", 100);
  const TraceTensor zeroed = run.ComputeTrace("blocks.1.attn.picture", 2, 0, 100);
  CHECK(std::ranges::all_of(zeroed.data, [](float cell) { return cell == 0.0f; }));
}

TEST_CASE("picture: of some of the queries, and in a run with a larger capacity") {
  const RandomModel made = MakeRandomModel(OddConfig());
  TransformerRun run(made.model, 250);
  run.KeepPictures();
  run.Append(RandomIds(90, 71), LogitsWanted::kNone);
  Finish(run);
  CheckPicture(run, "blocks.0.attn", 90);
  CheckSame(run.ComputeTrace("blocks.0.attn.picture", -1, 70, 11),
            InSmall(run.ComputeTrace("blocks.0.attn.pattern", -1, 70, 11)));
  CHECK(run.ComputeTrace("blocks.0.attn.picture", 0, 90, 0).shape == std::vector<Index>{0, 45});
}

TEST_CASE("picture: of a recurrent model, and of a learned query, which has one row") {
  const auto classified = Classified(MakeRecurrent(ClassifierConfig(1, true)), RandomIds(130, 23));
  CheckPicture(*classified, "blocks.0.attn", 130);
  CHECK(classified->ComputeTrace("blocks.0.attn.picture", 0, 0, 130).shape == std::vector<Index>{1, 44});
  const auto translated = Translated(MakeRecurrent(Seq2SeqConfig(RecurrentContext::kAttention, 3)), RandomIds(70, 23),
                                     RandomIds(20, 23, 5));
  CheckPicture(*translated, "encoder.blocks.0.attn", 70);
  CheckPicture(*translated, "decoder.blocks.0.cross", 20);
}

TEST_CASE("mean head: the mean over the heads of any tensor that has heads") {
  const RandomModel made = MakeRandomModel(OddConfig());
  TransformerRun run(made.model, 9);
  run.Append(RandomIds(9, 71), LogitsWanted::kNone);
  Finish(run);
  for (const char* name : {"blocks.1.attn.pattern", "blocks.0.attn.q", "blocks.0.attn.k"}) {
    CAPTURE(name);
    const TraceTensor all = run.ComputeTrace(name, -1, 0, 9);
    const TraceTensor mean = run.ComputeTrace(name, kMeanHead, 0, 9);
    REQUIRE(mean.shape == std::vector<Index>{all.shape[1], all.shape[2]});
    for (std::size_t i = 0; i < mean.data.size(); ++i) {
      double sum = 0.0;
      for (std::size_t n = i; n < all.data.size(); n += mean.data.size()) sum += double{all.data[n]};
      CHECK(mean.data[i] == doctest::Approx(sum / static_cast<double>(all.shape[0])).epsilon(1e-5));
    }
  }
  CHECK(CodeOf([&] { run.ComputeTrace("embedding", kMeanHead, 0, 9); }) == ErrorCode::kOption);
}

TEST_CASE("pictures: can be stored only from the first token on, and not in a restarted run") {
  const RandomModel made = MakeRandomModel(OddConfig());
  TransformerRun begun(made.model, 9);
  begun.Append(RandomIds(9, 71), LogitsWanted::kNone);
  CHECK(CodeOf([&] { begun.KeepPictures(); }) == ErrorCode::kOption);
  TransformerRun run(made.model, 9);
  run.KeepPictures();
  run.Append(RandomIds(9, 71), LogitsWanted::kNone);
  Finish(run);
  CHECK(CodeOf([&] { run.Restart({}, LogitsWanted::kNone); }) == ErrorCode::kOption);
}

}  // namespace attenscope
