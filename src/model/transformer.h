// A Transformer: its config and its weights.
#pragma once

#include <memory>

#include "model/config.h"
#include "model/model.h"
#include "model/weights.h"

namespace attenscope {

class Transformer : public Model, public std::enable_shared_from_this<Transformer> {
 public:
  /// Allocates every parameter. Throws kBadModel or kMemory.
  explicit Transformer(const Config& config);

  const Config& config() const { return config_; }
  const Weights& weights() const { return weights_; }

  std::vector<std::string> TraceNames() const override;
  std::vector<Index> TraceShape(const std::string& name, Index queries, Index keys) const override;
  std::unique_ptr<Run> CreateRun(Index capacity, Index source_capacity) const override;

 private:
  Config config_;
  Weights weights_;
};

}  // namespace attenscope
