// Attention over batches and heads, and its gradient: the function `attention` of the library.
//
// Besides the letters of tensor.h: Hk width of a key, Hv width of a value, A hidden width of additive scores, P keys of
// the past, S′ new keys.
#pragma once

#include <span>

#include "attention/attention.h"
#include "tensor/arena.h"

namespace attenscope {

/// A view of constant floats.
template <int Rank>
using ConstTensor = TensorView<const float, Rank>;

/// The parameters of a score. A view is null when the score does not use it.
struct ScoreParameters {
  ConstMatrix general;            // kGeneral: W (H, Hk)
  ConstMatrix query_projection;   // kAdditive: W_q (A, H)
  ConstMatrix key_projection;     // kAdditive: W_k (A, Hk)
  std::span<const float> hidden;  // kAdditive: v (A)
  std::span<const float> bias;    // kAdditive: b (A), inside the tanh; may be empty
};

/// The inputs of attention. There are S = P + S′ keys: first the P keys of the past, then the S′ new keys.
///
/// With Weighting::kBackward there are T values, because values flow from queries to keys, and no past values.
struct AttentionInputs {
  ConstTensor<4> q;           // (B, N, T, H)
  ConstTensor<4> k;           // (B, K, S′, Hk); K divides N
  ConstTensor<4> v;           // (B, K, S′, Hv)
  ConstTensor<4> past_key;    // (B, K, P, Hk), may be null
  ConstTensor<4> past_value;  // (B, K, P, Hv), may be null
  ScoreParameters parameters;
  TensorView<const std::uint8_t, 4> allowed;  // (B, N, T, S); the stride is 0 along a broadcast dimension; may be null
  ConstTensor<4> bias;                        // (B, N, T, S), broadcast as `allowed` is; may be null
  std::span<const std::int32_t> key_lengths;  // (B), may be empty
};

/// Memory for the results. Every view except `output` may be null; attention then does not write this result. All
/// stages have shape (B, N, T, S).
struct AttentionOutputs {
  TensorView<float, 4> output;  // (B, N, T, Hv); (B, N, S, Hv) for Weighting::kBackward
  TensorView<float, 4> scores;
  TensorView<float, 4> scaled;
  TensorView<float, 4> squashed;
  TensorView<float, 4> masked;
  TensorView<float, 4> pattern;
};

/// Memory to which the gradients are added, each of the shape of its input. A null view skips its gradient. The caller
/// clears the memory, or accumulates over several calls.
struct AttentionGradients {
  TensorView<float, 4> q, k, v, past_key, past_value;
  TensorView<float, 4> bias;  // the stride is 0 along a broadcast dimension
  Matrix general, query_projection, key_projection;
  float* hidden = nullptr;         // (A)
  float* additive_bias = nullptr;  // (A)
  float* scale = nullptr;
};

/// The sizes of one call of attention.
struct AttentionSizes {
  Index B, N, K, T, P, S, H, Hk, Hv;
  Index D;       // the width of the vectors that the score compares: Hk, or A for kAdditive
  Index values;  // the number of values: S, or T for Weighting::kBackward
};

/// Returns the sizes of a call. Throws kShape for a tensor that does not fit; the message names the tensor, its shape
/// and the expected shape. Throws kOption for a key length that is not from 0 to S.
AttentionSizes Measure(const AttentionInputs& inputs, const AttentionOptions& options);

/// The number of queries whose gradient is computed together, unless a step needs the whole pattern.
inline constexpr Index kGradientRows = 16 * kQueryTile;

/// The most keys for which a softmax computes whole rows. With more keys, StreamHead computes one tile of keys after
/// another. At width 64 this many keys and values take 1 MB, which fits into the cache of a core. In measurements with
/// more keys, tiles were faster: 1.2 times at 4,096 keys, twice at 16,384.
inline constexpr Index kLongestPlain = 2 * 1024;

/// Attention for fixed sizes. The constructor allocates all scratch memory; Forward and Backward allocate nothing.
///
/// Causal masks follow the operator Attention of ONNX: query i sees key j ≤ i + past. With key lengths, which include
/// the keys of the past, query i sees key j ≤ i + length − T.
class AttentionOp {
 public:
  /// Allocates the scratch memory, with memory for Backward if `with_gradient`. Throws kOption for a scale, a soft cap
  /// or a mask fill out of range, and kMemory.
  AttentionOp(const AttentionSizes& sizes, const AttentionOptions& options, bool with_gradient);

  /// Computes the outputs. Without the pattern and the stages among the outputs, memory grows with T + S, not with T ·
  /// S.
  void Forward(const AttentionInputs& inputs, const AttentionOutputs& outputs);

