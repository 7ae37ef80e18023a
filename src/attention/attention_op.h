// Attention over whole batches and heads, and its gradient: the function `attention` of the library.
#pragma once

#include <span>

#include "attention/attention.h"
#include "tensor/arena.h"

namespace attenscope {

template <int Rank>
using ConstTensor = TensorView<const float, Rank>;

/// The parameters of a score; null views where it has none.
struct ScoreParameters {
  ConstMatrix general;            // kGeneral: W (H, Hk)
  ConstMatrix query_projection;   // kAdditive: W_q (A, H)
  ConstMatrix key_projection;     // kAdditive: W_k (A, Hk)
  std::span<const float> hidden;  // kAdditive: v (A)
  std::span<const float> bias;    // kAdditive: b (A), inside the tanh; may be empty
};

/// The inputs of attention. S = P + S′ counts the keys of the past and the new keys; those of the past come first.
///
/// With Weighting::kBackward there are T values, because they flow from queries to keys, and there is no past value.
struct AttentionInputs {
  ConstTensor<4> q;           // (B, N, T, H)
  ConstTensor<4> k;           // (B, K, S′, Hk), K dividing N
  ConstTensor<4> v;           // (B, K, S′, Hv)
  ConstTensor<4> past_key;    // (B, K, P, Hk), may be null
  ConstTensor<4> past_value;  // (B, K, P, Hv), may be null
  ScoreParameters parameters;
  TensorView<const std::uint8_t, 4> allowed;  // (B, N, T, S) with strides of 0 where broadcast; may be null
  ConstTensor<4> bias;                        // likewise
  std::span<const std::int32_t> key_lengths;  // (B), may be empty
};

/// Memory for the results. All but `output` may be null and are then left out. The stages are (B, N, T, S).
struct AttentionOutputs {
  TensorView<float, 4> output;  // (B, N, T, Hv); (B, N, S, Hv) for Weighting::kBackward
  TensorView<float, 4> scores;
  TensorView<float, 4> scaled;
  TensorView<float, 4> squashed;
  TensorView<float, 4> masked;
  TensorView<float, 4> pattern;
};

/// Memory that gradients are added to; null tensors are left out. The caller clears it first, or accumulates.
struct AttentionGradients {
  TensorView<float, 4> q, k, v, past_key, past_value;
  TensorView<float, 4> bias;  // with strides of 0 where the bias was broadcast
  Matrix general, query_projection, key_projection;
  float* hidden = nullptr;         // (A)
  float* additive_bias = nullptr;  // (A)
  float* scale = nullptr;
};

/// The sizes of a call. `Measure` throws kShape for a tensor that does not fit; the message names it, the shape found
/// and the shape expected.
struct AttentionSizes {
  Index B, N, K, T, P, S, H, Hk, Hv;
  Index D;       // width that scores are taken over: Hk, or A of kAdditive
  Index values;  // length of the values: S, or T of Weighting::kBackward
};
AttentionSizes Measure(const AttentionInputs& inputs, const AttentionOptions& options);

/// Queries whose gradient is computed together, where the whole pattern is not needed.
inline constexpr Index kGradientRows = 16 * kQueryTile;

/// The most keys for which a softmax has its whole row at once; with more, StreamHead takes a tile of keys at a time.
/// At width 64 so many keys and values take 1 MB, which fits into a core's own cache. Measured beyond that, tiles are
/// faster: 1.2 times at 4,096 keys, twice at 16,384.
inline constexpr Index kLongestPlain = 2 * 1024;

/// Attention of one set of sizes. Scratch is allocated once: neither pass allocates.
///
/// Causal masks follow ONNX's Attention: query i sees key j ≤ i + past, and with key lengths, which count the past's
/// keys too, j ≤ i + length − T.
class AttentionOp {
 public:
  /// Throws kOption for choices that do not go together, and kMemory.
  AttentionOp(const AttentionSizes& sizes, const AttentionOptions& options, bool with_gradient);

  /// Computes the outputs. If the pattern is not among them, memory grows with T + S, not with T · S.
  void Forward(const AttentionInputs& inputs, const AttentionOutputs& outputs);

  /// Adds the gradients, given the gradient at the output. Computes the stages of each head again, a block of queries
  /// at a time, so that memory grows as in Forward.
  ///
  /// Hard weights have no derivative. By default kHard and kSample pass the gradient straight through (see
  /// NormalizeGradientRow). With `advantage` (B, N, T), for kSample over the keys, the scores instead get REINFORCE's
  /// gradient (Williams 1992; Xu et al. 2015), advantage · ∂ log p(drawn key) / ∂ score. The gradient of the values is
  /// exact in both. The advantage is the loss of the draw less a baseline: gradient descent makes costly draws rarer.
  void Backward(const AttentionInputs& inputs, ConstTensor<4> grad_output, const AttentionGradients& gradients,
                ConstTensor<3> advantage = {});

  /// Bytes of scratch.
  std::uint64_t bytes() const { return bytes_; }

 private:
  void Layout(Arena& arena);
  /// Whether a step needs the whole pattern: by columns, or transposed.
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

  // Of the current head. Its keys stay for the query heads that share them.
  ConstMatrix keys_;              // (S, Hk): past and new
  ConstMatrix prepared_queries_;  // (T, D)
  ConstMatrix prepared_keys_;     // (S, D)

  Matrix joined_keys_;                   // (S, Hk), where there is a past
  Matrix projected_queries_;             // (T, D), and
  Matrix projected_keys_;                // (S, D): where the score does not take them as they are
  PackedView<float> packed_keys_;        // (S, D)
  PackedView<float> packed_values_;      // (Hv, values)
  PackedView<float> packed_projection_;  // scratch of each projection in turn
  float* tile_ = nullptr;                // (kQueryTile, S), or what StreamHead needs
  float* column_ = nullptr;              // (3, T)
  Matrix whole_;                         // (T, S), where the whole pattern is needed

  // Of the gradient, which takes R queries at a time, or all where it needs the whole pattern.
  Matrix scores_, squashed_, masked_, pattern_;  // (R, S), as far as these queries see
  Matrix grad_;                                  // (R, S)
  PackedView<float> packed_key_columns_;         // (D, S)
  PackedView<float> packed_value_rows_;          // (S, Hv)
  Matrix grad_values_;                           // (values, Hv)
  Matrix grad_queries_;                          // (T, D)
  Matrix grad_keys_;                             // (S, D)
  Matrix grad_raw_keys_;                         // (S, Hk)
  float* product_ = nullptr;                     // a product before it is added, (S or T, the widest)
  float* right_side_ = nullptr;                  // scratch of each product in turn
};

}  // namespace attenscope
