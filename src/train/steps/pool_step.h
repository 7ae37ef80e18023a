// Steps of recurrent models over whole sources: pooling by a learned query, and the states that begin a decoder.
#pragma once

#include "train/graph.h"

namespace attenscope {

/// Computes y (B, M) = Σ_s α_s states_s, where α is the softmax of query · keys_s over the S tokens of each text (Yang
/// et al. 2016, §2.2).
class PoolStep : public Step {
 public:
  /// `keys` (B·S, A) are tanh(W h + b), `states` (B·S, M), `query` (1, A).
  PoolStep(Index S, const Value* keys, const Value* states, Parameter* query, const Value* y)
      : S_(S), keys_(keys), states_(states), query_(query), y_(y) {}
  void Layout(Arena& arena) override;
  void Forward(float* scratch) override;
  void Backward(float* scratch) override;

 private:
  Index S_;
  const Value *keys_, *states_;
  Parameter* query_;
  const Value* y_;
  Matrix weights_;      // (B, S)
  float* grad_scores_;  // (S)
};

/// Copies the last state of each direction: y (B, M) = ⟨forward state of the last token; backward state of the first⟩.
class LastStatesStep : public Step {
 public:
  /// `states` (B·S, M); D is the width of the forward direction.
  LastStatesStep(Index S, Index D, const Value* states, const Value* y) : S_(S), D_(D), states_(states), y_(y) {}
  void Forward(float* scratch) override;
  void Backward(float* scratch) override;

 private:
  Index S_, D_;
  const Value *states_, *y_;
};

}  // namespace attenscope
