// Multi-head attention with its four projections (Vaswani et al. 2017), with separate, shared or chained heads.
//
// Besides the letters of attention_op.h: Cc width of the context, Co width of the output.
#pragma once

#include "attention/attention_op.h"
#include "layers/projection.h"

namespace attenscope {

/// The relation between the heads and the projections.
enum class HeadSharing {
  kSeparate,  // each head has its own part of the projections
  kShared,    // all heads use one projection with the width of one head
  kChained,   // head n + 1 reads the output of head n as its query input (hops); the output of the last head is the
              // result
};

/// The projections. With kShared each projection has the width of one head. With kChained the width C of the query
/// input equals Hv.
struct MultiHeadParameters {
  Projection query;   // (N·H, C)
  Projection key;     // (K·H, Cc)
  Projection value;   // (K·Hv, Cc)
  Projection output;  // (Co, N·Hv), or (Co, Hv) with kChained; a null weight: no output projection
};

/// The inputs of multi-head attention. The keys of a mask are first those of the past, then those of the context.
struct MultiHeadInputs {
  TensorView<const float, 3> x;        // (B, T, C)
  TensorView<const float, 3> context;  // (B, S − P, Cc); the same view as x for self-attention
  MultiHeadParameters parameters;
  ConstTensor<4> past_key;                    // (B, K, P, H), after the projection; null if P is 0
  ConstTensor<4> past_value;                  // (B, K, P, Hv), after the projection; null if P is 0
  TensorView<const std::uint8_t, 4> allowed;  // (B, N, T, S), may be null
  ConstTensor<4> bias;                        // (B, N, T, S), may be null
  std::span<const std::int32_t> key_lengths;  // (B), may be empty
};

/// Memory for the results. Every view except `output` may be null; this result is then not written.
struct MultiHeadOutputs {
  TensorView<float, 3> output;         // (B, T, Co)
  AttentionOutputs heads;              // the output of each head (B, N, T, Hv), the stages and the pattern (B, N, T, S)
  TensorView<float, 4> present_key;    // (B, K, S, H): all keys, which are the past of the next call
  TensorView<float, 4> present_value;  // (B, K, S, Hv)
};

/// Memory to which the gradients are added, each of the shape of its input. A null view skips its gradient.
struct MultiHeadGradients {
  TensorView<float, 3> x;
  TensorView<float, 3> context;
  ProjectionGradient query, key, value, output;
  TensorView<float, 4> past_key, past_value;
  TensorView<float, 4> bias;
};

/// The sizes of one call of multi-head attention.
struct MultiHeadSizes {
  Index B, T, P, S;        // S = P + the length of the context
  Index C, context_width;  // C: the width of x; Cc: the width of the context
  Index N, K, H, Hv;
  Index output_width;  // Co; N·Hv or Hv if there is no output projection
};

/// Multi-head attention for fixed sizes. The constructor allocates all scratch memory. The `options` may have a causal
/// mask or a window.
class MultiHeadOp {
 public:
  /// Allocates the scratch memory, with memory for Backward if `with_gradient`. Throws kShape unless K divides N, and
  /// for chained heads unless C = Hv. Throws kOption for general and additive scores, whose parameters would be a
  /// second projection, and for Weighting::kBackward. Also throws as AttentionOp does.
  MultiHeadOp(const MultiHeadSizes& sizes, HeadSharing sharing, const AttentionOptions& options, bool with_gradient);

  /// Computes the outputs. Throws kShape and kOption as Measure does.
  void Forward(const MultiHeadInputs& inputs, const MultiHeadOutputs& outputs);

  /// Adds the gradients, given the gradient (B, T, Co) at the output. Call Backward after Forward with the same inputs.
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
  /// Returns the key/value head of a query head.
  Index KeyHead(Index head) const { return head / (sizes_.N / sizes_.K); }
  /// Returns a view (B, heads, rows, width) of a matrix (B·rows, heads · width). With shared heads all heads are a view
  /// of the same columns.
  TensorView<float, 4> Heads(Matrix joined, Index heads, Index rows, Index width) const;
  /// Returns the outputs (B, heads, T, Hv) of heads from `first` on, as a view of a matrix (B·T, N·Hv).
  TensorView<float, 4> OutputHeads(Matrix joined, Index first, Index heads) const;
  Projection HeadProjection(const Projection& projection, Index head, Index width) const;

  MultiHeadSizes sizes_;
  HeadSharing sharing_;
  bool with_gradient_;
  AttentionOp op_;
  AlignedBuffer memory_;
  Matrix queries_, keys_, values_, outputs_;                      // (B·T or B·(S − P), heads · width)
  Matrix grad_queries_, grad_keys_, grad_values_, grad_outputs_;  // the shapes of queries_, keys_, values_ and outputs_
  Matrix result_, grad_result_;                                   // (B·T, Co)
  float* scratch_ = nullptr;
};

}  // namespace attenscope
