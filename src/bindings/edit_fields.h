// Lists the fields that an edit has in JavaScript. trace/edits.h explains the fields.
#pragma once

#include <vector>

#include "bindings/attention_choices.h"
#include "bindings/fields.h"
#include "trace/edits.h"

namespace attenscope {

template <>
struct Choices<PositionSetting::Kind> {
  using Kind = PositionSetting::Kind;
  static constexpr Choice<Kind> kNames[] = {{"none", Kind::kNone},
                                            {"rotary", Kind::kRotary},
                                            {"sinusoidal", Kind::kSinusoidal},
                                            {"powers-of-two", Kind::kPowersOfTwo},
                                            {"alibi", Kind::kAlibi}};
};

template <>
struct FieldsOf<PositionSetting> {
  using P = PositionSetting;
  static constexpr std::tuple kFields{Required("kind", &P::kind), Optional("base", &P::base),
                                      Optional("interleaved", &P::interleaved)};
};

template <>
struct FieldsOf<AttentionSetting> {
  using A = AttentionSetting;
  static constexpr std::tuple kFields{Optional("squash", &A::squash),
                                      Optional("normalizer", &A::normalizer),
                                      Optional("seed", &A::seed),
                                      Optional("temperature", &A::temperature),
                                      Optional("causal", &A::causal),
                                      Optional("windowLeft", &A::window_left),
                                      Optional("windowRight", &A::window_right),
                                      Optional("globalTokens", &A::global_tokens),
                                      Optional("hiddenKeys", &A::hidden_keys)};
};

/// An edit whose tensor `numbers` is given as two fields: its data and its shape.
struct EditObject : Edit {
  std::vector<float> data;
  std::vector<Index> shape;
};

template <>
struct FieldsOf<EditObject> {
  using E = EditObject;
  static constexpr std::tuple kFields{Required("at", &E::at),
                                      Required("op", &E::op),
                                      Optional("head", &E::head),
                                      Optional("query", &E::query),
                                      Optional("key", &E::key),
                                      Optional("value", &E::value),
                                      Optional("first", &E::first),
                                      Optional("numbers", &E::data),
                                      Optional("shape", &E::shape),
                                      Optional("setting", &E::setting),
                                      Optional("position", &E::position)};
};

/// Reads a list of edits. Throws kOption for an unknown field or name.
inline std::vector<Edit> ReadEdits(const emscripten::val& edits) {
  std::vector<Edit> list;
  for (const emscripten::val& object : edits) {
    EditObject read = ReadObject<EditObject>(object, kEditObject);
    read.numbers = {std::move(read.data), std::move(read.shape)};
    list.push_back(std::move(read));
  }
  return list;
}

}  // namespace attenscope
