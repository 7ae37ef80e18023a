// Computes consecutive queries with equal options together: without edits all queries, with edits the queries between
// two settings.
#include "attention/attend.h"

#include <algorithm>

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

/// Returns the head with its queries [first, first + count) only. The first of them has position `position`.
Head QueriesOf(const Head& head, Index first, Index count, Index position) {
  Head part = head;
  part.inputs.queries = head.inputs.queries.Rows(first, count);
  if (head.mask.allowed.data) part.mask.allowed = head.mask.allowed.Rows(first, count);
  if (head.mask.bias.data) part.mask.bias = head.mask.bias.Rows(first, count);
  part.random_stream += static_cast<std::uint64_t>(position);
  return part;
}

/// Returns the first position after `query` at which a setting of an edit begins, at most `end`.
Index NextSetting(const AttentionChanges& changes, Index query, Index end) {
  for (const AttentionSetting& setting : changes.settings) {
    if (setting.first_query > query) end = std::min(end, setting.first_query);
  }
  return end;
}

/// Calls use(head, options, first row, rows) for each group of consecutive queries with equal options.
template <class Use>
void ForEachAlike(const Head& head, const AttentionContext& context, const Use& use) {
  const auto& [options, changes, positions] = context;
  const Index T = head.inputs.queries.shape[0];
  for (Index t = 0; t < T;) {
    const Index query = positions.first + t * positions.step;
    Index rows = T - t;
    if (changes) rows = positions.step == 0 ? 1 : NextSetting(*changes, query, query + rows) - query;
    AttentionOptions alike = OptionsAt(context, head.index, query);
    alike.visible.past = query;
    use(QueriesOf(head, t, rows, query), alike, t, rows);
    t += rows;
  }
}

/// Writes a pattern (T, S). Each tile of queries computes the scores of its visible keys only; all other weights are 0.
void PatternOf(const Head& head, const AttentionOptions& options, Matrix out) {
  ForEachTile(options.visible, out.shape[0], out.shape[1], [&](Index t, Index rows, Index seen) {
    const Matrix tile = out.Rows(t, rows);
    ScoreStage(Arch{}, head, t, options, Stage::kPattern, tile.Columns(0, seen));
    for (Index row = 0; row < rows; ++row)
      std::fill_n(tile.data + row * tile.stride[0] + seen, out.shape[1] - seen, 0.0f);
  });
}

}  // namespace

void Attend(const Head& head, const AttentionContext& context, float* pattern, Matrix output) {
  const Index position = context.positions.first;
  if (!context.changes) {
    AttentionOptions options = context.options;
    options.visible.past = position;
    return AttendHead(Arch{}, QueriesOf(head, 0, output.shape[0], position), options, pattern, output);
  }
  ForEachAlike(head, context, [&](const Head& part, const AttentionOptions& options, Index first, Index rows) {
    AttendHead(Arch{}, part, options, pattern, output.Rows(first, rows));
  });
  ApplyEdits(context.changes->head_outputs, head.index, position, context.positions.step, output);
}

void ScoresAt(Stage stage, const Head& head, const AttentionContext& context, Matrix out) {
  ForEachAlike(head, context, [&](const Head& part, const AttentionOptions& options, Index first, Index rows) {
    const Matrix part_of_out = out.Rows(first, rows);
    // An edit may give a weight to a key that no query sees. With edits, all scores are therefore computed.
    if (stage == Stage::kPattern && options.edits.empty()) return PatternOf(part, options, part_of_out);
    ScoreStage(Arch{}, part, 0, options, stage, part_of_out);
  });
}

void AttentionOutput(const Linear& output, const Norm* post, ConstMatrix head_outputs, const AttentionContext& context,
                     Matrix out) {
  Apply(Arch{}, output, head_outputs, out);
  if (post) Apply(Arch{}, *post, out, out);
  if (context.changes) ApplyEdits(context.changes->output, 0, context.positions.first, context.positions.step, out);
}

AttentionOptions OptionsAt(const AttentionContext& context, Index head, Index query) {
  AttentionOptions changed = context.options;
  if (!context.changes) return changed;
  changed.edits = context.changes->stages;
  for (const AttentionSetting& setting : context.changes->settings) {
    if (query < setting.first_query || (setting.head >= 0 && setting.head != head)) continue;
    changed.squash = setting.squash.value_or(changed.squash);
    changed.normalizer = setting.normalizer.value_or(changed.normalizer);
    changed.seed = setting.seed.value_or(changed.seed);
    changed.temperature = setting.temperature.value_or(changed.temperature);
    changed.visible.causal |= setting.causal;
    changed.visible.window_left = setting.window_left.value_or(changed.visible.window_left);
    changed.visible.window_right = setting.window_right.value_or(changed.visible.window_right);
    changed.visible.global_tokens = setting.global_tokens.value_or(changed.visible.global_tokens);
  }
  return changed;
}

}  // namespace attenscope
