// Tables of the fields of JavaScript's objects.
//
// One table for each C++ struct, FieldsOf<Struct>::kFields, says which fields the object has and where their values go.
// From the table an object is read, unknown fields are refused, and the TypeScript type that Embind declares is
// written.
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

/// One field of an object: its name, the member that holds its value, and for an enum the choices.
template <class Struct, class Value>
struct Field {
  const char* name;
  Value Struct::* member;
  bool required;
  std::span<const Choice<Value>> choices = {};
};

/// The table of a struct's fields, a tuple `kFields`.
template <class Struct>
struct FieldsOf;

/// A field that JavaScript always gives.
template <class Struct, class Value>
constexpr Field<Struct, Value> Required(const char* name, Value Struct::* member) {
  return {name, member, true};
}
/// A field that may be left out; its value is then the C++ struct's own.
template <class Struct, class Value>
constexpr Field<Struct, Value> Optional(const char* name, Value Struct::* member) {
  return {name, member, false};
}
/// A required field that takes some of an enum's choices only.
template <class Struct, class Value>
constexpr Field<Struct, Value> RequiredOf(const char* name, Value Struct::* member,
                                          std::span<const Choice<Value>> choices) {
  return {name, member, true, choices};
}

/// What errors call an object, and their code.
struct ObjectKind {
  const char* name;
  ErrorCode code;
};
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

/// Throws for a field with a value whose name the table lacks.
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

/// The object that a field belongs to: what errors call it, and their code.
struct ObjectSource {
  const emscripten::val& object;
  const std::string& at;
  ErrorCode code;
};

template <class Struct>
void ReadFields(const ObjectSource& source, Struct& into);

/// Reads a field, unless the object leaves it out. Not inlined: a struct has many fields of each type.
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

/// Reads an object by its table.
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

/// The struct that an object describes. Throws for a field that the table lacks and a name that is none of the choices.
template <class Struct>
Struct ReadObject(const emscripten::val& object, const ObjectKind& kind) {
  Struct read;
  ReadFields({object, kind.name, kind.code}, read);
  return read;
}

// The TypeScript types, written by the compiler.

/// `'a' | 'b'`.
template <class Enum>
constexpr std::string UnionText(std::span<const Choice<Enum>> choices) {
  std::string text;
  for (const auto& choice : choices) text += (text.empty() ? "'" : " | '") + std::string(choice.first) + "'";
  return text;
}

/// The type of a struct's objects: `{ width: number; causal?: boolean }`.
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

/// The text that a constant expression makes, as an array of the module: Embind keeps pointers to types.
template <auto Make>
inline constexpr auto kStaticText = [] {
  std::array<char, Make().size() + 1> text{};
  const std::string made = Make();
  std::copy(made.begin(), made.end(), text.begin());
  return text;
}();

/// The TypeScript type of a struct's objects.
template <class Struct>
constexpr const char* ObjectType() {
  return kStaticText<[] { return ObjectText<Struct>(); }>.data();
}
/// The TypeScript type of an array of them.
template <class Struct>
constexpr const char* ArrayType() {
  return kStaticText<[] { return ObjectText<Struct>() + "[]"; }>.data();
}
/// The TypeScript type of an enum's names.
template <class Enum>
constexpr const char* ChoicesType() {
  return kStaticText<[] { return TypeText<Enum>(); }>.data();
}

}  // namespace attenscope
