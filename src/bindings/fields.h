// Reads JavaScript objects into C++ structs, by one table of fields for each struct.
//
// The table FieldsOf<Struct>::kFields names the fields of the object and the member of the struct for each field. From
// the table this file reads an object, refuses unknown fields, and writes the TypeScript type that Embind declares.
#pragma once

#include <emscripten/val.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include "bindings/choices.h"

namespace attenscope {

/// One field of an object: its name, the member for its value, and for an enum the allowed names.
template <class Struct, class Value>
struct Field {
  const char* name;
  Value Struct::* member;
  bool required;
  std::span<const Choice<Value>> choices = {};
};

/// The table of the fields of a struct: a tuple `kFields`.
template <class Struct>
struct FieldsOf;

/// Declares a required field.
template <class Struct, class Value>
constexpr Field<Struct, Value> Required(const char* name, Value Struct::* member) {
  return {name, member, true};
}
/// Declares an optional field. If the object lacks the field, the member keeps its default value.
template <class Struct, class Value>
constexpr Field<Struct, Value> Optional(const char* name, Value Struct::* member) {
  return {name, member, false};
}
/// Declares a required field that allows only some values of an enum.
template <class Struct, class Value>
constexpr Field<Struct, Value> RequiredOf(const char* name, Value Struct::* member,
                                          std::span<const Choice<Value>> choices) {
  return {name, member, true, choices};
}

/// The name of an object in error messages, and the code of the errors.
struct ObjectKind {
  const char* name;
  ErrorCode code;
};

/// The kinds of objects that JavaScript passes to the engine.
inline constexpr ObjectKind kConfigObject{"config", ErrorCode::kBadModel};
inline constexpr ObjectKind kEditObject{"edit", ErrorCode::kOption};
inline constexpr ObjectKind kOptionsObject{"options", ErrorCode::kOption};
inline constexpr ObjectKind kTokensObject{"tokens", ErrorCode::kOption};
inline constexpr ObjectKind kLayoutObject{"layout", ErrorCode::kOption};

namespace fields_internal {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;

template <class Enum>
constexpr std::span<const Choice<Enum>> ChoicesOf(std::span<const Choice<Enum>> some) {
  return some.empty() ? std::span<const Choice<Enum>>(Choices<Enum>::kNames) : some;
}

/// Throws an error for a field that is not undefined and whose name is not in the table.
[[gnu::noinline]] inline void RefuseUnknown(const emscripten::val& object, std::span<const char* const> names,
                                            const std::string& at, ErrorCode code) {
  const emscripten::val given = emscripten::val::global("Object").call<emscripten::val>("keys", object);
  for (const emscripten::val& key : given) {
    const std::string name = key.as<std::string>();
    if (object[key].isUndefined()) continue;
    if (std::any_of(names.begin(), names.end(), [&](const char* known) { return name == known; })) continue;
    throw Error(code, at + " has the field '" + name + "', which is unknown");
  }
}

}  // namespace fields_internal

/// An object to read, its name in error messages, and the code of the errors.
struct ObjectSource {
  const emscripten::val& object;
  const std::string& at;
  ErrorCode code;
};

template <class Struct>
void ReadFields(const ObjectSource& source, Struct& into);

/// Reads a field if the object has it. The function is not inlined, because a struct has many fields of each type.
template <class T>
[[gnu::noinline]] void ReadField(const ObjectSource& source, const char* name, std::span<const Choice<T>> choices,
                                 T& value) {
  const emscripten::val given = source.object[name];
  if (given.isUndefined()) return;
  if constexpr (fields_internal::is_optional<T>) {
    ReadField(source, name, {}, value.emplace());
  } else if constexpr (fields_internal::is_vector<T>) {
    value = emscripten::convertJSArrayToNumberVector<typename T::value_type>(given);
  } else if constexpr (std::is_enum_v<T>) {
    value =
        FindChoice(fields_internal::ChoicesOf(choices), source.at + ": " + name, given.as<std::string>(), source.code);
  } else if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
    value = given.as<T>();
  } else {
    ReadFields({given, source.at + ": " + name, source.code}, value);
  }
}

/// Reads all fields of an object into a struct. Throws as ReadObject does.
template <class Struct>
void ReadFields(const ObjectSource& source, Struct& into) {
  std::apply(
      [&](const auto&... field) {
        const char* const names[] = {field.name...};
        fields_internal::RefuseUnknown(source.object, names, source.at, source.code);
        (ReadField(source, field.name, field.choices, into.*field.member), ...);
      },
      FieldsOf<Struct>::kFields);
}

/// Returns the struct that an object describes. Throws an error for an unknown field and for an unknown name of an
/// enum.
template <class Struct>
Struct ReadObject(const emscripten::val& object, const ObjectKind& kind) {
  Struct read;
  ReadFields({object, kind.name, kind.code}, read);
  return read;
}

// The functions below write TypeScript types at compile time.

/// Returns the TypeScript type of an enum, such as `'a' | 'b'`.
template <class Enum>
constexpr std::string UnionText(std::span<const Choice<Enum>> choices) {
  std::string text;
  for (const auto& choice : choices) text += (text.empty() ? "'" : " | '") + std::string(choice.first) + "'";
  return text;
}

/// Returns the TypeScript type of a struct, such as `{ width: number; causal?: boolean }`.
template <class Struct>
constexpr std::string ObjectText();

template <class T>
constexpr std::string TypeText(std::span<const Choice<T>> choices = {}) {
  if constexpr (fields_internal::is_optional<T>) {
    return TypeText<typename T::value_type>();
  } else if constexpr (fields_internal::is_vector<T>) {
    return std::is_same_v<T, std::vector<float>> ? "Float32Array | readonly number[]" : "readonly number[]";
  } else if constexpr (std::is_enum_v<T>) {
    return UnionText(fields_internal::ChoicesOf(choices));
  } else if constexpr (std::is_same_v<T, bool>) {
    return "boolean";
  } else if constexpr (std::is_arithmetic_v<T>) {
    return "number";
  } else if constexpr (std::is_same_v<T, std::string>) {
    return "string";
  } else {
    return ObjectText<T>();
  }
}

template <class Struct>
constexpr std::string ObjectText() {
  std::string text;
  const auto add = [&](const auto& field) {
    text += (text.empty() ? "{ " : "; ") + std::string(field.name) + (field.required ? ": " : "?: ") +
            TypeText(field.choices);
  };
  std::apply([&](const auto&... field) { (add(field), ...); }, FieldsOf<Struct>::kFields);
  return text + " }";
}

/// The text that Make() returns, as a constant array. Embind keeps pointers to the names of types, so the text must
/// live as long as the module.
template <auto Make>
inline constexpr auto kStaticText = [] {
  std::array<char, Make().size() + 1> text{};
  const std::string made = Make();
  std::copy(made.begin(), made.end(), text.begin());
  return text;
}();

/// Returns the TypeScript type of a struct.
template <class Struct>
constexpr const char* ObjectType() {
  return kStaticText<[] { return ObjectText<Struct>(); }>.data();
}
/// Returns the TypeScript type of an array of the struct.
template <class Struct>
constexpr const char* ArrayType() {
  return kStaticText<[] { return ObjectText<Struct>() + "[]"; }>.data();
}
/// Returns the TypeScript type of an enum.
template <class Enum>
constexpr const char* ChoicesType() {
  return kStaticText<[] { return TypeText<Enum>(); }>.data();
}

}  // namespace attenscope
