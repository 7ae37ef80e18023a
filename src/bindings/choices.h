// Maps names in JavaScript to enum values, with one list for each enum.
//
// The list serves to read a name, to show all names in an error, and to write the TypeScript type (see fields.h).
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tensor/error.h"

namespace attenscope {

/// A name in JavaScript and the enum value that it means.
template <class Enum>
using Choice = std::pair<const char*, Enum>;

/// The names of an enum, in its member `kNames`.
template <class Enum>
struct Choices;

/// Returns the names as text, such as `'a', 'b' or 'c'`.
inline std::string ChoicesText(std::span<const char* const> names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += (i == 0 ? "'" : i + 1 == names.size() ? " or '" : ", '") + std::string(names[i]) + "'";
  }
  return text;
}

/// Returns the index of `text` in `names`. Throws an error with `code` for an unknown name; the message begins with
/// `field`.
[[gnu::noinline]] inline std::size_t FindName(std::span<const char* const> names, const std::string& field,
                                              const std::string& text, ErrorCode code) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (text == names[i]) return i;
  }
  throw Error(code, field + " is '" + text + "', expected " + ChoicesText(names));
}

/// Returns the enum value that `text` means. Throws an error with `code` for an unknown name; the message begins with
/// `field`.
template <class Enum>
Enum FindChoice(std::span<const Choice<Enum>> choices, const std::string& field, const std::string& text,
                ErrorCode code) {
  std::vector<const char*> names;
  for (const auto& choice : choices) names.push_back(choice.first);
  return choices[FindName(names, field, text, code)].second;
}

}  // namespace attenscope
