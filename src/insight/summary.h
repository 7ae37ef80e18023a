// Summaries of patterns: statistics and a small picture of each head, and attention rollout over layers.
#pragma once

#include <vector>

#include "attention/picture.h"
#include "model/run.h"

namespace attenscope {

/// The statistics of one head. Each is a mean over the queries.
struct HeadSummary {
  double entropy = 0.0;         // entropy of a row, in bits
  double distance = 0.0;        // Σ_s pattern · |t − s|, in tokens
  double previous_token = 0.0;  // weight on the token before, a mean over the queries that have such a token
  double first_token = 0.0;     // weight on the first token
  // The next two are means over the queries that have such keys. They are 0 when no query has one, or when queries and
  // keys are different tokens.
  double duplicate_token = 0.0;  // weight on earlier tokens equal to the query's token
  double induction = 0.0;        // weight on the tokens that follow such earlier tokens
  TraceTensor picture;           // block maxima, at most kPictureSize × kPictureSize
};

/// Returns the summaries of a layer's heads (N) over all computed tokens. Throws kOption as `Run::Patterns` does.
std::vector<HeadSummary> SummarizeHeads(Run& run, Part part, Index layer);

/// Returns the mixing matrix (S, S) of a layer whose queries are its keys: ½ (mean over heads + I), with each row
/// normalised.
std::vector<float> MixingMatrix(Run& run, const PatternInfo& place);

/// Computes attention rollout (Abnar & Zuidema 2020) over all computed tokens: the product of the mixing matrices of
/// all layers of a part. Returns (T, S) for `queries` tokens from `first_query` on. Throws kOption for a range that is
/// not computed, and for patterns whose queries and keys are different tokens.
TraceTensor Rollout(Run& run, Part part, Index first_query, Index queries);

}  // namespace attenscope
