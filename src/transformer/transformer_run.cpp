// Computes the units of the schedule, and the requested rows of logits.
#include "transformer/transformer_run.h"

#include <algorithm>

#include "transformer/compute_direct_logits.h"
#include "transformer/compute_trace.h"
#include "transformer/logits.h"
#include "transformer/place_edits.h"
#include "transformer/trace_names.h"

namespace attenscope {

namespace {

std::optional<EncodedSource> MakeSource(const Transformer& model, Index capacity) {
  if (model.config().HasEncoder()) return std::make_optional<EncodedSource>(model, capacity);
  if (capacity != 0) throw Error(ErrorCode::kOption, "the model has no encoder that would take a source");
  return {};
}

}  // namespace

TransformerRun::TransformerRun(std::shared_ptr<const Transformer> model, Index capacity, Index source_capacity,
                               QueryCache query_cache)
    : model_(std::move(model)),
      source_(MakeSource(*model_, source_capacity)),
      state_(model_->config(), model_->config(), CheckedCapacity(model_->config(), capacity),
             RowsAtOnce(model_->config(), model_->config(), capacity, 0), source_ ? &source_->memory() : nullptr,
             query_cache),
      changes_(Place({})),
      schedule_(model_->config(), model_->config(), 1, LogitsWork(model_->config()), state_.rows) {
  state_.distance_table.Fill(model_->config(), model_->config(), model_->weights().stack);
}

void TransformerRun::CheckNotBegun(const char* what) const {
  if (tokens_.size() == 0 && (!source_ || source_->length() == 0)) return;
  throw Error(ErrorCode::kOption, std::string(what) + " before the first token is appended");
}

void TransformerRun::SetEdits(const std::vector<Edit>& edits) {
  CheckNotBegun("edits are set");
  changes_ = Place(edits);
}

void TransformerRun::KeepPictures() {
  CheckNotBegun("pictures are asked for");
  const Config& config = model_->config();
  state_.pictures = &pictures_.emplace(config.layers, config.heads, state_.capacity, state_.capacity);
  if (!source_) return;
  SourceMemory& memory = source_->memory();
  const StackConfig& encoder = config.encoder;
  memory.pictures = &cross_pictures_.emplace(config.layers, config.heads, state_.capacity, memory.capacity);
  source_->state().pictures =
      &encoder_pictures_.emplace(encoder.layers, encoder.heads, memory.capacity, memory.capacity);
}

std::optional<TensorView<const float, 3>> TransformerRun::KeptPictures(Part part, Index layer) const {
  const bool encoder = part == Part::kEncoder && source_;
  const std::optional<Pictures>& kept = encoder                ? encoder_pictures_
                                        : part == Part::kCross ? cross_pictures_
                                                               : pictures_;
  // The blocks of a picture have the size for the capacity of the run, so a picture is complete only when the run is
  // full.
  const bool full = length() == state_.capacity && (!source_ || source_length() == source_->memory().capacity);
  if (!kept || !full) return {};
  return kept->Layer(layer);
}

ModelChanges TransformerRun::Place(const std::vector<Edit>& edits) const {
  return PlaceEdits(edits, model_->config(), state_.capacity, source_ ? source_->memory().capacity : 0);
}

void TransformerRun::Restart(const std::vector<Edit>& edits, LogitsWanted logits) {
  if (pictures_) throw Error(ErrorCode::kOption, "a run that keeps pictures does not start again");
  if (schedule_.busy() || (source_ && source_->busy())) {
    throw Error(ErrorCode::kOption, "a run starts again once everything is computed");
  }
  ModelChanges changes = Place(edits);
  const Index outputs = model_->config().Outputs();
  logits_.Want(outputs > 0 ? logits : LogitsWanted::kNone, 0, schedule_.appended(), outputs);
  Index depth = std::min(changes_.stack.first_depth, changes.stack.first_depth);
  const Index source_depth = std::min(changes_.encoder.first_depth, changes.encoder.first_depth);
  if (source_depth != StackChanges::kNoDepth) {
    source_->Restart(source_depth);
    // Depth 2 is the first depth that reads the source.
    depth = std::min<Index>(depth, 2);
  }
  schedule_.Restart(std::min(depth, 1 + 2 * model_->config().layers));
  changes_ = std::move(changes);
}

void TransformerRun::SetSource(const Tokens& source) {
  if (!source_) throw Error(ErrorCode::kOption, "the model has no encoder that would take a source");
  source_->SetText(source);
}

void TransformerRun::Append(const Tokens& tokens, LogitsWanted logits) {
  const Config& config = model_->config();
  const Index T = static_cast<Index>(tokens.ids.size());
  const Index appended = schedule_.appended();
  if (T > state_.capacity - appended) {
    throw Error(ErrorCode::kTooLong,
                std::to_string(appended + T) + " tokens do not fit a run of " + std::to_string(state_.capacity));
  }
  if (source_ && source_->length() == 0) throw Error(ErrorCode::kOption, "the encoder's source is to be set first");
  if (schedule_.busy()) throw Error(ErrorCode::kOption, "tokens are appended while others are still to be computed");
  if (!config.causal && appended > 0) {
    throw Error(ErrorCode::kOption, "tokens are appended once to a model that reads in both directions");
  }
  tokens_.Check(config, config.vocabulary, tokens);
  logits_.Want(config.Outputs() > 0 ? logits : LogitsWanted::kNone, appended, T, config.Outputs());
  tokens_.Append(tokens);
  state_.visible = tokens_.visible();
  schedule_.Append(T);
}

std::uint64_t TransformerRun::ComputeLogits(Rows rows) {
  const auto [first, logits] = logits_.Among(rows.first, rows.count);
  const Index count = logits.shape[0];
  if (count == 0) return 0;
  const Config& config = model_->config();
  attenscope::ComputeLogits(decoder_run().Context({first, count}), *model_,
                            state_.residual[config.layers].Rows(first, count), logits);
  return static_cast<std::uint64_t>(count) * LogitsWork(config);
}

std::uint64_t TransformerRun::Advance() {
  const Schedule::Unit unit = schedule_.Next();
  std::uint64_t work;
  if (unit.work == Schedule::Work::kTail) {
    work = ComputeLogits(unit.rows);
  } else {
    work = RunUnit(decoder_run(), unit);
  }
  schedule_.Done(unit);
  return work;
}

bool TransformerRun::Step() {
  std::uint64_t work = 0;
  while (work < kStepWork) {
    if (source_ && source_->busy()) {
      work += source_->Advance(changes_);
    } else if (schedule_.busy()) {
      work += Advance();
    } else {
      break;
    }
  }
  work_ += work;
  return schedule_.busy() || (source_ && source_->busy());
}

Run::Progress TransformerRun::progress() const {
  return {schedule_.computed() + source_length(), schedule_.appended() + (source_ ? source_->length() : 0)};
}

TraceTensor TransformerRun::ComputeTrace(const std::string& name, Index head, Index first_query, Index queries) {
  return attenscope::ComputeTrace(*this, name, head, first_query, queries);
}

DirectLogits TransformerRun::ComputeDirectLogits(Index query, Index token) {
  return attenscope::ComputeDirectLogits(*this, query, token);
}

Index TransformerRun::AttentionLayers(Part part) const {
  if (part == Part::kCross && !source_) throw Error(ErrorCode::kOption, "the model has no cross-attention");
  return StackOf(model_->config(), part).layers;
}

PatternInfo TransformerRun::Patterns(Part part, Index layer) const {
  const Index layers = AttentionLayers(part);
  if (layer < 0 || layer >= layers) {
    throw Error(ErrorCode::kOption,
                "layer is " + std::to_string(layer) + ", expected 0 to " + std::to_string(layers - 1));
  }
  const StackConfig& stack = StackOf(model_->config(), part);
  const bool encoder = part == Part::kEncoder && source_;
  return {.name = PatternName(part, layer, model_->config()),
          .heads = stack.heads,
          .queries = encoder ? source_length() : length(),
          .keys = encoder || part == Part::kCross ? source_length() : length(),
          .causal = part != Part::kCross && stack.causal,
          .ids = part == Part::kCross ? std::span<const std::int32_t>{}
                 : encoder            ? source_->ids()
                                      : tokens_.ids()};
}

}  // namespace attenscope
