// Trace names to kinds and back, from one table.
#include "trace/names.h"

#include <array>
#include <charconv>
#include <string_view>

#include "tensor/error.h"

namespace attenscope {

namespace {

struct Entry {
  TraceKind kind;
  std::string_view suffix;
};

/// What each block has, in the order of computation.
constexpr std::array kBlockEntries{
    Entry{TraceKind::kQuery, "attn.q"},           Entry{TraceKind::kKey, "attn.k"},
    Entry{TraceKind::kValue, "attn.v"},           Entry{TraceKind::kScores, "attn.scores"},
    Entry{TraceKind::kScaled, "attn.scaled"},     Entry{TraceKind::kMasked, "attn.masked"},
    Entry{TraceKind::kPattern, "attn.pattern"},   Entry{TraceKind::kHeadOutput, "attn.head_output"},
    Entry{TraceKind::kAttnOutput, "attn.output"}, Entry{TraceKind::kFeedForward, "feed_forward.output"},
    Entry{TraceKind::kResidual, "residual"},
};

constexpr std::string_view kBlocks = "blocks.";
constexpr std::string_view kEmbeddingName = "embedding";
constexpr std::string_view kFinalNormName = "final_norm";

/// Splits 'blocks.i.suffix'; false if it is not of that form or i is not a layer.
bool SplitBlock(std::string_view name, Index layers, Index& layer, std::string_view& suffix) {
  if (!name.starts_with(kBlocks)) return false;
  name.remove_prefix(kBlocks.size());
  const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), layer);
  if (problem != std::errc{} || end == name.data() + name.size() || *end != '.') return false;
  // '01' would be a second name for block 1.
  const std::string_view digits = name.substr(0, static_cast<std::size_t>(end - name.data()));
  if (layer < 0 || layer >= layers || (digits.size() > 1 && digits[0] == '0')) return false;
  suffix = name.substr(digits.size() + 1);
  return true;
}

std::string BlockName(Index layer, std::string_view suffix) {
  return std::string(kBlocks) + std::to_string(layer) + "." + std::string(suffix);
}

}  // namespace

TraceName ParseTraceName(const std::string& name, const Config& config) {
  if (name == kEmbeddingName) return {TraceKind::kEmbedding};
  if (name == kFinalNormName) return {TraceKind::kFinalNorm};
  Index layer = 0;
  std::string_view suffix;
  if (SplitBlock(name, config.layers, layer, suffix)) {
    for (const Entry& entry : kBlockEntries) {
      if (entry.suffix == suffix) return {entry.kind, layer};
    }
  }
  throw Error(ErrorCode::kOption, "the model has no trace '" + name +
                                      "'; its names are 'embedding', 'final_norm' and 'blocks.0.' to 'blocks." +
                                      std::to_string(config.layers - 1) + ".' with attn.pattern and the like");
}

std::vector<std::string> TraceNames(const Config& config) {
  std::vector<std::string> names{std::string(kEmbeddingName)};
  for (Index layer = 0; layer < config.layers; ++layer) {
    for (const Entry& entry : kBlockEntries) names.push_back(BlockName(layer, entry.suffix));
  }
  names.emplace_back(kFinalNormName);
  return names;
}

std::vector<Index> TraceShape(const TraceName& name, const Config& config, Index T, Index S) {
  if (name.QueriesByKeys()) return {config.heads, T, S};
  if (name.OverKeys()) return {config.key_value_heads, S, config.head_width};
  if (name.PerHead()) return {config.heads, T, config.head_width};
  return {T, config.width};
}

Index PatternLayer(const std::string& name, Index layers) {
  Index layer = 0;
  std::string_view suffix;
  return SplitBlock(name, layers, layer, suffix) && suffix == "attn.pattern" ? layer : -1;
}

}  // namespace attenscope
