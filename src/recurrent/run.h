// A text on its way through a recurrent model.
#pragma once

#include <memory>
#include <vector>

#include "recurrent/source.h"

namespace attenscope {

/// A run of a classifier, whose text is appended, or of an encoder–decoder, whose text is the source.
class RecurrentRun final : public Run {
 public:
  /// Room for `capacity` tokens, and for `source_capacity` of the source (0 for a classifier), each at most the model's
  /// longest text. Throws kTooLong, kMemory, and kOption for a source where there can be none, or none where there has
  /// to be one.
  RecurrentRun(std::shared_ptr<const Recurrent> model, Index capacity, Index source_capacity);

  void SetEdits(const std::vector<Edit>& edits) override;
  void SetSource(const Tokens& source) override;
  void Append(const Tokens& tokens, LogitsWanted logits) override;
  void Restart(const std::vector<Edit>& edits, LogitsWanted logits) override;
  std::uint64_t work() const override { return work_; }
  bool Step() override;
  Progress progress() const override;
  Index length() const override;
  ConstMatrix logits() const override { return logits_.all(); }
  TraceTensor ComputeTrace(const std::string& name, Index head, Index first_query, Index queries) override;
  Index AttentionLayers(Part part) const override;
  PatternInfo Patterns(Part part, Index layer) const override;

  const RecurrentConfig& config() const { return model_->config(); }
  const RecurrentWeights& weights() const { return model_->weights(); }
  const RecurrentChanges& changes() const { return changes_; }
  /// What the trace reads; its scratch is free between steps.
  RecurrentState& state() { return state_; }
  /// Source and target tokens that are computed; a classifier's text is its source.
  Index sources() const { return source_.done() ? source_.size() : 0; }
  Index targets() const { return computed_; }

 private:
  Index LogitsWidth() const;
  std::uint64_t DecodeToken();
  void Classify();

  std::shared_ptr<const Recurrent> model_;
  RecurrentState state_;
  RecurrentChanges changes_;
  RecurrentSource source_;
  std::vector<std::int32_t> ids_;  // of the target
  Index computed_ = 0;
  LogitsRows logits_;
  std::uint64_t work_ = 0;
};

}  // namespace attenscope
