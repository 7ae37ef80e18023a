// The embedding of tokens as a step: token vectors, position vectors and type vectors.
#pragma once

#include <span>

#include "train/graph.h"

namespace attenscope {

/// The tables of an embedding. All have rows of E numbers.
struct EmbeddingTables {
  Parameter* tokens;               // (V, E)
  float scale = 1.0f;              // the factor of token vectors
  Parameter* positions = nullptr;  // (rows, E): token t has row offset + t
  Index offset = 0;
  Parameter* types = nullptr;  // (types, E)
};

/// Computes x (B·T, E) from ids: scale · tokens[id] + positions[offset + t] + types[type] + fixed[t].
class EmbeddingStep : public Step {
 public:
  /// `ids` and `type_ids` (B·T) are read at each pass. `type_ids` may be null: every token has type 0. `fixed` (T, E)
  /// is null or an encoding that is not learned; it must stay.
  EmbeddingStep(const EmbeddingTables& tables, Index T, const std::int32_t* ids, const std::int32_t* type_ids,
                ConstMatrix fixed, const Value* x)
      : tables_(tables), T_(T), ids_(ids), type_ids_(type_ids), fixed_(fixed), x_(x) {}
  void Forward(float* scratch) override;
  void Backward(float* scratch) override;

 private:
  Index TypeOf(Index row) const { return type_ids_ ? type_ids_[row] : 0; }

  EmbeddingTables tables_;
  Index T_;
  const std::int32_t* ids_;
  const std::int32_t* type_ids_;
  ConstMatrix fixed_;
  const Value* x_;
};

}  // namespace attenscope
