// A text on its way through a Transformer.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/forward.h"
#include "model/run.h"

namespace attenscope {

class TransformerRun : public Run {
 public:
  /// Room for `capacity` tokens (1 … the model's context). Throws kTooLong or kMemory.
  TransformerRun(std::shared_ptr<const Transformer> model, Index capacity);

  void SetEdits(const std::vector<Edit>& edits) override;
  void SetSource(std::span<const std::int32_t> ids) override;
  void Append(std::span<const std::int32_t> ids, LogitsWanted logits) override;
  bool Step() override;
  Progress progress() const override { return {computed_, appended()}; }
  Index length() const override { return computed_; }
  ConstMatrix logits() const override { return {logits_.data(), {logits_rows_, model_->config().vocabulary}}; }
  TraceTensor ComputeTrace(const std::string& name, Index head, Index first_query, Index queries) override;
  Index AttentionLayers(Part part) const override;
  PatternPlace Patterns(Part part, Index layer) const override;

  /// Tokens appended, whether computed or not.
  Index appended() const { return static_cast<Index>(ids_.size()); }

  const Transformer& model() const { return *model_; }
  const PatternEdits& edits() const { return edits_; }
  /// What the trace reads; its scratch is free between steps.
  RunState& state() { return state_; }

 private:
  /// Where a step goes on: the rows in hand and the next block, or the logits after the last block.
  struct Cursor {
    Rows rows;
    Index layer;
  };
  std::uint64_t ComputeLogits(Rows rows);
  void StartRows();

  std::shared_ptr<const Transformer> model_;
  RunState state_;
  PatternEdits edits_;
  std::vector<std::int32_t> ids_;
  Index computed_ = 0;
  std::optional<Cursor> cursor_;
  std::vector<float> logits_;
  Index logits_first_ = 0;  // the first token whose logits are wanted
  Index logits_rows_ = 0;
};

}  // namespace attenscope
