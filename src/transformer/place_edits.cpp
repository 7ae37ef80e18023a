// Assigns each edit to the changes of its stack, block and attention.
#include "transformer/place_edits.h"

#include "position/alibi.h"
#include "tensor/error.h"
#include "transformer/trace_names.h"

namespace attenscope {

namespace {

/// The operation of edits that change the options of a whole attention or of the positions.
constexpr const char* kAttentionOp = "configure";

/// Returns the properties of a traced tensor that decide which edits it accepts.
EditTarget TargetOf(const TraceName& name, const Config& config) {
  const StackConfig& sizes = StackOf(config, name.part);
  if (name.QueriesByKeys()) return {.heads = sizes.heads, .stage = StageOf(name.kind)};
  if (name.OverKeys()) return {.heads = sizes.key_value_heads, .width = sizes.head_width, .rows_are_keys = true};
  if (name.PerHead()) return {.heads = sizes.heads, .width = sizes.head_width};
  return {.width = config.width};
}

/// The changes of all edits so far.
class Placing {
 public:
  Placing(const Config& config, Index capacity, Index source_capacity)
      : config_(config), capacity_(capacity), source_capacity_(source_capacity) {
    changes_.stack.blocks.resize(static_cast<std::size_t>(config.layers));
    changes_.encoder.blocks.resize(static_cast<std::size_t>(config.encoder.layers));
  }

  void Place(const Edit& edit) {
    if (edit.op != kAttentionOp) return PlaceAtTensor(edit);
    if (edit.position && PlaceAtPositions(edit)) return;
    const std::optional<TraceName> name = FindTraceName(edit.at + ".pattern", config_);
    if (!name) {
      throw Error(ErrorCode::kOption,
                  "edits set what belongs to an attention, such as 'blocks.0.attn', or to "
                  "'positions', not to '" +
                      edit.at + "'");
    }
    PlaceAtAttention(edit, *name);
  }

  ModelChanges Take() { return std::move(changes_); }

 private:
  bool InEncoder(const TraceName& name) const { return name.part == Part::kEncoder && config_.HasEncoder(); }
  StackChanges& StackOfName(const TraceName& name) { return InEncoder(name) ? changes_.encoder : changes_.stack; }

  void PlaceAtTensor(const Edit& edit) {
    const std::optional<TraceName> found = FindTraceName(edit.at, config_);
    if (!found) {
      throw Error(ErrorCode::kOption, "edits apply at traced tensors, such as '" +
                                          PatternName(Part::kDecoder, 0, config_) + "', not at '" + edit.at + "'");
    }
    const TraceName& name = *found;
    if (name.kind == TraceKind::kLens || name.kind == TraceKind::kWeightedNorms || name.kind == TraceKind::kPicture) {
      throw Error(ErrorCode::kUnsupported,
                  "edit at '" + edit.at + "': it is made from what the run computes, nothing is made from it");
    }
    const EditTarget target = TargetOf(name, config_);
    TensorEdit placed = PlaceTensorEdit(edit, target);
    StackChanges& stack = StackOfName(name);
    if (name.kind == TraceKind::kEmbedding || name.kind == TraceKind::kFinalNorm) {
      const bool first = name.kind == TraceKind::kEmbedding;
      stack.Reach(first ? 0 : Tail(stack));
      return (first ? stack.embedding : stack.final_norm).push_back(std::move(placed));
    }
    BlockChanges& block = stack.blocks[static_cast<std::size_t>(name.layer)];
    const bool cross = name.part == Part::kCross;
    AttentionChanges& attention = cross ? block.cross : block.attn;
    const bool projects = name.kind <= TraceKind::kValue && !cross;
    stack.Reach(projects ? 1 + 2 * name.layer : 2 + 2 * name.layer);
    // The keys and values of a cross-attention are computed after the encoder's last block.
    if (cross && name.OverKeys()) changes_.encoder.Reach(Tail(changes_.encoder));
    if (target.stage) return attention.stages.push_back({*target.stage, std::move(placed)});
    ListOf(name.kind, block, attention).push_back(std::move(placed));
  }

  static std::vector<TensorEdit>& ListOf(TraceKind kind, BlockChanges& block, AttentionChanges& attention) {
    switch (kind) {
      case TraceKind::kQuery:
        return attention.queries;
      case TraceKind::kKey:
        return attention.keys;
      case TraceKind::kValue:
        return attention.values;
      case TraceKind::kHeadOutput:
        return attention.head_outputs;
      case TraceKind::kAttnOutput:
        return attention.output;
      case TraceKind::kFeedForward:
        return block.feed_forward;
      default:
        return block.residual;
    }
  }

