// Tests the rules of beam search on logits written by hand, and compares the beams of a Transformer with whole runs.
#include "model/beam_search.h"

#include <algorithm>
#include <limits>
#include <map>

#include "model_helpers.h"
#include "transformer/transformer_run.h"

namespace attenscope {

using testing::CodeOf;
using testing::Finish;
using testing::MakeRandomModel;
using testing::OddConfig;
using testing::OddTranslator;
using testing::Random;
using testing::RandomIds;
using testing::RandomModel;

namespace {

using Ids = std::vector<std::int32_t>;
constexpr Index kVocabulary = 7;

/// Returns logits that depend only on the tokens read.
std::vector<float> LogitsAfter(const Ids& ids) {
  std::uint32_t seed = 17;
  for (std::int32_t id : ids) seed = seed * 31 + static_cast<std::uint32_t>(id);
  return Random(seed).Vector(kVocabulary, 2.0f);
}

/// A decoder that stores the tokens each row has read.
class Remembering : public BeamDecoder {
 public:
  void Advance(std::span<const Index> parents, std::span<const std::int32_t> tokens) override {
    std::vector<Ids> next;
    for (std::size_t row = 0; row < tokens.size(); ++row) {
      next.push_back(rows_.empty() ? Ids{} : rows_[static_cast<std::size_t>(parents[row])]);
      next.back().push_back(tokens[row]);
    }
    rows_ = next;
    logits_.clear();
    for (const Ids& row : rows_) {
      const std::vector<float> logits = LogitsAfter(row);
      logits_.insert(logits_.end(), logits.begin(), logits.end());
    }
  }
  bool Step() override { return false; }
  Matrix logits() override { return {logits_.data(), {static_cast<Index>(rows_.size()), kVocabulary}}; }

 private:
  std::vector<Ids> rows_;
  std::vector<float> logits_;
};

/// A decoder whose logits are all NaN from the given call of Advance on, as damaged weights would give.
class Breaking : public Remembering {
 public:
  explicit Breaking(int sound_calls) : sound_calls_(sound_calls) {}
  void Advance(std::span<const Index> parents, std::span<const std::int32_t> tokens) override {
    Remembering::Advance(parents, tokens);
    if (sound_calls_-- > 0) return;
    const Matrix all = logits();
    std::fill(all.data, all.data + all.size(), std::numeric_limits<float>::quiet_NaN());
  }

