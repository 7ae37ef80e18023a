// Beam search: extends several hypotheses together and keeps the likeliest.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "tensor/tensor.h"

namespace attenscope {

/// The options of a search, named as in the generation config of transformers. Lengths are in tokens and include the
/// start token.
struct BeamOptions {
  Index beams = 4;                            // number of hypotheses; 1 is greedy search
  double length_penalty = 1.0;                // score = sum of log-probabilities / (new tokens ^ length_penalty)
  Index max_length = 0;                       // the length of the longest hypothesis, end token included
  Index min_length = 0;                       // no end token before this length
  Index no_repeat_ngram_size = 0;             // no sequence of this many tokens occurs twice; 0: no limit
  std::vector<std::int32_t> bad_tokens = {};  // never chosen
  std::int32_t start_token = 0;               // the first token of the decoder's input
  std::vector<std::int32_t> end_tokens = {};
  std::int32_t forced_start_token = -1;  // the token after the start token; −1: any
  std::int32_t forced_end_token = -1;    // the last token of a hypothesis of max_length; −1: any
  bool renormalize = false;              // log-probabilities are renormalised after these rules
  bool early_stopping = false;           // stops as soon as `beams` hypotheses are finished
};

/// Throws kOption for options out of range. `vocabulary` is V.
void Validate(const BeamOptions& options, Index vocabulary);

/// A sequence of token ids, from the start token to the end token, and its score.
struct Hypothesis {
  std::vector<std::int32_t> ids;
  double score = 0.0;
};

/// The model's side of a search: it computes the logits of several hypotheses together.
class BeamDecoder {
 public:
  virtual ~BeamDecoder() = default;

  /// Row b appends tokens[b] to the tokens of row parents[b] of the previous call. The first call starts new rows and
  /// ignores `parents`. There are at most BeamOptions::beams rows.
  virtual void Advance(std::span<const Index> parents, std::span<const std::int32_t> tokens) = 0;
  /// Computes one step (see step_work.h). Returns false when the logits are complete.
  virtual bool Step() = 0;
  /// Returns the logits (rows, V). The search may overwrite them.
  virtual Matrix logits() = 0;
};

/// One search, computed in short steps. Its results equal those of transformers' `generate(do_sample=False)`: each step
/// takes the best continuations of all beams. A continuation that ends is finished if it is among the best `beams`; the
/// others stay open. The search stops when no open hypothesis can overtake the worst finished one, scored at its
/// current length.
class BeamSearch {
 public:
  /// Throws as `Validate` does.
  BeamSearch(std::unique_ptr<BeamDecoder> decoder, const BeamOptions& options, Index vocabulary);

  /// Computes one step (see step_work.h). Returns false when the search is over.
  bool Step();

  /// Returns the length of the open hypotheses in tokens, at most `max_length`.
  Index length() const { return length_; }
  Index max_length() const { return options_.max_length; }

  /// Returns the finished hypotheses, best first: at most `beams`, and at least one when the search is finished.
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
  std::vector<Hypothesis> open_;      // scores are sums of log-probabilities, without the length penalty
  std::vector<Hypothesis> finished_;  // best first
  Index length_ = 1;
  bool over_ = false;
};

}  // namespace attenscope
