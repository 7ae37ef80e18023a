// The choices that JavaScript makes by name: every list exists here once.
//
// From a list a name is read, an error names the choices, and the TypeScript type is written (see fields.h).
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tensor/error.h"

namespace attenscope {

/// A name and the value of an enum that it stands for.
template <class Enum>
using Choice = std::pair<const char*, Enum>;

/// The list `kNames` of an enum's choices.
template <class Enum>
struct Choices;

/// `'a', 'b' or 'c'`.
inline std::string ChoicesText(std::span<const char* const> names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += (i == 0 ? "'" : i + 1 == names.size() ? " or '" : ", '") + std::string(names[i]) + "'";
  }
  return text;
}

/// The index of `text` among names. Throws an error of `code` that begins with `field`.
[[gnu::noinline]] inline std::size_t FindName(std::span<const char* const> names, const std::string& field,
                                              const std::string& text, ErrorCode code) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (text == names[i]) return i;
  }
  throw Error(code, field + " is '" + text + "', expected " + ChoicesText(names));
}

/// The value that `text` stands for. Throws an error of `code` that begins with `field`.
template <class Enum>
Enum FindChoice(std::span<const Choice<Enum>> choices, const std::string& field, const std::string& text,
                ErrorCode code) {
  std::vector<const char*> names;
  for (const auto& choice : choices) names.push_back(choice.first);
  return choices[FindName(names, field, text, code)].second;
}

}  // namespace attenscope
