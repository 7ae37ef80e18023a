// A run of a Transformer: tokens are appended, computed unit by unit, and kept for traces.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/run.h"
#include "transformer/encoded_source.h"

namespace attenscope {

/// See Run for the functions that it overrides.
class TransformerRun : public Run {
 public:
  /// Allocates memory for `capacity` tokens (1 to the model's context) and, beside an encoder, for `source_capacity`
  /// tokens of the source; that is 0 for a model without one. Throws kTooLong, kMemory or kOption.
  TransformerRun(std::shared_ptr<const Transformer> model, Index capacity, Index source_capacity = 0,
                 QueryCache query_cache = QueryCache::kKept);

  void SetEdits(const std::vector<Edit>& edits) override;
  void KeepPictures() override;
  void SetSource(const Tokens& source) override;
  void Append(const Tokens& tokens, LogitsWanted logits) override;
  void Restart(const std::vector<Edit>& edits, LogitsWanted logits) override;
  std::uint64_t work() const override { return work_; }
  bool Step() override;
  Progress progress() const override;
  Index length() const override { return schedule_.computed(); }
  ConstMatrix logits() const override { return logits_.all(); }
  TraceTensor ComputeTrace(const std::string& name, Index head, Index first_query, Index queries) override;
  DirectLogits ComputeDirectLogits(Index query, Index token) override;
  Index AttentionLayers(Part part) const override;
  PatternInfo Patterns(Part part, Index layer) const override;

  const Transformer& model() const { return *model_; }
  /// The pictures (N, h, w) of a layer's patterns over all tokens, if the run has kept them and every token is
  /// computed.
  std::optional<TensorView<const float, 3>> KeptPictures(Part part, Index layer) const;
  const ModelChanges& changes() const { return changes_; }
  /// The only stack or the decoder, and the encoder, for traces; the scratch of their states is free between steps.
  StackRun decoder_run() { return {model_->stack(), tokens_, changes_.stack, state_}; }
  StackRun encoder_run() { return source_->encoder_run(changes_); }
  /// Computed tokens of the source.
  Index source_length() const { return source_ ? source_->computed() : 0; }

 private:
  /// Throws kOption if the run has tokens already; the message says that `what` comes before them.
  void CheckNotBegun(const char* what) const;
  ModelChanges Place(const std::vector<Edit>& edits) const;
  std::uint64_t ComputeLogits(Rows rows);
  std::uint64_t Advance();

  std::shared_ptr<const Transformer> model_;
  std::optional<EncodedSource> source_;
  std::optional<Pictures> pictures_, encoder_pictures_, cross_pictures_;
  StackState state_;
  ModelChanges changes_;
  Schedule schedule_;
  TokenList tokens_;
  LogitsRows logits_;
  std::uint64_t work_ = 0;
};

}  // namespace attenscope
