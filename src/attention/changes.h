// What edits change about one attention while it runs.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "attention/attention.h"

namespace attenscope {

/// How one head of an attention, or every head (−1), attends from a query on. Fields without a value change nothing.
struct AttentionSetting {
  Index head = -1;
  Index first_query = 0;
  std::optional<Squash> squash = {};
  std::optional<Normalizer> normalizer = {};
  std::optional<std::uint32_t> seed = {};
  std::optional<float> temperature = {};
  bool causal = false;                    // hides the keys after the query
  std::optional<Index> window_left = {};  // −1: any
  std::optional<Index> window_right = {};
  std::optional<Index> global_tokens = {};
  std::vector<Index> hidden_keys = {};
};

/// The cosines and sines of every position up to a run's capacity. With width 0, queries and keys do not turn.
class RotationTable {
 public:
  RotationTable(Index positions, Index head_width, double base);
  ConstMatrix cosines() const { return {cosines_.data(), {positions_, pairs_}}; }
  ConstMatrix sines() const { return {sines_.data(), {positions_, pairs_}}; }

 private:
  Index positions_;
  Index pairs_;
  std::vector<float> cosines_;
  std::vector<float> sines_;
};

/// What edits change about one attention, in the order of computation.
struct AttentionChanges {
  std::shared_ptr<const RotationTable> rotation = {};  // in place of the model's own
  std::vector<TensorEdit> queries = {};
  std::vector<TensorEdit> keys = {};
  std::vector<TensorEdit> values = {};
  std::vector<AttentionSetting> settings = {};
  std::vector<StageEdit> stages = {};
  std::vector<TensorEdit> head_outputs = {};
  std::vector<TensorEdit> output = {};
};

}  // namespace attenscope
