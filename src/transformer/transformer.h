// A Transformer: its config and its weights.
#pragma once

#include <memory>

#include "model/model.h"
#include "transformer/config.h"
#include "transformer/weights.h"

namespace attenscope {

/// The config and the weights of one stack, which the forward pass reads.
struct Stack {
  const Config& config;
  const StackConfig& sizes;
  const StackWeights& weights;
  const Weight& embedding;  // (V, E)
};

/// A Transformer of any family: an encoder, a decoder, or both.
class Transformer : public Model, public std::enable_shared_from_this<Transformer> {
 public:
  /// Declares every parameter in the table of parameters. Throws kBadModel for an invalid config, and kMemory.
  explicit Transformer(const Config& config);

  const Config& config() const { return config_; }
  const Weights& weights() const { return weights_; }

  /// Returns the only stack or the decoder, or returns the encoder.
  Stack stack() const { return {config_, config_, weights_.stack, weights_.Embedding(weights_.stack)}; }
  Stack encoder() const { return {config_, config_.encoder, weights_.encoder, weights_.Embedding(weights_.encoder)}; }

  std::vector<std::string> TraceNames() const override;
  std::vector<Index> TraceShape(const std::string& name, Index queries, Index keys) const override;
  std::unique_ptr<Run> CreateRun(Index capacity, Index source_capacity) const override;
  std::unique_ptr<BeamSearch> CreateBeamSearch(const Tokens& source, const BeamOptions& options,
                                               const std::vector<Edit>& edits = {}) const override;

 private:
  void AddHead();
  void AddNorm(const std::string& name, Index width, Norm& norm);
  void AddAttention(const std::string& name, const StackConfig& sizes, AttentionWeights& attention);
  void AddStack(const std::string& at, const StackConfig& sizes, Index own_vocabulary, StackWeights& weights);

  Config config_;
  Weights weights_;
};

}  // namespace attenscope
