// The parameters of a Transformer, and the loading of one tensor after another into them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "layers/feed_forward.h"
#include "layers/linear.h"
#include "model/config.h"

namespace attenscope {

struct BlockWeights {
  Vector attn_norm;          // (C)
  Linear query;              // (N·H, C)
  Linear key;                // (K·H, C)
  Linear value;              // (K·H, C)
  Linear output;             // (C, N·H)
  Vector feed_forward_norm;  // (C)
  FeedForward feed_forward;
};

struct Weights {
  PackedMatrix embedding;  // (V, C)
  std::vector<BlockWeights> blocks;
  Vector final_norm;                        // (C)
  std::optional<PackedMatrix> unembedding;  // (V, C); absent where the embedding serves

  const PackedMatrix& Unembedding() const { return unembedding ? *unembedding : embedding; }
};

/// A model: config and weights, filled parameter by parameter and then used by any number of runs.
class Model {
 public:
  /// Allocates every parameter. Throws kBadModel or kMemory.
  explicit Model(const Config& config);

  const Config& config() const { return config_; }
  const Weights& weights() const { return weights_; }

  /// The canonical names, such as 'blocks.0.attn.query.weight', in order.
  std::vector<std::string> ParameterNames() const;
  /// (out, in), or (size) of a vector.
  std::vector<Index> ParameterShape(const std::string& name) const;

  /// Room for the raw little-endian bytes of one tensor as a file stores them, row by row.
  std::span<std::byte> Stage(std::uint64_t bytes);
  /// Converts the staged bytes, of type 'F32', 'F16' or 'BF16', into the parameter. Throws kBadModel for a name that
  /// the model lacks or a length that does not fit, kUnsupported for another type.
  void SetParameter(const std::string& name, const std::string& dtype);
  /// Frees the stage. Throws kBadModel naming the first parameter that was never set.
  void Finish();

  /// How many numbers the weights are.
  std::uint64_t parameters() const;
  /// Bytes that they take.
  std::uint64_t bytes() const;

 private:
  struct Parameter {
    std::string name;
    std::vector<Index> shape;
    PackedMatrix* matrix;  // one of the two is set
    Vector* vector;
    bool loaded = false;
  };

  void AddMatrix(const std::string& name, Index rows, Index columns, PackedMatrix& matrix);
  void AddVector(const std::string& name, Index size, Vector& vector);
  void AddLinear(const std::string& name, Index out, Index in, bool bias, Linear& linear);
  std::size_t Find(const std::string& name) const;

  Config config_;
  Weights weights_;
  std::vector<Parameter> parameters_;
  AlignedBuffer stage_;
  std::uint64_t stage_room_ = 0;
  std::uint64_t staged_ = 0;
};

}  // namespace attenscope
