// Beam search with the rules of the transformers library (5.23): its `_beam_search` and its logits processors.
#include "model/beam_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "kernels/vector_ops.h"
#include "tensor/error.h"
#include "tensor/number_text.h"

namespace attenscope {

namespace {

constexpr float kForbidden = -std::numeric_limits<float>::infinity();

/// The score that transformers uses for "no score". Beams that only repeat the first beam start with it.
constexpr double kNoScore = -1e9;

/// Upper limits that no use comes near, small enough that products of sizes do not overflow.
constexpr Index kMostBeams = 256;
constexpr Index kMostLength = Index{1} << 24;

void CheckOption(const char* name, Index value, Index least, Index most) {
  if (value < least || value > most) {
    throw Error(ErrorCode::kOption, std::string(name) + " is " + std::to_string(value) + ", expected " +
                                        std::to_string(least) + " to " + std::to_string(most));
  }
}

/// Forbids each token that followed an earlier occurrence of the last n − 1 tokens.
void ForbidRepeats(std::span<const std::int32_t> ids, Index n, float* logits) {
  const Index length = static_cast<Index>(ids.size());
  if (n == 0 || length + 1 < n) return;
  const auto last = ids.end() - (n - 1);
  for (auto first = ids.begin(); first + (n - 1) < ids.end(); ++first) {
    if (std::equal(last, ids.end(), first)) logits[first[n - 1]] = kForbidden;
  }
}

void AllowOnly(std::int32_t token, float* logits, Index count) {
  std::fill(logits, logits + count, kForbidden);
  logits[token] = 0.0f;
}

}  // namespace

void Validate(const BeamOptions& options, Index vocabulary) {
  CheckOption("numBeams", options.beams, 1, kMostBeams);
  CheckOption("maxLength", options.max_length, 2, kMostLength);
  CheckOption("minLength", options.min_length, 0, kMostLength);
  CheckOption("noRepeatNgramSize", options.no_repeat_ngram_size, 0, kMostLength);
  CheckOption("startToken", options.start_token, 0, vocabulary - 1);
  CheckOption("forcedStartToken", options.forced_start_token, -1, vocabulary - 1);
  CheckOption("forcedEndToken", options.forced_end_token, -1, vocabulary - 1);
  for (std::int32_t token : options.bad_tokens) CheckOption("badTokens", token, 0, vocabulary - 1);
  for (std::int32_t token : options.end_tokens) CheckOption("endTokens", token, 0, vocabulary - 1);
  if (!std::isfinite(options.length_penalty)) {
    throw Error(ErrorCode::kOption,
                "lengthPenalty is " + NumberText(options.length_penalty) + ", expected a finite number");
  }
}

BeamSearch::BeamSearch(std::unique_ptr<BeamDecoder> decoder, const BeamOptions& options, Index vocabulary)
    : decoder_(std::move(decoder)), options_(options), vocabulary_(vocabulary) {
  Validate(options, vocabulary);
  // All beams start with the same tokens. Only the first beam has a score, so that the beams do not choose the same
  // tokens.
  open_.assign(static_cast<std::size_t>(options.beams), {{options.start_token}, kNoScore});
  open_[0].score = 0.0;
  decoder_->Advance({}, std::vector<std::int32_t>(open_.size(), options.start_token));
}

bool BeamSearch::Step() {
  if (over_) return false;
  if (!decoder_->Step()) Choose();
  return !over_;
}

bool BeamSearch::Ends(std::int32_t token) const {
  return std::find(options_.end_tokens.begin(), options_.end_tokens.end(), token) != options_.end_tokens.end();
}

/// Applies the rules to a row of logits. `log_sum` is the number to subtract from logits to get log-probabilities.
void BeamSearch::Restrict(Index beam, Matrix logits, double& log_sum) const {
  float* row = &logits(beam, 0);
  ForbidRepeats(open_[static_cast<std::size_t>(beam)].ids, options_.no_repeat_ngram_size, row);
  for (std::int32_t token : options_.bad_tokens) {
    if (!Ends(token)) row[token] = kForbidden;
  }
  if (length_ < options_.min_length) {
    for (std::int32_t token : options_.end_tokens) row[token] = kForbidden;
  }
  const bool first = length_ == 1 && options_.forced_start_token >= 0;
  const bool last = length_ == options_.max_length - 1 && options_.forced_end_token >= 0;
  if (first) AllowOnly(options_.forced_start_token, row, vocabulary_);
  if (last) AllowOnly(options_.forced_end_token, row, vocabulary_);
  // A forced token has probability 1.
  if (first || last) log_sum = 0.0;
}

/// Returns the `count` likeliest continuations of all beams, best first. Of equal scores, the earlier beam and then the
/// lower id comes first.
std::vector<BeamSearch::Candidate> BeamSearch::Best(std::size_t count) {
  const Matrix logits = decoder_->logits();
  std::vector<Candidate> best;
  for (Index beam = 0; beam < logits.shape[0]; ++beam) {
    const float* row = &logits(beam, 0);
    double log_sum = LogSumExp(simd::DefaultArch{}, row, vocabulary_);
    Restrict(beam, logits, log_sum);
    if (options_.renormalize) log_sum = LogSumExp(simd::DefaultArch{}, row, vocabulary_);
    const double offset = open_[static_cast<std::size_t>(beam)].score - log_sum;
    for (Index token = 0; token < vocabulary_; ++token) {
      const double score = double{row[token]} + offset;
      // A token whose score is NaN is never chosen, because a NaN cannot be compared.
      if (std::isnan(score) || (best.size() == count && score <= best.back().score)) continue;
      if (best.size() == count) best.pop_back();
      const auto place =
          std::upper_bound(best.begin(), best.end(), score, [](double s, const Candidate& c) { return s > c.score; });
      best.insert(place, {score, beam, static_cast<std::int32_t>(token)});
    }
  }
  return best;
}

void BeamSearch::Choose() {
  const std::size_t beams = static_cast<std::size_t>(options_.beams);
  // There are so many candidates that enough beams continue even if every beam proposes all end tokens.
  const std::vector<Candidate> best = Best(std::max<std::size_t>(2, 1 + options_.end_tokens.size()) * beams);
  if (best.empty() && finished_.empty()) {
    throw Error(ErrorCode::kBadModel, "the logits of target position " + std::to_string(length_ - 1) +
                                          " are NaN for every token: there is nothing to choose");
  }
  ++length_;
  const double new_tokens = static_cast<double>(length_ - 1);
  const double measure = std::pow(new_tokens, options_.length_penalty);

  std::vector<Hypothesis> open;
  std::vector<Index> parents;
  std::vector<std::int32_t> tokens;
  for (std::size_t i = 0; i < best.size(); ++i) {
    const auto& [score, beam, token] = best[i];
    std::vector<std::int32_t> ids = open_[static_cast<std::size_t>(beam)].ids;
    ids.push_back(token);
    if (!Ends(token) && length_ < options_.max_length) {
      if (open.size() == beams) continue;
      open.push_back({std::move(ids), score});
      parents.push_back(beam);
      tokens.push_back(token);
    } else if (i < beams) {
      finished_.push_back({std::move(ids), score / measure});
    }
  }
  std::stable_sort(finished_.begin(), finished_.end(),
                   [](const Hypothesis& a, const Hypothesis& b) { return a.score > b.score; });
  if (finished_.size() > beams) finished_.resize(beams);

  const bool full = finished_.size() == beams;
  const bool improvable = !open.empty() && (!full || open[0].score / measure > finished_.back().score);
  // A single beam is greedy search, which stops at the first end token.
  over_ = !improvable || (full && (options_.early_stopping || beams == 1));
  if (over_) return;
  open_ = std::move(open);
  decoder_->Advance(parents, tokens);
}

}  // namespace attenscope
