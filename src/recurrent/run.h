// A run of a recurrent model, which appends tokens, computes them step by step, and keeps their tensors for traces.
#pragma once

#include <memory>
#include <vector>

#include "recurrent/source.h"

namespace attenscope {

/// A run of a classifier or of an encoder–decoder. The text of a classifier is its source. See Run for the functions
/// that this class overrides.
class RecurrentRun final : public Run {
 public:
  /// Allocates memory for `capacity` tokens and for `source_capacity` tokens of the source (0 for a classifier), each
  /// at most the context of the model. Throws kTooLong, kMemory, and kOption for a source capacity that does not fit
  /// the kind of model.
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
  /// Returns the states, for traces. Their scratch memory is free between steps.
  RecurrentState& state() { return state_; }
  /// Returns the number of computed tokens of the source, or of the target.
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
  std::vector<std::int32_t> ids_;  // the tokens of the target
  Index computed_ = 0;
  LogitsRows logits_;
  std::uint64_t work_ = 0;
};

}  // namespace attenscope
