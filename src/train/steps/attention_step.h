// Attention over a batch as a step: any scale, soft cap, squash, mask and normaliser over dot-product scores, with
// dropout of the pattern.
#pragma once

#include "attention/options.h"
#include "position/t5_buckets.h"
#include "train/dropout.h"
#include "train/graph.h"

namespace attenscope {

/// The biases that the heads add to scores by distance. Both parts are null when there is none.
struct DistanceBiasParameters {
  Parameter* buckets = nullptr;  // (1, buckets · N): the learned table (buckets, N) of T5
  T5BucketOptions options;       // of the buckets
  bool alibi = false;
};

/// The operands and sizes of an attention step.
struct AttentionOperands {
  Index B, T, S, N, K, H;
  const Value* q;       // (B·T, N·H)
  const Value* k;       // (B·S, K·H)
  const Value* v;       // (B·S, K·H)
  const Value* output;  // (B·T, N·H)
  AttentionOptions options;
  const std::uint8_t* visible = nullptr;  // (B, S), read at each pass: 0 hides the key; null: all keys are visible
  DistanceBiasParameters distance;
  Dropout dropout;
};

/// Computes the output of every head of every text. The backward pass computes the pattern again, kGradientRows queries
/// at a time, so that memory grows with T and not with T² (Dao et al. 2022).
class AttentionStep : public Step {
 public:
  explicit AttentionStep(const AttentionOperands& operands) : operands_(operands) {}
  void Layout(Arena& arena) override;
  void Forward(float* scratch) override;
  void Backward(float* scratch) override;

 private:
  struct Memory;

  Memory MemoryOf(Arena& arena) const;
  std::uint64_t HeadWork() const;
  void FillBias();
  AttentionOptions OptionsOf(Index batch) const;
  void HeadForward(Index batch, Index head, const Memory& memory);
  void GroupBackward(Index batch, Index group, const Memory& memory);

  AttentionOperands operands_;
  Matrix bias_;  // (N, 2M − 1), where M = max(T, S): column M − 1 + d is for a key d tokens after the query
  Matrix grad_q_, grad_k_, grad_v_;  // the gradients that the current backward pass adds to
  Matrix grad_bias_;                 // the same, for a learned bias
  std::byte* threads_ = nullptr;     // the scratch of each thread
  std::uint64_t thread_bytes_ = 0;
  int thread_count_ = 1;
};

}  // namespace attenscope
