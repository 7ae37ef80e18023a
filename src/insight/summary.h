// What a pattern amounts to: numbers and a small picture for each head, and the rollout over layers.
#pragma once

#include <vector>

#include "attention/picture.h"
#include "model/run.h"

namespace attenscope {

/// One head in numbers, each a mean over the queries.
struct HeadSummary {
  double entropy = 0.0;         // of a row, in bits
  double distance = 0.0;        // Σ_s pattern · |t − s|, in tokens
  double previous_token = 0.0;  // weight on the token before, over the queries that have one
  double first_token = 0.0;     // weight on the first token
  // Of the queries that have such keys, else 0; and 0 where queries and keys are different tokens.
  double duplicate_token = 0.0;  // weight on earlier tokens that are the same
  double induction = 0.0;        // weight on tokens that follow an earlier one that is the same
  TraceTensor picture;           // block maxima, at most kPictureSize × kPictureSize
};

/// The summaries of a layer's heads (N) over all computed tokens. Throws kOption as `Run::Patterns` does.
std::vector<HeadSummary> SummarizeHeads(Run& run, Part part, Index layer);

/// ½ (mean over heads + I) of a layer whose queries are its keys, rows normalised: (S, S).
std::vector<float> MixingMatrix(Run& run, const PatternInfo& place);

/// Attention rollout (Abnar & Zuidema 2020) of all computed tokens: the product over a part's layers of ½ (mean over
/// heads + I), rows normalised; (T, S) for `queries` tokens from `first_query` on. Throws kOption for a range that is
/// not computed, and for patterns that are not square.
TraceTensor Rollout(Run& run, Part part, Index first_query, Index queries);

}  // namespace attenscope
