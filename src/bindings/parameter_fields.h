// Lists the names that JavaScript uses for the form of weights and for the layout of a parameter.
#pragma once

#include "bindings/fields.h"
#include "model/parameters.h"

namespace attenscope {

template <>
struct Choices<WeightForm> {
  static constexpr Choice<WeightForm> kNames[] = {{"auto", WeightForm::kAsStored},
                                                  {"f32", WeightForm::kFloat},
                                                  {"f16", WeightForm::kHalf},
                                                  {"int8", WeightForm::kInt8}};
};

template <>
struct FieldsOf<TensorLayout> {
  using L = TensorLayout;
  static constexpr std::tuple kFields{Required("first", &L::first),
                                      Required("rowStride", &L::row_stride),
                                      Optional("columnStride", &L::column_stride),
                                      Optional("group", &L::group),
                                      Optional("groupStride", &L::group_stride),
                                      Optional("add", &L::add)};
};

}  // namespace attenscope
