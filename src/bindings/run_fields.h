// Lists the fields of the tokens, sampling options and search options in JavaScript.
#pragma once

#include <cstdint>
#include <vector>

#include "bindings/fields.h"
#include "model/beam_search.h"
#include "model/logits_rows.h"
#include "model/sampler.h"
#include "model/tokens.h"

namespace attenscope {

template <>
struct Choices<LogitsWanted> {
  static constexpr Choice<LogitsWanted> kNames[] = {
      {"all", LogitsWanted::kAll}, {"last", LogitsWanted::kLast}, {"none", LogitsWanted::kNone}};
};

/// Reads 'all', 'last' or 'none'. Throws kOption for another name.
inline LogitsWanted ReadLogitsWanted(const std::string& name) {
  return FindChoice<LogitsWanted>(Choices<LogitsWanted>::kNames, "logits", name, ErrorCode::kOption);
}

/// A text, copied from JavaScript. It must outlive the Tokens that tokens() returns.
struct TokensObject {
  std::vector<std::int32_t> ids;
  std::vector<std::int32_t> types;
  std::vector<std::int32_t> positions;
  std::vector<std::int32_t> visible;

  /// Returns a view of the text.
  Tokens tokens() const {
    Tokens tokens(ids);
    tokens.types = types;
    tokens.positions = positions;
    tokens.visible = visible;
    return tokens;
  }
};

template <>
struct FieldsOf<TokensObject> {
  using T = TokensObject;
  static constexpr std::tuple kFields{Required("ids", &T::ids), Optional("typeIds", &T::types),
                                      Optional("positions", &T::positions), Optional("attentionMask", &T::visible)};
};

/// Reads a text. Throws kOption for an unknown field.
inline TokensObject ReadTokens(const emscripten::val& given) { return ReadObject<TokensObject>(given, kTokensObject); }

/// The options of sampling, with the seed of the random generator.
struct SamplingObject : SamplingOptions {
  std::uint32_t seed = 0;
};

template <>
struct FieldsOf<SamplingObject> {
  using S = SamplingObject;
  static constexpr std::tuple kFields{Required("temperature", &S::temperature), Required("topK", &S::top_k),
                                      Required("topP", &S::top_p), Required("seed", &S::seed)};
};

template <>
struct FieldsOf<BeamOptions> {
  using B = BeamOptions;
  static constexpr std::tuple kFields{Optional("numBeams", &B::beams),
                                      Optional("lengthPenalty", &B::length_penalty),
                                      Required("maxLength", &B::max_length),
                                      Optional("minLength", &B::min_length),
                                      Optional("noRepeatNgramSize", &B::no_repeat_ngram_size),
                                      Optional("badTokens", &B::bad_tokens),
                                      Required("startToken", &B::start_token),
                                      Required("endTokens", &B::end_tokens),
                                      Optional("forcedStartToken", &B::forced_start_token),
                                      Optional("forcedEndToken", &B::forced_end_token),
                                      Optional("renormalize", &B::renormalize),
                                      Optional("earlyStopping", &B::early_stopping)};
};

}  // namespace attenscope
