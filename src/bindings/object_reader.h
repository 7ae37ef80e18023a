// C++ values from the fields of JavaScript's objects.
#pragma once

#include <emscripten/val.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tensor/error.h"

namespace attenscope {

inline std::vector<std::int32_t> ToIds(const emscripten::val& ids) {
  return emscripten::convertJSArrayToNumberVector<std::int32_t>(ids);
}

/// Reads fields into C++ values; a field that is not given leaves its value as it is.
class ObjectReader {
 public:
  explicit ObjectReader(emscripten::val object) : object_(std::move(object)) {}

  template <class T>
  void Read(const char* name, T& value) const {
    const emscripten::val given = object_[name];
    if (!given.isUndefined()) value = given.as<T>();
  }

  /// The value that a text stands for. Throws kBadModel for a text that is not among the choices.
  template <class T, std::size_t Count>
  void Read(const char* name, T& value, const std::pair<const char*, T> (&choices)[Count]) const {
    const emscripten::val given = object_[name];
    if (given.isUndefined()) return;
    const std::string text = given.as<std::string>();
    for (const auto& [choice, meant] : choices) {
      if (text == choice) {
        value = meant;
        return;
      }
    }
    throw Error(ErrorCode::kBadModel, "config: " + std::string(name) + " is '" + text + "', none of the choices");
  }

  template <class T>
  void Read(const char* name, std::vector<T>& numbers) const {
    const emscripten::val given = object_[name];
    if (!given.isUndefined()) numbers = emscripten::convertJSArrayToNumberVector<T>(given);
  }

  /// An object inside this one, or none.
  bool Has(const char* name) const { return !object_[name].isUndefined(); }
  ObjectReader Inside(const char* name) const { return ObjectReader(object_[name]); }

 private:
  emscripten::val object_;
};

}  // namespace attenscope
