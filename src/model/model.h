// What every kind of model offers, and all that the bindings know of one.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/beam_search.h"
#include "model/parameters.h"
#include "model/run.h"

namespace attenscope {

/// Parameters, filled one by one and then used by any number of runs. Always held by a shared pointer: runs keep their
/// model alive.
class Model {
 public:
  virtual ~Model() = default;

  Parameters& parameters() { return parameters_; }
  const Parameters& parameters() const { return parameters_; }

  /// Every traced tensor that a run of this model can show, in the order in which a run computes them: names such as
  /// 'blocks.0.attn.pattern', or with 'encoder.' and 'decoder.' before them where the model has both.
  virtual std::vector<std::string> TraceNames() const = 0;

  /// The shape of a traced tensor for so many queries over so many keys: of an encoder's tensor both are source tokens,
  /// of a decoder's both are target tokens, of a cross-attention's the queries are target tokens and the keys source
  /// tokens. A tensor without keys goes by `queries` alone. Throws kOption for a name that the model does not have.
  virtual std::vector<Index> TraceShape(const std::string& name, Index queries, Index keys) const = 0;

  /// Room for `capacity` tokens, and for `source_capacity` tokens of the encoder, which is 0 unless the model has an
  /// encoder beside its decoder. Throws kTooLong, kMemory, and kOption for a source where none can be.
  virtual std::unique_ptr<Run> CreateRun(Index capacity, Index source_capacity) const = 0;

  /// A search for the likeliest output for `source`. Throws kUnsupported for a model without an encoder and a decoder,
  /// and as `BeamSearch` and `Run` do.
  virtual std::unique_ptr<BeamSearch> CreateBeamSearch(const Tokens& source, const BeamOptions& options,
                                                       const std::vector<Edit>& edits = {}) const;

 private:
  Parameters parameters_;
};

}  // namespace attenscope
