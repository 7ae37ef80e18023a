// Multi-head attention with its four projections (Vaswani et al. 2017), and two other ways to arrange heads.
#pragma once

#include "attention/attention_op.h"
#include "layers/projection.h"

namespace attenscope {

/// How heads relate.
enum class HeadSharing {
  kSeparate,  // each head has its own part of the projections
  kShared,    // all heads use one projection of a head's width
  kChained,   // head n + 1 takes the output of head n for its query input (hops); the last head's output is the result
};

/// The projections. With kShared they are of one head's width; with kChained the query's input width, C, is also Hv.
struct MultiHeadParameters {
  Projection query;   // (N·H, C)
  Projection key;     // (K·H, Cc)
  Projection value;   // (K·Hv, Cc)
  Projection output;  // (Co, N·Hv), or (Co, Hv) with kChained; a null weight leaves it out
};

/// The inputs of multi-head attention. The keys of a mask are those of the past, then those of the context.
struct MultiHeadInputs {
  TensorView<const float, 3> x;        // (B, T, C)
  TensorView<const float, 3> context;  // (B, S − P, Cc): x itself for self-attention
  MultiHeadParameters parameters;
  ConstTensor<4> past_key;                    // (B, K, P, H), projected; null where P is 0
  ConstTensor<4> past_value;                  // (B, K, P, Hv), likewise
  TensorView<const std::uint8_t, 4> allowed;  // (B, N, T, S), may be null
  ConstTensor<4> bias;                        // (B, N, T, S), may be null
  std::span<const std::int32_t> key_lengths;  // (B), may be empty
};

/// Memory for the results. All but `output` may be null and are then left out.
struct MultiHeadOutputs {
  TensorView<float, 3> output;         // (B, T, Co)
  AttentionOutputs heads;              // each head's output (B, N, T, Hv), and the stages and the pattern (B, N, T, S)
  TensorView<float, 4> present_key;    // (B, K, S, H): the keys of the past and of this call: the past of the next call
  TensorView<float, 4> present_value;  // (B, K, S, Hv)
};

/// Memory that gradients are added to, of the inputs' shapes; null ones are left out.
struct MultiHeadGradients {
  TensorView<float, 3> x;
  TensorView<float, 3> context;
  ProjectionGradient query, key, value, output;
  TensorView<float, 4> past_key, past_value;
  TensorView<float, 4> bias;
};

struct MultiHeadSizes {
  Index B, T, P, S;        // S = P + the context's length
  Index C, context_width;  // C of x, Cc of the context
  Index N, K, H, Hv;
  Index output_width;  // Co; N·Hv or Hv where there is no output projection
};

/// Multi-head attention of one set of sizes. Scratch is allocated once. `options` set a causal mask or a window.
class MultiHeadOp {
 public:
  MultiHeadOp(const MultiHeadSizes& sizes, HeadSharing sharing, const AttentionOptions& options, bool with_gradient);

  /// Throws kShape and kOption as Measure does.
  void Forward(const MultiHeadInputs& inputs, const MultiHeadOutputs& outputs);

  /// Adds the gradients, given the gradient at the output (B, T, Co). Call after Forward with the same inputs.
  void Backward(const MultiHeadInputs& inputs, TensorView<const float, 3> grad_output,
                const MultiHeadGradients& gradients);

 private:
  void Layout(Arena& arena);
  bool IsChained() const { return sharing_ == HeadSharing::kChained; }
  AttentionSizes OpSizes() const;
  AttentionInputs HeadInputs(const MultiHeadInputs& inputs, Index first_head, Index heads) const;
  void Attend(const MultiHeadInputs& inputs, const AttentionOutputs& outputs, Index first, Index heads);
  void AttendBackward(const MultiHeadInputs& inputs, const MultiHeadGradients& gradients, Index first, Index heads);
  Index Separate(Index heads) const { return sharing_ == HeadSharing::kShared ? 1 : heads; }
  /// The key/value head of a query head.
  Index KeyHead(Index head) const { return head / (sizes_.N / sizes_.K); }
  /// A view (B, heads, rows, width) of (B, rows, heads · width), or of one head's width for all.
  TensorView<float, 4> Heads(Matrix joined, Index heads, Index rows, Index width) const;
  /// The outputs (B, heads, T, Hv) of heads from `first` on, in (B·T, N·Hv).
  TensorView<float, 4> OutputHeads(Matrix joined, Index first, Index heads) const;
  Projection HeadProjection(const Projection& projection, Index head, Index width) const;

  MultiHeadSizes sizes_;
  HeadSharing sharing_;
  bool with_gradient_;
  AttentionOp op_;
  AlignedBuffer memory_;
  Matrix queries_, keys_, values_, outputs_;                      // (B·T or B·(S − P), heads · width)
  Matrix grad_queries_, grad_keys_, grad_values_, grad_outputs_;  // likewise
  Matrix result_, grad_result_;                                   // (B·T, Co)
  float* scratch_ = nullptr;
};

}  // namespace attenscope
