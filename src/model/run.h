// A text on its way through a model, in steps short enough to stop between.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/sampler.h"
#include "model/transformer.h"
#include "trace/edits.h"

namespace attenscope {

/// Which rows of logits an append asks for.
enum class LogitsWanted { kAll, kLast, kNone };

/// One run: tokens are appended, computed step by step, and stay available to the trace.
class Run {
 public:
  /// Room for `capacity` tokens (1 … the model's context). Throws kTooLong or kMemory.
  Run(std::shared_ptr<const Model> model, Index capacity);

  /// Replaces the edits; before the first token only, since what was computed stays as it is.
  void SetEdits(const std::vector<Edit>& edits);

  /// Queues tokens. Throws kOption for an id outside 0 … V − 1 and kTooLong beyond the capacity; then nothing is
  /// queued.
  void Append(std::span<const std::int32_t> ids, LogitsWanted logits);

  /// Computes for some 20 ms; false when nothing is left to do.
  bool Step();

  /// Tokens computed, and tokens appended.
  Index computed() const { return computed_; }
  Index appended() const { return static_cast<Index>(ids_.size()); }

  /// The rows that the last append asked for, once computed: (rows, V).
  ConstMatrix logits() const { return {logits_.data(), {logits_rows_, model_->config().vocabulary}}; }

  /// Draws from the last row of logits. The seed counts at the first call.
  Index Sample(const SamplingOptions& options, std::uint32_t seed);

  const Model& model() const { return *model_; }
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

  std::shared_ptr<const Model> model_;
  RunState state_;
  PatternEdits edits_;
  std::vector<std::int32_t> ids_;
  Index computed_ = 0;
  std::optional<Cursor> cursor_;
  std::vector<float> logits_;
  Index logits_first_ = 0;  // the first token whose logits are wanted
  Index logits_rows_ = 0;
  std::optional<Sampler> sampler_;
};

}  // namespace attenscope
