// Edits from JavaScript's objects.
#pragma once

#include <emscripten/bind.h>
#include <emscripten/val.h>

#include <optional>
#include <vector>

#include "bindings/attention_names.h"
#include "bindings/object_reader.h"
#include "trace/edits.h"

EMSCRIPTEN_DECLARE_VAL_TYPE(Edits);

namespace attenscope {

template <class T>
void ReadOptional(const ObjectReader& reader, const char* name, std::optional<T>& value) {
  if (!reader.Has(name)) return;
  value.emplace();
  reader.Read(name, *value);
}

template <class T, std::size_t Count>
void ReadOptional(const ObjectReader& reader, const char* name, std::optional<T>& value,
                  const std::pair<const char*, T> (&choices)[Count]) {
  if (!reader.Has(name)) return;
  value.emplace();
  reader.Read(name, *value, choices);
}

inline AttentionSetting ReadSetting(const ObjectReader& reader) {
  AttentionSetting setting;
  ReadOptional(reader, "squash", setting.squash, kSquashNames);
  ReadOptional(reader, "normalizer", setting.normalizer, kNormalizerNames);
  ReadOptional(reader, "seed", setting.seed);
  ReadOptional(reader, "temperature", setting.temperature);
  reader.Read("causal", setting.causal);
  ReadOptional(reader, "windowLeft", setting.window_left);
  ReadOptional(reader, "windowRight", setting.window_right);
  ReadOptional(reader, "globalTokens", setting.global_tokens);
  reader.Read("hiddenKeys", setting.hidden_keys);
  return setting;
}

inline PositionSetting ReadPosition(const ObjectReader& reader) {
  using Kind = PositionSetting::Kind;
  PositionSetting position;
  reader.Read("kind", position.kind,
              {{"none", Kind::kNone},
               {"rotary", Kind::kRotary},
               {"sinusoidal", Kind::kSinusoidal},
               {"powers-of-two", Kind::kPowersOfTwo},
               {"alibi", Kind::kAlibi}});
  reader.Read("base", position.base);
  reader.Read("interleaved", position.interleaved);
  return position;
}

inline std::vector<Edit> ReadEdits(const Edits& edits) {
  std::vector<Edit> list;
  for (const emscripten::val& object : edits) {
    const ObjectReader reader(object);
    Edit edit;
    reader.Read("at", edit.at);
    reader.Read("op", edit.op);
    reader.Read("head", edit.head);
    reader.Read("query", edit.query);
    reader.Read("key", edit.key);
    reader.Read("value", edit.value);
    reader.Read("first", edit.first);
    reader.Read("numbers", edit.numbers.data);
    reader.Read("shape", edit.numbers.shape);
    if (reader.Has("setting")) edit.setting = ReadSetting(reader.Inside("setting"));
    if (reader.Has("position")) edit.position = ReadPosition(reader.Inside("position"));
    list.push_back(std::move(edit));
  }
  return list;
}

}  // namespace attenscope
