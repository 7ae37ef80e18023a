// A text on its way through a model of any kind, in steps short enough to stop between.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/logits_rows.h"
#include "model/sampler.h"
#include "model/tokens.h"
#include "trace/direct_logits.h"
#include "trace/edits.h"
#include "trace/part.h"
#include "trace/trace_tensor.h"

namespace attenscope {

/// The attention patterns of one layer: heads (N) of (T, S).
struct PatternInfo {
  std::string name;  // 'blocks.0.attn.pattern'
  Index heads = 0;
  Index queries = 0;                    // computed so far
  Index keys = 0;                       // computed so far
  bool causal = false;                  // query t sees keys up to t only
  std::span<const std::int32_t> ids{};  // of the tokens, where queries and keys are the same ones
};

/// One run: tokens are appended, computed step by step, and stay available to the trace.
class Run {
 public:
  virtual ~Run() = default;

  /// Replaces the edits; before the first token only, since what was computed stays as it is.
  virtual void SetEdits(const std::vector<Edit>& edits) = 0;

  /// Replaces the edits of a run whose tokens are all computed, and queues again what those before or these make
  /// different: what lies below the first place that either reaches stays. Edits from the last layer down to the first
  /// thus cost the least. Throws as SetEdits does, and kOption while something is still to be computed.
  virtual void Restart(const std::vector<Edit>& edits, LogitsWanted logits) = 0;

  /// Multiply-adds that were done so far.
  virtual std::uint64_t work() const = 0;

  /// From now on the run keeps each pattern in small as it goes, where it can, so that 'picture' costs nothing later;
  /// before the first token only. Such a run does not start again. Throws kOption for a run that has begun, kMemory.
  virtual void KeepPictures() {}

  /// The encoder's input, all at once, before the first Append. Throws kOption where the model has no encoder beside a
  /// decoder, for an id outside the vocabulary, or a second source; kTooLong beyond the source's capacity.
  virtual void SetSource(const Tokens& source) = 0;

  /// Queues tokens: the decoder's input (start token included), or that of the only stack. A model that reads in both
  /// directions takes one Append only. Throws kOption for an id outside 0 … V − 1 and kTooLong beyond the capacity;
  /// then nothing is queued.
  virtual void Append(const Tokens& tokens, LogitsWanted logits) = 0;

  /// Computes one step (see step_work.h); false when nothing is left to do.
  virtual bool Step() = 0;

  /// Tokens computed of tokens queued, the source's among both.
  struct Progress {
    Index done = 0;
    Index total = 0;
  };
  virtual Progress progress() const = 0;

  /// Appended tokens that are computed.
  virtual Index length() const = 0;

  /// The rows that the last append asked for, once computed: (rows, V); of a classifier one row of labels.
  virtual ConstMatrix logits() const = 0;

  /// Draws from the last row of logits. The seed counts at the first call. Throws kOption where there are no logits.
  Index Sample(const SamplingOptions& options, std::uint32_t seed);

  /// The traced tensor `name` for `queries` tokens of its part (the source's for 'encoder.…') from `first_query` on,
  /// which all must be computed. Where queries see no key after themselves, keys are those up to the last of these
  /// queries: S = first_query + queries; elsewhere all. `head` takes one head, without its dimension; −1 takes all,
  /// kMeanHead their mean. It is computed by the kernels that ran the model, so that the numbers are those that the run
  /// used. Throws kOption for a name, head or range that does not exist and kMemory.
  virtual TraceTensor ComputeTrace(const std::string& name, Index head, Index first_query, Index queries) = 0;

  /// What each head, layer and bias adds to the logit of `token` at `query`. Throws kOption for a query that is not
  /// computed or a token that does not exist, kUnsupported for a model whose logits are no sum of these.
  virtual DirectLogits ComputeDirectLogits(Index query, Index token);

  /// How many layers of attention a part has. Throws kOption for a part that the model does not have.
  virtual Index AttentionLayers(Part part) const = 0;
  /// The patterns of one of them. Throws kOption for a layer out of range.
  virtual PatternInfo Patterns(Part part, Index layer) const = 0;

 private:
  std::optional<Sampler> sampler_;
};

}  // namespace attenscope
