// Makes all names with one function. A name is parsed by comparison with all names.
#include "recurrent/trace_names.h"

#include "tensor/error.h"

namespace attenscope {

namespace {

/// The tensors of an attention, in the order of computation. There are no masked scores, because no key is masked.
constexpr std::pair<TraceKind, const char*> kAttentionKinds[] = {
    {TraceKind::kQuery, "q"},           {TraceKind::kKey, "k"},
    {TraceKind::kValue, "v"},           {TraceKind::kScores, "scores"},
    {TraceKind::kScaled, "scaled"},     {TraceKind::kPattern, "pattern"},
    {TraceKind::kPicture, "picture"},   {TraceKind::kHeadOutput, "head_output"},
    {TraceKind::kAttnOutput, "output"},
};

/// Tells whether an attention has a tensor of this kind. Only the self-attention scales its scores. Only the
/// self-attention and the pooling of a classifier have an output besides the head output.
bool Has(const RecurrentConfig& config, RecurrentPart part, TraceKind kind) {
  if (part == RecurrentPart::kSelf) return true;
  if (kind == TraceKind::kScaled) return false;
  return kind != TraceKind::kAttnOutput || !config.Decodes();
}

std::vector<RecurrentName> AllNames(const RecurrentConfig& config) {
  std::vector<RecurrentName> names;
  const auto add_attention = [&](RecurrentPart part, Index layer) {
    for (const auto& [kind, word] : kAttentionKinds) {
      if (Has(config, part, kind)) names.push_back({AttentionName(config, part) + "." + word, part, kind, layer});
    }
  };
  const std::string encoder = config.Decodes() ? "encoder." : "";
  names.push_back({encoder + "embedding", RecurrentPart::kEncoder, TraceKind::kEmbedding});
  for (Index k = 0; k < config.layers; ++k) {
    names.push_back(
        {encoder + "blocks." + std::to_string(k) + ".hidden", RecurrentPart::kEncoder, TraceKind::kResidual, k});
  }
  if (!config.Decodes()) {
    add_attention(RecurrentPart::kPooling, config.layers - 1);
    return names;
  }
  if (config.encoder_heads > 0) add_attention(RecurrentPart::kSelf, config.layers - 1);
  names.push_back({"decoder.embedding", RecurrentPart::kDecoder, TraceKind::kEmbedding});
  add_attention(config.Pools() ? RecurrentPart::kPooling : RecurrentPart::kCross, 0);
  names.push_back({"decoder.blocks.0.hidden", RecurrentPart::kDecoder, TraceKind::kResidual});
  return names;
}

}  // namespace

std::string AttentionName(const RecurrentConfig& config, RecurrentPart part) {
  if (config.Decodes() && part != RecurrentPart::kSelf) return "decoder.blocks.0.cross";
  return (config.Decodes() ? "encoder.blocks." : "blocks.") + std::to_string(config.layers - 1) + ".attn";
}

RecurrentName ParseRecurrentName(const std::string& name, const RecurrentConfig& config) {
  std::string known;
  for (RecurrentName& each : AllNames(config)) {
    if (each.name == name) return std::move(each);
    known += (known.empty() ? "'" : ", '") + each.name + "'";
  }
  throw Error(ErrorCode::kOption, "the model has no trace '" + name + "'; its names are " + known);
}

std::vector<std::string> RecurrentTraceNames(const RecurrentConfig& config) {
  std::vector<std::string> names;
  for (const RecurrentName& each : AllNames(config)) names.push_back(each.name);
  return names;
}

std::vector<Index> RecurrentTraceShape(const RecurrentName& name, const RecurrentConfig& config, Index queries,
                                       Index keys) {
  const Index M = config.StateWidth();
  if (name.kind == TraceKind::kEmbedding) return {queries, config.embedding_width};
  if (name.kind == TraceKind::kResidual) return {queries, name.OfTarget() ? config.decoder_width : M};
  const bool self = name.part == RecurrentPart::kSelf;
  const Index rows = name.part == RecurrentPart::kPooling ? 1 : queries;
  const Index heads = self ? config.encoder_heads : 1;
  // The width of queries and keys, and the width of values: M / N for each head, or M.
  const Index compared = self ? M / heads : config.attention_width;
  const Index value = M / heads;
  switch (name.kind) {
    case TraceKind::kQuery:
      return {heads, rows, compared};
    case TraceKind::kKey:
      return {heads, keys, compared};
    case TraceKind::kValue:
      return {heads, keys, value};
    case TraceKind::kPicture: {
      const auto [height, width] = PictureShape(rows, keys);
      return {heads, height, width};
    }
    case TraceKind::kHeadOutput:
      return {heads, rows, value};
    case TraceKind::kAttnOutput:
      return {rows, M};
    default:
      return {heads, rows, keys};
  }
}

}  // namespace attenscope
