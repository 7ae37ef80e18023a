// A recurrent model: an LSTM classifier, or an LSTM encoder–decoder with attention (docs/checkpoint-forms.md).
#pragma once

#include "model/model.h"
#include "recurrent/config.h"
#include "recurrent/weights.h"

namespace attenscope {

/// A recurrent model. docs/checkpoint-forms.md lists the names of its parameters.
class Recurrent final : public Model, public std::enable_shared_from_this<Recurrent> {
 public:
  /// Declares every parameter in the table of parameters. Throws kBadModel for an invalid config, and kMemory.
  explicit Recurrent(const RecurrentConfig& config);

  const RecurrentConfig& config() const { return config_; }
  const RecurrentWeights& weights() const { return weights_; }

  std::vector<std::string> TraceNames() const override;
  std::vector<Index> TraceShape(const std::string& name, Index queries, Index keys) const override;
  std::unique_ptr<Run> CreateRun(Index capacity, Index source_capacity) const override;
  std::unique_ptr<BeamSearch> CreateBeamSearch(const Tokens& source, const BeamOptions& options,
                                               const std::vector<Edit>& edits = {}) const override;

 private:
  void AddLstm(const std::string& name, Index layer, const char* direction, Index in, Index width, LstmDirection& lstm);
  void AddEncoder(const std::string& embeddings, const std::string& lstm);
  void AddPooling();
  void AddDecoder();

  RecurrentConfig config_;
  RecurrentWeights weights_;
};

}  // namespace attenscope
