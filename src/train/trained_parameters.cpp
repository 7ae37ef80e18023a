// Lays out the parameters and their gradients in one allocation.
#include "train/trained_parameters.h"

#include "tensor/error.h"

namespace attenscope {

TrainedParameters::TrainedParameters(const Parameters& table) {
  for (const std::string& name : table.names()) {
    parameters_.push_back({name, table.Shape(name), {}, {}});
    by_name_[name] = &parameters_.back();
  }
  const auto rows = [](const Parameter& parameter) { return parameter.shape.size() > 1 ? parameter.shape[0] : 1; };
  memory_ = AllocateLaidOut("the parameters that training changes", [&](Arena& arena) {
    for (Parameter& parameter : parameters_) {
      parameter.matrix = arena.Tensor<2>({rows(parameter), parameter.shape.back()});
    }
    padded_ = arena.used() / sizeof(float);
    gradients_ = nullptr;
    for (Parameter& parameter : parameters_) {
      const Matrix gradient = arena.Tensor<2>({rows(parameter), parameter.shape.back()});
      if (!gradients_) gradients_ = gradient.data;
      parameter.gradient.Place(gradient);
    }
  });
  if (parameters_.empty()) return;
  numbers_ = parameters_.front().matrix.data;
  for (const Parameter& parameter : parameters_) count_ += parameter.matrix.size();
}

Parameter* TrainedParameters::Find(const std::string& name) {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

Parameter& TrainedParameters::Get(const std::string& name) {
  if (Parameter* parameter = Find(name)) return *parameter;
  throw Error(ErrorCode::kBadModel, "the model has no parameter '" + name + "'");
}

}  // namespace attenscope
