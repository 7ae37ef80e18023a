// Edits in their places: what is different about a stack of blocks while it runs.
#pragma once

#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "attention/attention.h"
#include "model/config.h"

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

/// What stands in for a model's own positions.
struct PositionSetting {
  enum class Kind { kNone, kRotary, kSinusoidal, kPowersOfTwo, kAlibi };
  Kind kind = Kind::kNone;
  double base = 10000.0;
  bool interleaved = false;  // of kSinusoidal: sines and cosines take turns
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

struct BlockChanges {
  AttentionChanges attn = {};
  AttentionChanges cross = {};
  std::vector<TensorEdit> feed_forward = {};
  std::vector<TensorEdit> residual = {};
};

/// Of a stack. Depths count what a run goes through: 0 the embedding, 1 + 2l and 2 + 2l the halves of block l, 1 + 2L
/// what follows the last.
struct StackChanges {
  std::optional<PositionSetting> position = {};  // of those that are added to embeddings
  std::vector<TensorEdit> embedding = {};
  std::vector<BlockChanges> blocks = {};  // (L)
  std::vector<TensorEdit> final_norm = {};
  Index first_depth = kNoDepth;  // of the first change

  static constexpr Index kNoDepth = std::numeric_limits<Index>::max();
  void Reach(Index depth) { first_depth = std::min(first_depth, depth); }
  bool empty() const { return first_depth == kNoDepth; }
};

/// Of a Transformer's stacks.
struct ModelChanges {
  StackChanges stack;    // the only one, or the decoder
  StackChanges encoder;  // of no blocks where there is none
};

/// The queries of a head: tokens first, first + step, … of their text.
struct QueryPlaces {
  Index first = 0;
  Index step = 1;
};

/// How a head attends at a query.
AttentionOptions OptionsAt(const AttentionOptions& options, const AttentionChanges* changes, Index head, Index query);

/// A head's output (T, Hv) for its queries, changed. `pattern` is scratch (kQueryTile, S).
void Attend(const Head& head, const AttentionOptions& options, const AttentionChanges* changes, QueryPlaces places,
            float* pattern, Matrix output);

/// Its scores (T, S) brought as far as `stage`, changed.
void ScoresAt(Stage stage, const Head& head, const AttentionOptions& options, const AttentionChanges* changes,
              QueryPlaces places, Matrix out);

}  // namespace attenscope