  /// Adds the gradients, given the gradient (B, N, T, Hv) at the output. The stages of each head are computed again,
  /// one block of queries at a time, so that memory grows as in Forward.
  ///
  /// Hard weights have no derivative. By default kHard and kSample use the straight-through gradient (see
  /// NormalizeGradientRow). For kSample over the keys, `advantage` (B, N, T) selects the gradient of REINFORCE instead
  /// (Williams 1992; Xu et al. 2015): the scores get advantage · ∂ log p(drawn key) / ∂ score. In both cases the
  /// gradient of the values is exact. The advantage is the loss of the draw minus a baseline, so that gradient descent
  /// makes draws with a high loss rarer. Throws kShape for an advantage of another shape, and kOption when the options
  /// allow no advantage.
  void Backward(const AttentionInputs& inputs, ConstTensor<4> grad_output, const AttentionGradients& gradients,
                ConstTensor<3> advantage = {});

  /// Returns the size of the scratch memory in bytes.
  std::uint64_t bytes() const { return bytes_; }

 private:
  void Layout(Arena& arena);
  /// Tells whether a step needs the whole pattern (T, S): to normalise its columns or to transpose it.
  bool IsWhole() const { return options_.over == Over::kQueries || options_.weighting == Weighting::kBackward; }
  bool Streams() const;
  AttentionOptions BatchOptions(const AttentionInputs& inputs, Index batch) const;
  Head Prepare(const AttentionInputs& inputs, Index batch, Index head, bool backward);
  void PrepareKeys(const AttentionInputs& inputs, Index batch, Index key_value_head, bool backward);
  void PrepareQueries(const AttentionInputs& inputs, ConstMatrix q);
  void Project(ConstMatrix x, ConstMatrix weight, std::span<const float> bias, Matrix y);
  void HeadForward(const Head& head, const AttentionOptions& options, const AttentionOutputs& outputs, Index batch);
  void HeadBackward(const Head& head, const AttentionOptions& options, const AttentionInputs& inputs,
                    ConstMatrix grad_output, ConstMatrix advantage, const AttentionGradients& gradients, Index batch);
  void RowsBackward(const Head& head, const AttentionOptions& options, const AttentionInputs& inputs, Index first,
                    Index rows, ConstMatrix grad_output, ConstMatrix advantage, const AttentionGradients& gradients,
                    Index batch);
  void ValueGradients(const AttentionInputs& inputs, Index first, ConstMatrix grad_output, Index batch,
                      Index key_value_head);
  void NormalizerGradient(const Head& head, const AttentionOptions& options, Index first, ConstMatrix advantage);
  void NormalizeGradientColumns(const AttentionOptions& options);
  void ScoreGradients(const AttentionInputs& inputs, ConstMatrix q, Matrix grad_q, const AttentionGradients& gradients);
  void AdditiveGradients(const AttentionInputs& inputs, Index first, const AttentionGradients& gradients);

  AttentionSizes sizes_;
  AttentionOptions options_;
  bool with_gradient_;
  std::uint64_t bytes_ = 0;
  AlignedBuffer memory_;

  // The state of the current head. Query heads with the same key/value head reuse the keys.
  ConstMatrix keys_;              // (S, Hk): the past keys and the new keys
  ConstMatrix prepared_queries_;  // (T, D)
  ConstMatrix prepared_keys_;     // (S, D)

  Matrix joined_keys_;                   // (S, Hk), if there are past keys
  Matrix projected_queries_;             // (T, D), if the score transforms the queries
  Matrix projected_keys_;                // (S, D), if the score transforms the keys
  PackedView<float> packed_keys_;        // (S, D)
  PackedView<float> packed_values_;      // (Hv, values)
  PackedView<float> packed_projection_;  // scratch that all projections share
  float* tile_ = nullptr;                // (kQueryTile, S), or the scratch of StreamHead
  float* column_ = nullptr;              // (3, T)
  Matrix whole_;                         // (T, S), if a step needs the whole pattern

  // The state of the gradient, which takes R queries at a time, or all queries if a step needs the whole pattern.
  Matrix scores_, squashed_, masked_, pattern_;  // (R, S), where S ends at the last key that these queries see
  Matrix grad_;                                  // (R, S)
  PackedView<float> packed_key_columns_;         // (D, S)
  PackedView<float> packed_value_rows_;          // (S, Hv)
  Matrix grad_values_;                           // (values, Hv)
  Matrix grad_queries_;                          // (T, D)
  Matrix grad_keys_;                             // (S, D)
  Matrix grad_raw_keys_;                         // (S, Hk)
  float* product_ = nullptr;                     // a product before its addition: (S or T, the largest width)
  float* right_side_ = nullptr;                  // scratch that all products share
};

}  // namespace attenscope
