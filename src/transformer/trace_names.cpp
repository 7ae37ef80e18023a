// Makes and parses names with the same tables.
#include "transformer/trace_names.h"

#include <array>
#include <charconv>
#include <string_view>

#include "tensor/error.h"

namespace attenscope {

namespace {

/// A kind of tensor and the last part of its name.
struct Entry {
  TraceKind kind;
  std::string_view suffix;
};

/// The tensors of each attention in a block, in the order of computation.
constexpr std::array kAttentionEntries{
    Entry{TraceKind::kQuery, "q"},           Entry{TraceKind::kKey, "k"},
    Entry{TraceKind::kValue, "v"},           Entry{TraceKind::kScores, "scores"},
    Entry{TraceKind::kScaled, "scaled"},     Entry{TraceKind::kMasked, "masked"},
    Entry{TraceKind::kPattern, "pattern"},   Entry{TraceKind::kWeightedNorms, "weighted_norms"},
    Entry{TraceKind::kPicture, "picture"},   Entry{TraceKind::kHeadOutput, "head_output"},
    Entry{TraceKind::kAttnOutput, "output"},
};

/// The other tensors of a block.
constexpr std::array kBlockEntries{
    Entry{TraceKind::kFeedForward, "feed_forward.output"},
    Entry{TraceKind::kResidual, "residual"},
    Entry{TraceKind::kLens, "lens"},
};

/// Removes `start` from the beginning of `text`. Returns false if `text` does not begin with `start`.
bool TakeOff(std::string_view start, std::string_view& text) {
  if (!text.starts_with(start)) return false;
  text.remove_prefix(start.size());
  return true;
}

/// Removes the number of a layer from the beginning of `text`. Returns false for a layer that does not exist.
bool TakeLayer(Index layers, std::string_view& text, Index& layer) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), layer);
  if (problem != std::errc{}) return false;
  // '01' would be a second name for block 1.
  const std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.data()));
  if (layer < 0 || layer >= layers || (digits.size() > 1 && digits[0] == '0')) return false;
  text.remove_prefix(digits.size());
  return true;
}

template <std::size_t Count>
std::optional<TraceKind> Find(const std::array<Entry, Count>& entries, std::string_view suffix) {
  for (const Entry& entry : entries) {
    if (entry.suffix == suffix) return entry.kind;
  }
  return {};
}

/// Returns the common beginning of the names of a stack.
std::string Beginning(const Config& config, bool encoder) {
  return !config.HasEncoder() ? "" : encoder ? "encoder." : "decoder.";
}

std::string BlockName(const Config& config, Part part, Index layer) {
  return Beginning(config, part == Part::kEncoder) + "blocks." + std::to_string(layer) + ".";
}

/// Tells whether the model computes logits from the states of a stack.
bool HasLogits(const Config& config, Part part) {
  return config.Outputs() > 0 && (part != Part::kEncoder || !config.HasEncoder());
}

void AddStack(const Config& config, Part part, std::vector<std::string>& names) {
  const bool cross = part == Part::kDecoder && config.HasEncoder();
  const std::string at = Beginning(config, part == Part::kEncoder);
  names.push_back(at + "embedding");
  for (Index layer = 0; layer < StackOf(config, part).layers; ++layer) {
    const std::string block = BlockName(config, part, layer);
    for (const char* attention : {"attn.", "cross."}) {
      if (attention[0] == 'c' && !cross) continue;
      for (const Entry& entry : kAttentionEntries) names.push_back(block + attention + std::string(entry.suffix));
    }
    for (const Entry& entry : kBlockEntries) {
      if (entry.kind == TraceKind::kLens && !HasLogits(config, part)) continue;
      names.push_back(block + std::string(entry.suffix));
    }
  }
  if (config.final_norm) names.push_back(at + "final_norm");
}

}  // namespace

std::optional<TraceName> FindTraceName(const std::string& name, const Config& config) {
  std::string_view rest = name;
  TraceName found{TraceKind::kEmbedding};
  if (config.HasEncoder()) {
    if (TakeOff("encoder.", rest)) {
      found.part = Part::kEncoder;
    } else if (!TakeOff("decoder.", rest)) {
      return {};
    }
  }
  if (rest == "embedding") return found;
  if (rest == "final_norm" && config.final_norm) return TraceName{TraceKind::kFinalNorm, 0, found.part};
  if (!TakeOff("blocks.", rest) || !TakeLayer(StackOf(config, found.part).layers, rest, found.layer) ||
      !TakeOff(".", rest)) {
    return {};
  }
  std::optional<TraceKind> kind;
  if (TakeOff("attn.", rest)) {
    kind = Find(kAttentionEntries, rest);
  } else if (config.HasEncoder() && found.part == Part::kDecoder && TakeOff("cross.", rest)) {
    found.part = Part::kCross;
    kind = Find(kAttentionEntries, rest);
  } else {
    kind = Find(kBlockEntries, rest);
  }
  if (!kind || (*kind == TraceKind::kLens && !HasLogits(config, found.part))) return {};
  found.kind = *kind;
  return found;
}

TraceName ParseTraceName(const std::string& name, const Config& config) {
  const std::optional<TraceName> found = FindTraceName(name, config);
  if (found) return *found;
  throw Error(ErrorCode::kOption, "the model has no trace '" + name + "'; its names are '" + Beginning(config, true) +
                                      "embedding', '" + PatternName(Part::kDecoder, config.layers - 1, config) +
                                      "' and the like");
}

std::vector<std::string> TraceNames(const Config& config) {
  std::vector<std::string> names;
  if (config.HasEncoder()) AddStack(config, Part::kEncoder, names);
  AddStack(config, Part::kDecoder, names);
  return names;
}

std::vector<Index> TraceShape(const TraceName& name, const Config& config, Index T, Index S) {
  const StackConfig& stack = StackOf(config, name.part);
  if (name.QueriesByKeys()) return {stack.heads, T, S};
  if (name.kind == TraceKind::kPicture) {
    const auto [height, width] = PictureShape(T, S);
    return {stack.heads, height, width};
  }
  if (name.OverKeys()) return {stack.key_value_heads, S, stack.head_width};
  if (name.PerHead()) return {stack.heads, T, stack.head_width};
  return {T, name.kind == TraceKind::kLens ? config.Outputs() : config.width};
}

std::string PatternName(Part part, Index layer, const Config& config) {
  return BlockName(config, part, layer) + (part == Part::kCross ? "cross.pattern" : "attn.pattern");
}

}  // namespace attenscope
