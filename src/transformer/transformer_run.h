// A text on its way through a Transformer.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/run.h"
#include "transformer/encoded_source.h"

namespace attenscope {

class TransformerRun : public Run {
 public:
  /// Room for `capacity` tokens (1 … the model's context), and for `source_capacity` of the encoder, 0 where there is
  /// none. Throws kTooLong, kMemory or kOption.
  TransformerRun(std::shared_ptr<const Transformer> model, Index capacity, Index source_capacity = 0,
                 Holding holding = Holding::kQueries);

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
  PatternPlace Patterns(Part part, Index layer) const override;

  const Transformer& model() const { return *model_; }
  /// The pictures (N, h, w) of a layer's patterns over all tokens, where they were kept and all are computed.
  std::optional<TensorView<const float, 3>> KeptPictures(Part part, Index layer) const;
  const ModelChanges& changes() const { return changes_; }
  /// What the trace reads of the only stack or the decoder, and of the encoder; its scratch is free between steps.
  StackState& state() { return state_; }
  StackState& encoder_state() { return source_->state(); }
  /// Tokens of the encoder that are computed.
  Index source_length() const { return source_ ? source_->computed() : 0; }

 private:
  /// Throws kOption, saying what comes first, where there are tokens already.
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
