// A recurrent model's config from JavaScript's object.
#pragma once

#include "bindings/object_reader.h"
#include "recurrent/config.h"

EMSCRIPTEN_DECLARE_VAL_TYPE(RecurrentConfigValue);

namespace attenscope {

inline RecurrentConfig ReadRecurrentConfig(const RecurrentConfigValue& object) {
  const ObjectReader reader(object);
  RecurrentConfig config;
  reader.Read("kind", config.kind, {{"classifier", RecurrentKind::kClassifier}, {"seq2seq", RecurrentKind::kSeq2Seq}});
  reader.Read("vocabulary", config.vocabulary);
  reader.Read("embeddingWidth", config.embedding_width);
  reader.Read("layers", config.layers);
  reader.Read("width", config.width);
  reader.Read("bidirectional", config.bidirectional);
  reader.Read("attentionWidth", config.attention_width);
  reader.Read("context", config.context);
  reader.Read("labels", config.labels);
  reader.Read("decoderWidth", config.decoder_width);
  reader.Read("decoderContext", config.decoder_context,
              {{"attention", RecurrentContext::kAttention}, {"pooled", RecurrentContext::kPooled}});
  reader.Read("encoderHeads", config.encoder_heads);
  return config;
}

}  // namespace attenscope
