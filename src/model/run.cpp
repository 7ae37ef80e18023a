// The functions that runs of every kind share.
#include "model/run.h"

#include "tensor/error.h"

namespace attenscope {

Index Run::Sample(const SamplingOptions& options, std::uint32_t seed) {
  const ConstMatrix rows = logits();
  const Progress now = progress();
  if (rows.shape[0] == 0 || now.done != now.total) {
    throw Error(ErrorCode::kOption, "there are no logits to sample from");
  }
  if (!sampler_) sampler_.emplace(seed);
  return sampler_->Sample({&rows(rows.shape[0] - 1, 0), static_cast<std::size_t>(rows.shape[1])}, options);
}

DirectLogits Run::ComputeDirectLogits(Index, Index) {
  throw Error(ErrorCode::kUnsupported,
              "direct contributions to a logit: the logits of this model are not a sum over heads and layers");
}

}  // namespace attenscope
