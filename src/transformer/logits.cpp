// Computes the layers after the last block.
#include "transformer/logits.h"

#include "tensor/matrix.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

}  // namespace

void FinalNorm(const StackContext& context, ConstMatrix x, Matrix y) {
  const auto& [stack, positions, changes, scratch] = context;
  if (stack.config.final_norm) {
    Apply(Arch{}, stack.weights.final_norm, x, y);
  } else {
    Copy(x, y);
  }
  ApplyEdits(changes.final_norm, 0, positions.first, positions.step, y);
}

void ComputeLogits(const StackContext& context, const Transformer& model, ConstMatrix x, Matrix logits) {
  const BlockScratch& scratch = context.scratch;
  const Config& config = model.config();
  const HeadWeights& head = model.weights().head;
  const Index T = x.shape[0];
  Matrix read = scratch.normed.Rows(0, T);
  FinalNorm(context, x, read);
  if (config.head.width > 0) {
    const Matrix dense = scratch.head.Rows(0, T);
    Apply(Arch{}, head.dense, read, dense);
    for (Index t = 0; t < T; ++t) Activate(Arch{}, config.head.activation, nullptr, config.head.width, &dense(t, 0));
    if (config.head.norm) Apply(Arch{}, head.norm, dense, dense);
    read = dense;
  }
  MatMul(Arch{}, read, model.weights().Unembedding(), model.weights().logits_bias.data(), ConstMatrix{}, logits);
  for (Index t = 0; t < T; ++t) {
    float* row = &logits(t, 0);
    if (config.logits_scale != 1.0f) Scale(Arch{}, config.logits_scale, row, logits.shape[1]);
    if (config.logits_softcap != 0.0f) Softcap(Arch{}, config.logits_softcap, row, logits.shape[1]);
  }
}

}  // namespace attenscope