  void PlaceAtAttention(const Edit& edit, const TraceName& name) {
    StackChanges& stack = StackOfName(name);
    BlockChanges& block = stack.blocks[static_cast<std::size_t>(name.layer)];
    const bool cross = name.part == Part::kCross;
    if (edit.setting) {
      if (cross && edit.setting->causal) {
        throw Error(ErrorCode::kOption, "edit at '" + edit.at + "': the source is no earlier or later than the target");
      }
      PlaceSetting(edit, StackOf(config_, name.part).heads, cross ? block.cross : block.attn);
      stack.Reach(2 + 2 * name.layer);
    }
    if (!edit.position) return;
    if (cross) throw Error(ErrorCode::kOption, "edit at '" + edit.at + "': cross-attention has no positions");
    if (edit.position->kind == PositionSetting::Kind::kSinusoidal ||
        edit.position->kind == PositionSetting::Kind::kPowersOfTwo) {
      throw Error(ErrorCode::kUnsupported, "edit at '" + edit.at +
                                               "': these positions are added to embeddings, of all layers at once; set "
                                               "them at 'positions'");
    }
    SetAngles(edit, *edit.position, name.layer, stack, InEncoder(name));
    stack.Reach(1 + 2 * name.layer);
  }

  /// Adds an edit of the positions of one stack or of all stacks. Returns false for an edit of another tensor.
  bool PlaceAtPositions(const Edit& edit) {
    const bool all = edit.at == "positions";
    const bool both = config_.HasEncoder();
    if (!all && !(both && (edit.at == "encoder.positions" || edit.at == "decoder.positions"))) return false;
    const auto place = [&](StackChanges& stack, bool encoder) {
      stack.position = *edit.position;
      stack.Reach(0);
      const Index layers = static_cast<Index>(stack.blocks.size());
      for (Index layer = 0; layer < layers; ++layer) SetAngles(edit, *edit.position, layer, stack, encoder);
    };
    if (all || edit.at == "decoder.positions") place(changes_.stack, false);
    if (both && edit.at != "decoder.positions") place(changes_.encoder, true);
    return true;
  }

  /// Sets the positions within the attention of a layer: the rotary angles or the slopes of ALiBi.
  void SetAngles(const Edit& edit, const PositionSetting& setting, Index layer, StackChanges& stack, bool encoder) {
    const StackConfig& sizes = encoder ? config_.encoder : config_;
    AttentionChanges& attention = stack.blocks[static_cast<std::size_t>(layer)].attn;
    const bool rotary = setting.kind == PositionSetting::Kind::kRotary;
    if (rotary && sizes.head_width % 2 != 0) {
      throw Error(ErrorCode::kOption, "edit at '" + edit.at +
                                          "': rotary positions need an even head width, here it is " +
                                          std::to_string(sizes.head_width));
    }
    const Index turned = config_.position == PositionKind::kRotary ? config_.RotaryWidth(sizes) : sizes.head_width;
    attention.rotation = std::make_shared<const RotationTable>(encoder ? source_capacity_ : capacity_,
                                                               rotary ? turned : 0, setting.base);
    std::erase_if(attention.stages, [](const StageEdit& each) { return each.edit.op == EditOp::kDistance; });
    if (setting.kind != PositionSetting::Kind::kAlibi) return;
    std::vector<float> slopes(static_cast<std::size_t>(sizes.heads));
    AlibiSlopes(sizes.heads, slopes.data());
    for (Index head = 0; head < sizes.heads; ++head) {
      attention.stages.push_back(
          {Stage::kSquashed, {.op = EditOp::kDistance, .head = head, .value = slopes[static_cast<std::size_t>(head)]}});
    }
  }

  static Index Tail(const StackChanges& stack) { return 1 + 2 * static_cast<Index>(stack.blocks.size()); }

  const Config& config_;
  Index capacity_;
  Index source_capacity_;
  ModelChanges changes_;
};

}  // namespace

ModelChanges PlaceEdits(const std::vector<Edit>& edits, const Config& config, Index capacity, Index source_capacity) {
  Placing placing(config, capacity, source_capacity);
  for (const Edit& edit : edits) placing.Place(edit);
  return placing.Take();
}

}  // namespace attenscope
