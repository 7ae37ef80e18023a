// A run of a Transformer, which appends tokens, computes them unit by unit, and keeps their tensors for traces.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/run.h"
#include "transformer/encoded_source.h"

namespace attenscope {

/// A run of a Transformer. See Run for the functions that this class overrides.
class TransformerRun : public Run {
 public:
  /// Allocates memory for `capacity` tokens (1 to the context of the model) and for `source_capacity` tokens of the
  /// source, which is 0 for a model without an encoder beside a decoder. Throws kTooLong, kMemory or kOption.
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
  /// Returns the pictures (N, h, w) of the patterns of a layer over all tokens, if the run has kept the pictures and
  /// every token is computed.
  std::optional<TensorView<const float, 3>> KeptPictures(Part part, Index layer) const;
  const ModelChanges& changes() const { return changes_; }
  /// Returns the only stack or the decoder, or returns the encoder, for traces. The scratch memory of their states is
  /// free between steps.
  StackRun decoder_run() { return {model_->stack(), tokens_, changes_.stack, state_}; }
  StackRun encoder_run() { return source_->encoder_run(changes_); }
  /// Returns the number of computed tokens of the source.
  Index source_length() const { return source_ ? source_->computed() : 0; }

 private:
  /// Throws kOption if the run has tokens already. The message says that `what` must come before the tokens.
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
