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

struct MultiHeadGradients {
  TensorView<float, 3> x;        // (B, T, C)
  TensorView<float, 3> context;  // (B, S, Cc)
  ProjectionGradient query, key, value, output;
};

struct MultiHeadSizes {
  Index B, T, S;
  Index C, context_width;  // C of x, Cc of the context
  Index N, K, H, Hv;
  Index output_width;  // Co; N·Hv or Hv where there is no output projection
};

/// Multi-head attention of one set of sizes; scratch is allocated once. A causal mask or window goes by `options`.
class MultiHeadOp {
 public:
  MultiHeadOp(const MultiHeadSizes& sizes, HeadSharing sharing, const AttentionOptions& options, bool with_gradient);

  /// output (B, T, Co); head_outputs (B, N, T, Hv) and pattern (B, N, T, S) may be null. `context` is x for
  /// self-attention. `allowed` is a mask (B, N, T, S), or null.
  void Forward(TensorView<const float, 3> x, TensorView<const float, 3> context, const MultiHeadParameters& parameters,
               TensorView<const std::uint8_t, 4> allowed, TensorView<float, 3> output,
               TensorView<float, 4> head_outputs, TensorView<float, 4> pattern);

  /// Adds to the gradients, given that at the output (B, T, Co); call it after Forward with the same inputs.
  void Backward(TensorView<const float, 3> x, TensorView<const float, 3> context, const MultiHeadParameters& parameters,
                TensorView<const std::uint8_t, 4> allowed, TensorView<const float, 3> grad_output,
                const MultiHeadGradients& gradients);

 private:
  void Layout(Arena& arena);
  AttentionSizes OpSizes() const;
  AttentionInputs HeadInputs(Index first_head, Index heads, TensorView<const std::uint8_t, 4> allowed) const;
  Index Separate(Index heads) const { return sharing_ == HeadSharing::kShared ? 1 : heads; }
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
  Matrix queries_, keys_, values_, outputs_;                      // (B·T or B·S, heads · width)
  Matrix grad_queries_, grad_keys_, grad_values_, grad_outputs_;  // likewise
  Matrix result_, grad_result_;                                   // (B·T, Co)
  float* scratch_ = nullptr;
};

}  // namespace attenscope