 private:
  int sound_calls_;
};

std::vector<Hypothesis> Search(const BeamOptions& options) {
  BeamSearch search(std::make_unique<Remembering>(), options, kVocabulary);
  Finish(search);
  CHECK_FALSE(search.Step());
  return search.hypotheses();
}

BeamOptions Options() { return {.beams = 3, .max_length = 7, .start_token = 1, .end_tokens = {0}}; }

TEST_CASE(
    "beam search: all-NaN logits end the search with the finished hypotheses, or throw an error with the position") {
  BeamSearch at_once(std::make_unique<Breaking>(0), Options(), kVocabulary);
  CHECK(CodeOf([&] { at_once.Step(); }) == ErrorCode::kBadModel);

  // A single beam that may end at once finishes a hypothesis before the logits become NaN.
  BeamOptions ends_anywhere = Options();
  ends_anywhere.end_tokens = {0, 2, 3, 4, 5};
  BeamSearch later(std::make_unique<Breaking>(1), ends_anywhere, kVocabulary);
  Finish(later);
  CHECK_FALSE(later.hypotheses().empty());
}

/// Returns the sum of the log-probabilities of a hypothesis.
double LogProbability(const Ids& ids) {
  double sum = 0.0;
  for (std::size_t t = 1; t < ids.size(); ++t) {
    const std::vector<float> logits = LogitsAfter({ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(t)});
    double total = 0.0;
    for (float value : logits) total += std::exp(double{value});
    sum += double{logits[static_cast<std::size_t>(ids[t])]} - std::log(total);
  }
  return sum;
}

/// Finds the hypothesis with the best score among all hypotheses up to the maximum length.
void Exhaust(const Ids& ids, const BeamOptions& options, Hypothesis& best) {
  for (std::int32_t token = 0; token < kVocabulary; ++token) {
    Ids longer = ids;
    longer.push_back(token);
    if (token != 0 && static_cast<Index>(longer.size()) < options.max_length) {
      Exhaust(longer, options, best);
      continue;
    }
    const double score =
        LogProbability(longer) / std::pow(static_cast<double>(longer.size() - 1), options.length_penalty);
    if (best.ids.empty() || score > best.score) best = {longer, score};
  }
}

bool HasRepeat(const Ids& ids, std::ptrdiff_t n) {
  for (auto a = ids.begin(); a + n <= ids.end(); ++a) {
    for (auto b = a + 1; b + n <= ids.end(); ++b) {
      if (std::equal(a, a + n, b)) return true;
    }
  }
  return false;
}

}  // namespace

TEST_CASE("beam search: scores are sums of log-probabilities over lengths, best first") {
  for (const double penalty : {0.0, 0.6, 1.0, 2.0, -1.0}) {
    CAPTURE(penalty);
    BeamOptions options = Options();
    options.length_penalty = penalty;
    const std::vector<Hypothesis> found = Search(options);
    REQUIRE(!found.empty());
    CHECK(found.size() <= 3);
    for (std::size_t i = 0; i < found.size(); ++i) {
      const double length = static_cast<double>(found[i].ids.size() - 1);
      CHECK(found[i].score == doctest::Approx(LogProbability(found[i].ids) / std::pow(length, penalty)).epsilon(1e-5));
      CHECK(found[i].ids.front() == 1);
      CHECK((found[i].ids.back() == 0 || static_cast<Index>(found[i].ids.size()) == 7));
      if (i > 0) CHECK(found[i - 1].score >= found[i].score);
    }
  }
}

TEST_CASE("beam search: with enough beams it finds the best of all hypotheses") {
  BeamOptions options = Options();
  options.beams = 256;
  options.max_length = 5;
  options.length_penalty = 0.0;
  Hypothesis best;
  Exhaust({1}, options, best);
  const std::vector<Hypothesis> found = Search(options);
  CHECK(found[0].ids == best.ids);
  CHECK(found[0].score == doctest::Approx(best.score).epsilon(1e-6));
}

TEST_CASE("beam search: one beam is greedy search") {
  BeamOptions options = Options();
  options.beams = 1;
  options.max_length = 30;
  Ids ids{1};
  while (ids.size() < 30 && (ids.size() == 1 || ids.back() != 0)) {
    const std::vector<float> logits = LogitsAfter(ids);
    ids.push_back(static_cast<std::int32_t>(std::max_element(logits.begin(), logits.end()) - logits.begin()));
  }
  const std::vector<Hypothesis> found = Search(options);
  REQUIRE(found.size() == 1);
  CHECK(found[0].ids == ids);
}

TEST_CASE("beam search: rules about tokens hold in every hypothesis") {
  for (std::int32_t start = 1; start < kVocabulary; ++start) {
    CAPTURE(start);
    BeamOptions options = Options();
    options.start_token = start;
    options.max_length = 9;
    options.bad_tokens = {2, 5};
    for (const Hypothesis& found : Search(options)) {
      CHECK(std::find(found.ids.begin() + 1, found.ids.end(), 2) == found.ids.end());
      CHECK(std::find(found.ids.begin() + 1, found.ids.end(), 5) == found.ids.end());
    }
    options.bad_tokens = {};
    for (Index n : {1, 2, 3}) {
      options.no_repeat_ngram_size = n;
      for (const Hypothesis& found : Search(options)) CHECK_FALSE(HasRepeat(found.ids, n));
    }
    options.no_repeat_ngram_size = 0;
    options.min_length = 6;
    for (const Hypothesis& found : Search(options)) CHECK(found.ids.size() >= 7);
    options.min_length = 0;
    options.forced_start_token = 3;
    options.forced_end_token = 0;
    for (const Hypothesis& found : Search(options)) {
      CHECK(found.ids[1] == 3);
      CHECK(found.ids.back() == 0);
    }
  }
}

TEST_CASE("beam search: renormalised log-probabilities are over the allowed tokens only") {
  BeamOptions options = Options();
  options.bad_tokens = {2, 5};
  options.max_length = 2;
  options.renormalize = true;
  double total = 0.0;
  options.beams = 5;
  for (const Hypothesis& found : Search(options)) total += std::exp(found.score);
  CHECK(total == doctest::Approx(1.0).epsilon(1e-5));
}

TEST_CASE("beam search: every end token ends a hypothesis, and early stopping gives as many hypotheses as beams") {
  BeamOptions options = Options();
  options.end_tokens = {0, 4};
  options.early_stopping = true;
  options.max_length = 40;
  const std::vector<Hypothesis> found = Search(options);
  CHECK(found.size() == 3);
  for (const Hypothesis& hypothesis : found) {
    CHECK((hypothesis.ids.back() == 0 || hypothesis.ids.back() == 4));
    CHECK(std::count(hypothesis.ids.begin(), hypothesis.ids.end() - 1, 4) == 0);
  }
}

TEST_CASE("beam search: invalid options throw an error with the option's name") {
  const auto refused = [](const std::string& name, auto change) {
    CAPTURE(name);
    BeamOptions options = Options();
    change(options);
    try {
      Search(options);
      FAIL("the options were accepted");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::kOption);
      CHECK(std::string(error.what()).find(name) != std::string::npos);
    }
  };
  refused("numBeams", [](BeamOptions& o) { o.beams = 0; });
  refused("numBeams", [](BeamOptions& o) { o.beams = 1 << 20; });
  refused("maxLength", [](BeamOptions& o) { o.max_length = 1; });
  refused("minLength", [](BeamOptions& o) { o.min_length = -1; });
  refused("noRepeatNgramSize", [](BeamOptions& o) { o.no_repeat_ngram_size = -1; });
  refused("startToken", [](BeamOptions& o) { o.start_token = 7; });
  refused("endTokens", [](BeamOptions& o) { o.end_tokens = {-1}; });
  refused("badTokens", [](BeamOptions& o) { o.bad_tokens = {3, 7}; });
  refused("forcedStartToken", [](BeamOptions& o) { o.forced_start_token = 7; });
  refused("forcedEndToken", [](BeamOptions& o) { o.forced_end_token = -2; });
  refused("lengthPenalty", [](BeamOptions& o) { o.length_penalty = std::nan(""); });
}

