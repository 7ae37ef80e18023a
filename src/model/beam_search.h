// Beam search: several hypotheses go on together, the likeliest by their length's measure win.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "tensor/tensor.h"

namespace attenscope {

/// The choices of a search, by the names of transformers' generation config. Lengths count the start token.
struct BeamOptions {
  Index beams = 4;                            // 1 is greedy search
  double length_penalty = 1.0;                // scores are sums of log-probabilities / (new tokens ^ this)
  Index max_length = 0;                       // the longest hypothesis, end token included
  Index min_length = 0;                       // no end token before this many tokens
  Index no_repeat_ngram_size = 0;             // no n tokens in a row occur twice; 0: they may
  std::vector<std::int32_t> bad_tokens = {};  // never chosen
  std::int32_t start_token = 0;               // what the decoder reads first
  std::vector<std::int32_t> end_tokens = {};
  std::int32_t forced_start_token = -1;  // what has to follow the start token; −1: anything
  std::int32_t forced_end_token = -1;    // what the last token of a longest hypothesis has to be; −1: anything
  bool renormalize = false;              // log-probabilities are those of what these rules leave
  bool early_stopping = false;           // ends as soon as there are as many finished hypotheses as beams
};

/// Throws kOption for options out of range, vocabulary being V.
void Validate(const BeamOptions& options, Index vocabulary);

/// Token ids from the start token to the end token, and their score.
struct Hypothesis {
  std::vector<std::int32_t> ids;
  double score = 0.0;
};

/// What a search asks of a model: rows of logits for hypotheses that go on together.
class BeamDecoder {
 public:
  virtual ~BeamDecoder() = default;

  /// Row b reads tokens[b] after what row parents[b] of the call before has read; in the first call there was nothing,
  /// and parents are not looked at. At most BeamOptions::beams rows.
  virtual void Advance(std::span<const Index> parents, std::span<const std::int32_t> tokens) = 0;
  /// Computes one step (see step_work.h); false when the logits are there.
  virtual bool Step() = 0;
  /// (rows, V), which the search may write to.
  virtual Matrix logits() = 0;
};

/// One search, in steps short enough to stop between. It gives what transformers' `generate(do_sample=False)` gives:
/// each step takes the best continuations of all beams; those that end are held as finished if they are among the best
/// `beams`, the others go on, until no open beam can overtake the worst finished one (by its length so far).
class BeamSearch {
 public:
  /// Throws as `Validate` does.
  BeamSearch(std::unique_ptr<BeamDecoder> decoder, const BeamOptions& options, Index vocabulary);

  /// Computes one step (see step_work.h); false when the search is over.
  bool Step();

  /// Tokens of the open hypotheses, of at most `max_length`.
  Index length() const { return length_; }
  Index max_length() const { return options_.max_length; }

  /// What is finished so far, best first; once the search is over at least one, at most `beams`.
  const std::vector<Hypothesis>& hypotheses() const { return finished_; }

 private:
  struct Candidate {
    double score;
    Index beam;
    std::int32_t token;
  };
  void Restrict(Index beam, Matrix logits, double& log_sum) const;
  std::vector<Candidate> Best(std::size_t count);
  void Choose();
  bool Ends(std::int32_t token) const;

  std::unique_ptr<BeamDecoder> decoder_;
  BeamOptions options_;
  Index vocabulary_;
  std::vector<Hypothesis> open_;      // their scores are plain sums of log-probabilities
  std::vector<Hypothesis> finished_;  // best first
  Index length_ = 1;
  bool over_ = false;
};

}  // namespace attenscope
