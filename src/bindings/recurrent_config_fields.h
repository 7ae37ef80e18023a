// Lists the fields that the config of a recurrent model has in JavaScript. recurrent/config.h explains the fields.
#pragma once

#include "bindings/fields.h"
#include "recurrent/config.h"

namespace attenscope {

template <>
struct Choices<RecurrentKind> {
  static constexpr Choice<RecurrentKind> kNames[] = {{"classifier", RecurrentKind::kClassifier},
                                                     {"seq2seq", RecurrentKind::kSeq2Seq}};
};

template <>
struct Choices<RecurrentContext> {
  static constexpr Choice<RecurrentContext> kNames[] = {{"attention", RecurrentContext::kAttention},
                                                        {"pooled", RecurrentContext::kPooled}};
};

template <>
struct FieldsOf<RecurrentConfig> {
  using R = RecurrentConfig;
  static constexpr std::tuple kFields{Required("kind", &R::kind),
                                      Required("vocabulary", &R::vocabulary),
                                      Required("embeddingWidth", &R::embedding_width),
                                      Required("layers", &R::layers),
                                      Required("width", &R::width),
                                      Required("bidirectional", &R::bidirectional),
                                      Required("attentionWidth", &R::attention_width),
                                      Required("context", &R::context),
                                      Optional("labels", &R::labels),
                                      Optional("decoderWidth", &R::decoder_width),
                                      Optional("decoderContext", &R::decoder_context),
                                      Optional("encoderHeads", &R::encoder_heads)};
};

}  // namespace attenscope
