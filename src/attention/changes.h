// The changes that edits make to one attention while a model runs.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "attention/attention.h"

namespace attenscope {

/// A change of the options of one head, or of every head (−1), for all queries from `first_query` on. A field without a
/// value changes nothing.
struct AttentionSetting {
  Index head = -1;
  Index first_query = 0;
  std::optional<Squash> squash = {};
  std::optional<Normalizer> normalizer = {};
  std::optional<std::uint32_t> seed = {};
  std::optional<float> temperature = {};
  bool causal = false;                    // true hides the keys after the query
  std::optional<Index> window_left = {};  // −1: any distance
  std::optional<Index> window_right = {};
  std::optional<Index> global_tokens = {};
  std::vector<Index> hidden_keys = {};
};

/// The cosines and sines (positions, H/2) of the rotary angles. With head width 0, queries and keys are not rotated.
class RotationTable {
 public:
  /// Computes the tables for positions [0, positions).
  RotationTable(Index positions, Index head_width, double base);
  ConstMatrix cosines() const { return {cosines_.data(), {positions_, pairs_}}; }
  ConstMatrix sines() const { return {sines_.data(), {positions_, pairs_}}; }

 private:
  Index positions_;
  Index pairs_;
  std::vector<float> cosines_;
  std::vector<float> sines_;
};

/// The changes to one attention, in the order of computation.
struct AttentionChanges {
  std::shared_ptr<const RotationTable> rotation = {};  // replaces the rotary angles of the model; null: no change
  std::vector<TensorEdit> queries = {};
  std::vector<TensorEdit> keys = {};
  std::vector<TensorEdit> values = {};
  std::vector<AttentionSetting> settings = {};
  std::vector<StageEdit> stages = {};
  std::vector<TensorEdit> head_outputs = {};
  std::vector<TensorEdit> output = {};
};

}  // namespace attenscope
