// The parameters that training changes, with their gradients: float32, row-major, under the model's canonical names.
#pragma once

#include <deque>
#include <map>

#include "model/parameters.h"
#include "train/graph.h"

namespace attenscope {

/// All parameters of a model, in the order of the model's table.
class TrainedParameters {
 public:
  /// Allocates zeros for each parameter of `table`, and for its gradient. Throws kMemory.
  explicit TrainedParameters(const Parameters& table);

  /// Returns the parameter of this name, or null if the model has none.
  Parameter* Find(const std::string& name);
  /// Returns the parameter of this name. Throws kBadModel if the model has none.
  Parameter& Get(const std::string& name);

  std::deque<Parameter>& all() { return parameters_; }
  const std::deque<Parameter>& all() const { return parameters_; }
  /// Returns the number of numbers in all parameters.
  Index count() const { return count_; }
  /// All numbers, and all gradients, one parameter after another with padding of zeros between them.
  std::span<float> numbers() { return {numbers_, padded_}; }
  std::span<float> gradients() { return {gradients_, padded_}; }

 private:
  std::deque<Parameter> parameters_;
  std::map<std::string, Parameter*> by_name_;
  AlignedBuffer memory_;
  float* numbers_ = nullptr;
  float* gradients_ = nullptr;
  std::size_t padded_ = 0;
  Index count_ = 0;
};

}  // namespace attenscope
