// Attention over whole batches and heads, and its gradient: what the library's `attention` is made of.
#pragma once

#include <span>

#include "attention/attention.h"
#include "tensor/arena.h"

namespace attenscope {

template <int Rank>
using ConstTensor = TensorView<const float, Rank>;

/// The parameters of a score; views of nothing where it has none.
struct ScoreParameters {
  ConstMatrix general;            // kGeneral: W (H, Hk)
  ConstMatrix query_projection;   // kAdditive: W_q (A, H)
  ConstMatrix key_projection;     // kAdditive: W_k (A, Hk)
  std::span<const float> hidden;  // kAdditive: v (A)
  std::span<const float> bias;    // kAdditive: b (A), inside the tanh; may be empty
};

/// What attention is given. S = past + new keys; keys and values of the past come first.
///
/// With Weighting::kBackward the values are of length T, since they flow from queries to keys, and there is no past
/// value.
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

/// Where results go; null for what is not wanted, but `output`. The stages are (B, N, T, S).
struct AttentionOutputs {
  TensorView<float, 4> output;  // (B, N, T, Hv); (B, N, S, Hv) for Weighting::kBackward
  TensorView<float, 4> scores;
  TensorView<float, 4> scaled;
  TensorView<float, 4> squashed;
  TensorView<float, 4> masked;
  TensorView<float, 4> pattern;
};

/// Where gradients are added: every tensor that is not null is added to, so that the caller clears or accumulates.
struct AttentionGradients {
  TensorView<float, 4> q, k, v, past_key, past_value;
  TensorView<float, 4> bias;  // with strides of 0 where the bias was broadcast
  Matrix general, query_projection, key_projection;
  float* hidden = nullptr;         // (A)
  float* additive_bias = nullptr;  // (A)
  float* scale = nullptr;
};

/// The sizes of a call. `Measure` throws kShape naming the tensor that does not fit, what was found and expected.
struct AttentionSizes {
  Index B, N, K, T, P, S, H, Hk, Hv;
  Index D;       // width that scores are taken over: Hk, or A of kAdditive
  Index values;  // length of the values: S, or T of Weighting::kBackward
};
AttentionSizes Measure(const AttentionInputs& inputs, const AttentionOptions& options);

/// Queries whose gradient is computed together, where the whole pattern is not needed.
inline constexpr Index kGradientRows = 16 * kQueryTile;

/// Over more keys a softmax is met tile by tile. 64 wide, so many and their values are 1 MB, which a core's own cache
/// still holds; measured beyond, tiles win (1.2 times at 4,096 keys, twice at 16,384).
inline constexpr Index kLongestPlain = 2 * 1024;

/// Attention of one set of sizes, with scratch that is allocated once: neither pass allocates.
///
/// Causal masks follow ONNX's Attention: query i sees key j ≤ i + past, and with key lengths, which count the past's
/// keys too, j ≤ i + length − T.
class AttentionOp {
 public:
  /// Throws kOption for choices that do not go together, and kMemory.
  AttentionOp(const AttentionSizes& sizes, const AttentionOptions& options, bool with_gradient);

  /// Where the whole pattern is not asked for, memory grows with T and S, not with their product; over many keys a
  /// softmax is then met tile by tile of these (StreamHead).
  void Forward(const AttentionInputs& inputs, const AttentionOutputs& outputs);

  /// The gradients, given that at the output. Computes the stages of each head anew, a block of queries at a time, so
  /// that memory grows as Forward's does.
  ///
  /// Hard weights have no derivative. By default kHard and kSample pass the gradient straight through (see
  /// NormalizeGradientRow). With `advantage` (B, N, T), for kSample over the keys, the scores instead get REINFORCE's
  /// gradient (Williams 1992; Xu et al. 2015), advantage · ∂ log p(drawn key) / ∂ score; the values' gradient is exact
  /// in both. The advantage is what the loss pays for that draw, less a baseline: descending along it makes costly
  /// draws rarer.
  void Backward(const AttentionInputs& inputs, ConstTensor<4> grad_output, const AttentionGradients& gradients,
                ConstTensor<3> advantage = {});

  /// The scratch that it holds.
  std::uint64_t bytes() const { return bytes_; }

 private:
  void Layout(Arena& arena);
  /// Whether the pattern is needed whole: by columns, or turned.
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

  // Of the head at hand. Its keys stay for the query heads that share them.
  ConstMatrix keys_;              // (S, Hk): past and new
  ConstMatrix prepared_queries_;  // (T, D)
  ConstMatrix prepared_keys_;     // (S, D)

  Matrix joined_keys_;                   // (S, Hk), where there is a past
  Matrix projected_queries_;             // (T, D), and
  Matrix projected_keys_;                // (S, D): where the score does not take them as they are
  PackedView<float> packed_keys_;        // (S, D)
  PackedView<float> packed_values_;      // (Hv, values)
  PackedView<float> packed_projection_;  // of whatever is projected
  float* tile_ = nullptr;                // (kQueryTile, S), or what StreamHead needs
  float* column_ = nullptr;              // (3, T)
  Matrix whole_;                         // (T, S), where the whole pattern is needed

  // Of the gradient, which takes R queries at a time: all where the whole pattern is needed.
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
