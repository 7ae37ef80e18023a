// What edits change about one attention while it runs.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "attention/attention.h"

namespace attenscope {

/// How one head or all (−1) of an attention attend from a query on; what is not given stays.
struct AttentionSetting {
  Index head = -1;
  Index first_query = 0;
  std::optional<Squash> squash = {};
  std::optional<Normalizer> normalizer = {};
  std::optional<std::uint32_t> seed = {};
  std::optional<float> temperature = {};
  bool causal = false;                    // keys after the query are hidden too
  std::optional<Index> window_left = {};  // −1: any
  std::optional<Index> window_right = {};
  std::optional<Index> global_tokens = {};
  std::vector<Index> hidden_keys = {};
};

/// The angles of every position up to a run's capacity; of no width: queries and keys are not turned.
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

/// Of one attention, in the order of computation.
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
