// Assigns each edit to the changes of an attention or an embedding.
#include "recurrent/place_edits.h"

#include "recurrent/trace_names.h"
#include "tensor/error.h"

namespace attenscope {

namespace {

using Reach = RecurrentChanges::Reach;

[[noreturn]] void Refuse(const Edit& edit, const std::string& why) {
  throw Error(ErrorCode::kUnsupported, "edit at '" + edit.at + "': " + why);
}

/// Returns the properties of a traced tensor that decide which edits it accepts.
EditTarget TargetOf(const RecurrentName& name, const RecurrentConfig& config) {
  const bool self = name.part == RecurrentPart::kSelf;
  const Index heads = self ? config.encoder_heads : 1;
  const Index head_width = config.StateWidth() / heads;
  if (name.QueriesByKeys()) return {.heads = heads, .stage = StageOf(name.kind)};
  switch (name.kind) {
    case TraceKind::kQuery:
      return {.heads = heads, .width = self ? head_width : config.attention_width};
    case TraceKind::kKey:
      return {.heads = heads, .width = self ? head_width : config.attention_width, .rows_are_keys = true};
    case TraceKind::kValue:
      return {.heads = heads, .width = head_width, .rows_are_keys = true};
    case TraceKind::kHeadOutput:
      return {.heads = heads, .width = head_width};
    case TraceKind::kEmbedding:
      return {.width = config.embedding_width};
    default:
      return {.width = config.StateWidth()};
  }
}

/// The changes of all edits so far.
class Placing {
 public:
  explicit Placing(const RecurrentConfig& config) : config_(config) {}

  void Place(const Edit& edit) {
    if (edit.op == "configure") return PlaceAtAttention(edit);
    const RecurrentName name = ParseRecurrentName(edit.at, config_);
    if (name.kind == TraceKind::kResidual) Refuse(edit, "the states of an LSTM take no edits, its attention does");
    if (name.kind == TraceKind::kPicture) Refuse(edit, "nothing is made from a picture");
    const EditTarget target = TargetOf(name, config_);
    TensorEdit placed = PlaceTensorEdit(edit, target);
    if (name.kind == TraceKind::kEmbedding) {
      const bool source = name.part == RecurrentPart::kEncoder;
      if (source) Touch(Reach::kSource);
      return (source ? changes_.embedding : changes_.target_embedding).push_back(std::move(placed));
    }
    AttentionChanges& attention = At(name.part);
    if (target.stage) {
      Touch(name.part == RecurrentPart::kSelf ? Reach::kSelfAttend : Reach::kEnd);
      return attention.stages.push_back({*target.stage, std::move(placed)});
    }
    ListOf(edit, name, attention).push_back(std::move(placed));
  }

  RecurrentChanges Take() { return std::move(changes_); }

 private:
  void Touch(Reach reach) { changes_.first = std::min(changes_.first, reach); }
  AttentionChanges& At(RecurrentPart part) { return part == RecurrentPart::kSelf ? changes_.self : changes_.attention; }

  std::vector<TensorEdit>& ListOf(const Edit& edit, const RecurrentName& name, AttentionChanges& attention) {
    const bool self = name.part == RecurrentPart::kSelf;
    switch (name.kind) {
      case TraceKind::kQuery:
        if (name.part == RecurrentPart::kPooling)
          Refuse(edit, "its query is a weight of the model, the same for every text");
        Touch(self ? Reach::kSelfProject : Reach::kEnd);
        return attention.queries;
      case TraceKind::kKey:
        Touch(self ? Reach::kSelfProject : Reach::kKeys);
        return attention.keys;
      case TraceKind::kValue:
        Touch(self ? Reach::kSelfProject : Reach::kKeys);
        return attention.values;
      case TraceKind::kHeadOutput:
        Touch(self ? Reach::kSelfAttend : Reach::kEnd);
        return attention.head_outputs;
      default:
        Touch(self ? Reach::kSelfAttend : Reach::kEnd);
        return attention.output;
    }
  }

  void PlaceAtAttention(const Edit& edit) {
    const RecurrentName name = ParseRecurrentName(edit.at + ".pattern", config_);
    const bool self = name.part == RecurrentPart::kSelf;
    if (edit.position) Refuse(edit, "a recurrent model has no position encoding");
    if (!edit.setting) return;
    const AttentionSetting& setting = *edit.setting;
    if (setting.causal && !self) Refuse(edit, "the source is no earlier or later than the queries");
    if (name.part == RecurrentPart::kPooling &&
        (setting.window_left || setting.window_right || setting.global_tokens)) {
      Refuse(edit, "its one query stands at no place of the text, so it has no window");
    }
    PlaceSetting(edit, self ? config_.encoder_heads : 1, At(name.part));
    Touch(self ? Reach::kSelfAttend : Reach::kEnd);
  }

  const RecurrentConfig& config_;
  RecurrentChanges changes_;
};

}  // namespace

RecurrentChanges PlaceRecurrentEdits(const std::vector<Edit>& edits, const RecurrentConfig& config) {
  Placing placing(config);
  for (const Edit& edit : edits) placing.Place(edit);
  return placing.Take();
}

}  // namespace attenscope
