// The interface that every kind of model implements. The bindings use models only through it.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/beam_search.h"
#include "model/parameters.h"
#include "model/run.h"

namespace attenscope {

/// A model. Its parameters are set one by one, and then any number of runs use them. A shared pointer always owns a
/// model, and each run keeps its model alive.
class Model {
 public:
  virtual ~Model() = default;

  Parameters& parameters() { return parameters_; }
  const Parameters& parameters() const { return parameters_; }

  /// Returns the names of all traced tensors of a run, in the order in which a run computes them. Names are like
  /// 'blocks.0.attn.pattern', and begin with 'encoder.' or 'decoder.' in a model with an encoder and a decoder.
  virtual std::vector<std::string> TraceNames() const = 0;

  /// Returns the shape of a traced tensor for a number of queries and keys. In an encoder both are source tokens, in a
  /// decoder both are target tokens, and in cross-attention queries are target tokens and keys are source tokens. The
  /// shape of a tensor without keys depends on `queries` only. Throws kOption for a name that the model does not have.
  virtual std::vector<Index> TraceShape(const std::string& name, Index queries, Index keys) const = 0;

  /// Creates a run with memory for `capacity` tokens, and for `source_capacity` tokens of the encoder.
  /// `source_capacity` is 0 unless the model has an encoder and a decoder. Throws kTooLong, kMemory, and kOption for a
  /// source that the model cannot read.
  virtual std::unique_ptr<Run> CreateRun(Index capacity, Index source_capacity) const = 0;

  /// Creates a beam search for the likeliest output for `source`. Throws kUnsupported unless the model has an encoder
  /// and a decoder, and otherwise as `BeamSearch` and `Run` do.
  virtual std::unique_ptr<BeamSearch> CreateBeamSearch(const Tokens& source, const BeamOptions& options,
                                                       const std::vector<Edit>& edits = {}) const;

 private:
  Parameters parameters_;
};

}  // namespace attenscope