TEST_CASE("beam search: a Transformer's hypotheses have the same scores as in whole runs") {
  for (const PositionKind position : {PositionKind::kSinusoidal, PositionKind::kRotary, PositionKind::kLearned}) {
    CAPTURE(static_cast<int>(position));
    Config config = OddTranslator();
    config.position = position;
    if (position == PositionKind::kRotary) config.encoder.head_width = 12;
    const RandomModel made = MakeRandomModel(config, 4);
    const Ids source = RandomIds(11, 71, 5);
    // The hypotheses are longer than the memory that beams allocate at first.
    const BeamOptions options{.beams = 5, .max_length = 90, .min_length = 80, .start_token = 2, .end_tokens = {0}};
    const std::unique_ptr<BeamSearch> search = made.model->CreateBeamSearch(source, options);
    Finish(*search);
    REQUIRE(search->hypotheses().size() == 5);
    for (const Hypothesis& hypothesis : search->hypotheses()) {
      const std::size_t T = hypothesis.ids.size() - 1;
      REQUIRE(T >= 79);
      TransformerRun run(made.model, static_cast<Index>(T), 11);
      run.SetSource(source);
      run.Append(std::span(hypothesis.ids).first(T), LogitsWanted::kAll);
      Finish(run);
      double sum = 0.0;
      for (std::size_t t = 0; t < T; ++t) {
        const float* row = &run.logits()(static_cast<Index>(t), 0);
        sum += double{row[hypothesis.ids[t + 1]]} - LogSumExp(simd::DefaultArch{}, row, 71);
      }
      CHECK(hypothesis.score == doctest::Approx(sum / static_cast<double>(T)).epsilon(1e-6));
    }
  }
}

TEST_CASE("beam search: invalid sources and lengths throw; a decoder-only model has no beam search") {
  const RandomModel made = MakeRandomModel(OddTranslator()), alone = MakeRandomModel(OddConfig());
  const BeamOptions options{.max_length = 20, .start_token = 2, .end_tokens = {0}};
  BeamOptions longest = options;
  longest.max_length = 302;
  CHECK(CodeOf([&] { alone.model->CreateBeamSearch(RandomIds(3, 71), options); }) == ErrorCode::kUnsupported);
  CHECK(CodeOf([&] { made.model->CreateBeamSearch(RandomIds(3, 71), longest); }) == ErrorCode::kTooLong);
  CHECK(CodeOf([&] { made.model->CreateBeamSearch(RandomIds(301, 71), options); }) == ErrorCode::kTooLong);
  CHECK(CodeOf([&] { made.model->CreateBeamSearch({}, options); }) == ErrorCode::kTooLong);
  CHECK(CodeOf([&] { made.model->CreateBeamSearch(Ids{-1}, options); }) == ErrorCode::kOption);
  BeamOptions many = options;
  many.beams = 1 << 30;
  CHECK(CodeOf([&] { made.model->CreateBeamSearch(RandomIds(3, 71), many); }) == ErrorCode::kOption);
}

}  // namespace attenscope
