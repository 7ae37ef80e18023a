// The interface of a run: the computation of a model over a text, in short steps that can be interrupted between.
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
  Index queries = 0;                    // number of queries computed so far
  Index keys = 0;                       // number of keys computed so far
  bool causal = false;                  // query t sees only keys up to t
  std::span<const std::int32_t> ids{};  // the ids of the tokens; empty when queries and keys are different tokens
};

/// One run. Tokens are appended and computed step by step, and their tensors stay available to the trace.
class Run {
 public:
  virtual ~Run() = default;

  /// Replaces the edits. Call it before the first token, because computed tokens do not change. Throws as
  /// `PlaceTensorEdit` does, and kOption when tokens were appended before.
  virtual void SetEdits(const std::vector<Edit>& edits) = 0;

  /// Replaces the edits of a run whose tokens are all computed. Queues the computation again from the first layer that
  /// an old or a new edit changes; the results of earlier layers stay. A series of edits is therefore cheapest from the
  /// last layer to the first. Throws as SetEdits does, and kOption while tokens are still to be computed.
  virtual void Restart(const std::vector<Edit>& edits, LogitsWanted logits) = 0;

  /// Returns the number of multiply-adds done so far.
  virtual std::uint64_t work() const = 0;

  /// Tells the run to store a small picture of each pattern while it computes, where it can, so that '….picture' needs
  /// no computation later. Call it before the first token; such a run cannot be restarted. Throws kOption when tokens
  /// were appended before, and kMemory.
  virtual void KeepPictures() {}

  /// Queues the input of the encoder, all tokens at once, before the first Append. Throws kOption when the model has no
  /// encoder beside a decoder, for an id outside the vocabulary and for a second source; kTooLong when the source
  /// exceeds its capacity.
  virtual void SetSource(const Tokens& source) = 0;

  /// Queues tokens: the input of the decoder (start token included) or of the only stack. A bidirectional model accepts
  /// one Append only. Throws kOption for an id outside 0 … V − 1 and kTooLong when the text exceeds the capacity. After
  /// an error nothing is queued.
  virtual void Append(const Tokens& tokens, LogitsWanted logits) = 0;

  /// Computes one step (see step_work.h). Returns false when nothing is left to do.
  virtual bool Step() = 0;

  /// The numbers of computed and of queued tokens, source tokens included.
  struct Progress {
    Index done = 0;
    Index total = 0;
  };
  /// Returns the numbers of computed and of queued tokens.
  virtual Progress progress() const = 0;

  /// Returns the number of appended tokens that are computed.
  virtual Index length() const = 0;

  /// Returns the rows of logits that the last Append requested, once they are computed: (rows, V). A classifier has one
  /// row, with a logit per label.
  virtual ConstMatrix logits() const = 0;

  /// Draws a token from the last row of logits. Only the first call uses the seed. Throws kOption when there are no
  /// logits.
  Index Sample(const SamplingOptions& options, std::uint32_t seed);

  /// Computes the traced tensor `name` for `queries` tokens from `first_query` on, all of which must be computed. For
  /// names that begin with 'encoder.' these are source tokens. In a causal attention the keys end at the last of these
  /// queries, S = first_query + queries; otherwise all keys are included. `head` selects one head and drops the
  /// dimension of heads; −1 selects all heads, kMeanHead their mean. The kernels that ran the model compute the tensor,
  /// so that its numbers are those that the run used. Throws kOption for a name, head or range that does not exist, and
  /// kMemory.
  virtual TraceTensor ComputeTrace(const std::string& name, Index head, Index first_query, Index queries) = 0;

  /// Computes the contribution of each head, layer and bias to the logit of `token` at `query`. Throws kOption for a
  /// query that is not computed or a token that does not exist; kUnsupported for a model whose logits are not such a
  /// sum.
  virtual DirectLogits ComputeDirectLogits(Index query, Index token);

  /// Returns the number of attention layers of a part. Throws kOption for a part that the model does not have.
  virtual Index AttentionLayers(Part part) const = 0;
  /// Returns the patterns of an attention layer of a part. Throws kOption for a part or a layer that does not exist.
  virtual PatternInfo Patterns(Part part, Index layer) const = 0;

 private:
  std::optional<Sampler> sampler_;
};

}  // namespace attenscope
