// Converts named tensors and settings of JavaScript to views and numbers, and results back to named tensors.
#pragma once

#include <emscripten/val.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "bindings/choices.h"
#include "kernels/broadcast.h"
#include "tensor/arena.h"
#include "tensor/check.h"
#include "tensor/tensor.h"

// JavaScript types, which appear in the generated declarations.
EMSCRIPTEN_DECLARE_VAL_TYPE(NamedTensors);
EMSCRIPTEN_DECLARE_VAL_TYPE(Settings);
EMSCRIPTEN_DECLARE_VAL_TYPE(OwnedTensors);

namespace attenscope {

/// A tensor of any rank, in the memory of an OpInputs. `data` is null if JavaScript did not give the tensor.
template <class T>
struct AnyTensor {
  const T* data = nullptr;
  std::vector<Index> shape;
};

/// The tensors and settings of one call of the attention library. The object copies the tensors into memory that it
/// owns.
class OpInputs {
 public:
  OpInputs(const NamedTensors& tensors, const Settings& settings) : tensors_(tensors), settings_(settings) {}

  /// Tells whether JavaScript gave the tensor `name`.
  bool Has(const char* name) const { return !tensors_[name].isUndefined(); }

  /// Returns the tensor `name`, of any rank. Throws kMemory.
  template <class T>
  AnyTensor<T> Any(const char* name) {
    const emscripten::val tensor = tensors_[name];
    if (tensor.isUndefined()) return {};
    const emscripten::val array = tensor["data"];
    const std::size_t count = array["length"].as<std::size_t>();
    AnyTensor<T> result;
    result.shape = emscripten::convertJSArrayToNumberVector<Index>(tensor["shape"]);
    // The memory has one more element, so that a tensor without elements has an address, too.
    buffers_.push_back(AllocateZeroed((static_cast<std::uint64_t>(count) + 1) * sizeof(T), name));
    T* memory = reinterpret_cast<T*>(buffers_.back().get());
    emscripten::val(emscripten::typed_memory_view(count, memory)).call<void>("set", array);
    result.data = memory;
    return result;
  }

  /// Returns the tensor `name`, or a null view if JavaScript did not give it. Throws kShape for another rank.
  template <int Rank, class T = float>
  TensorView<const T, Rank> Tensor(const char* name) {
    const AnyTensor<T> any = Any<T>(name);
    if (!any.data) return {};
    return {any.data, Extents<Rank>(name, any.shape)};
  }

  /// Returns a tensor of one dimension, or an empty span. Throws kShape for another rank.
  template <class T>
  std::span<const T> Vector(const char* name) {
    const TensorView<const T, 1> view = Tensor<1, T>(name);
    return {view.data, static_cast<std::size_t>(view.shape[0])};
  }

  /// Returns the tensor `name` broadcast to the shape `to`, with the stride 0 along a broadcast dimension. Throws
  /// kShape if the shapes do not fit; the message calls the tensor `shown`.
  template <class T, std::size_t Rank>
  TensorView<const T, static_cast<int>(Rank)> Repeated(const char* name, const char* shown,
                                                       std::array<Index, Rank> to) {
    const AnyTensor<T> any = Any<T>(name);
    if (!any.data) return {};
    CheckBroadcast(shown, any.shape, to);
    return Repeat<const T, Rank>(any.data, any.shape, to);
  }

  /// Returns a view of shape `to` of memory of shape `from`. `from` must broadcast to `to`.
  template <class T, std::size_t Rank>
  static TensorView<T, static_cast<int>(Rank)> Repeat(T* data, std::span<const Index> from,
                                                      std::array<Index, Rank> to) {
    std::array<Index, Rank> whole;
    whole.fill(1);
    std::copy_backward(from.begin(), from.end(), whole.end());
    TensorView<T, static_cast<int>(Rank)> view(data, whole);
    for (std::size_t axis = 0; axis < Rank; ++axis) {
      if (whole[axis] == 1) view.stride[axis] = 0;
    }
    view.shape = to;
    return view;
  }

  /// Returns the setting `name`, which JavaScript always gives.
  template <class T>
  T Setting(const char* name) const {
    return settings_[name].as<T>();
  }
  /// Returns the setting `name` as a truth value.
  bool Flag(const char* name) const { return settings_[name].isTrue(); }

  /// Returns the enum value that the setting `name` means. Throws kOption for an unknown name.
  template <class Enum>
  Enum Choose(const char* name) const {
    return FindChoice<Enum>(Choices<Enum>::kNames, name, Setting<std::string>(name), ErrorCode::kOption);
  }

 private:
  template <int Rank>
  static std::array<Index, Rank> Extents(const char* name, std::span<const Index> shape) {
    if (shape.size() != Rank) {
      throw Error(ErrorCode::kShape, std::string(name) + ": has shape " + ShapeText(shape) + ", expected one of " +
                                         std::to_string(Rank) + " dimensions");
    }
    std::array<Index, Rank> extents;
    std::copy(shape.begin(), shape.end(), extents.begin());
    return extents;
  }

  emscripten::val tensors_;
  emscripten::val settings_;
  std::deque<AlignedBuffer> buffers_;
};

/// The named tensors that a call returns.
class OpResults {
 public:
  /// Adds a tensor of zeros and returns its memory. Throws kMemory if the memory is short.
  float* Add(const char* name, std::span<const Index> shape) {
    std::uint64_t count = 1;
    for (Index extent : shape) {
      const std::uint64_t most = std::numeric_limits<std::int32_t>::max() / sizeof(float);
      if (extent > 0 && count > most / static_cast<std::uint64_t>(extent)) {
        throw Error(ErrorCode::kMemory,
                    std::string(name) + " of shape " + ShapeText(shape) + " is more than can be held");
      }
      count *= static_cast<std::uint64_t>(extent);
    }
    results_.push_back({name, {shape.begin(), shape.end()}, AllocateZeroed((count + 1) * sizeof(float), name), count});
    return reinterpret_cast<float*>(results_.back().memory.get());
  }

  template <std::size_t Rank>
  TensorView<float, static_cast<int>(Rank)> Add(const char* name, const std::array<Index, Rank>& shape) {
    return {Add(name, std::span<const Index>(shape)), shape};
  }

  /// Returns the tensors as JavaScript objects with copied numbers, because a view becomes invalid when the memory
  /// grows.
  OwnedTensors ToJavaScript() const {
    emscripten::val object = emscripten::val::object();
    for (const Result& result : results_) {
      const float* data = reinterpret_cast<const float*>(result.memory.get());
      emscripten::val tensor = emscripten::val::object();
      tensor.set("data", emscripten::val(emscripten::typed_memory_view(static_cast<std::size_t>(result.count), data))
                             .call<emscripten::val>("slice"));
      tensor.set("shape", emscripten::val::array(result.shape));
      object.set(result.name, tensor);
    }
    return OwnedTensors(object);
  }

 private:
  struct Result {
    std::string name;
    std::vector<Index> shape;
    AlignedBuffer memory;
    std::uint64_t count;
  };
  std::deque<Result> results_;
};

}  // namespace attenscope
