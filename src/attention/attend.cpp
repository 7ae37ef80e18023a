// Settings that begin at a query, looked up for one.
#include "attention/attend.h"

namespace attenscope {

AttentionOptions OptionsAt(const AttentionOptions& options, const AttentionChanges* changes, Index head, Index query) {
  AttentionOptions changed = options;
  if (!changes) return changed;
  changed.edits = changes->stages;
  for (const AttentionSetting& setting : changes->settings) {
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

namespace {

/// The first query after `query`, at most `end`, from which on a setting begins.
Index NextSetting(const AttentionChanges& changes, Index query, Index end) {
  for (const AttentionSetting& setting : changes.settings) {
    if (setting.first_query > query) end = std::min(end, setting.first_query);
  }
  return end;
}

/// Calls use(head, options, first row, rows) for queries that follow each other and attend alike.
template <class Use>
void ForEachAlike(const Head& head, const AttentionOptions& options, const AttentionChanges* changes,
                  QueryPlaces places, const Use& use) {
  const Index T = head.inputs.queries.shape[0];
  for (Index t = 0; t < T;) {
    const Index query = places.first + t * places.step;
    Index rows = T - t;
    if (changes) rows = places.step == 0 ? 1 : NextSetting(*changes, query, query + rows) - query;
    AttentionOptions here = OptionsAt(options, changes, head.index, query);
    here.visible.past = query;
    Head part = head;
    part.inputs.queries = head.inputs.queries.Rows(t, rows);
    if (part.mask.allowed.data) part.mask.allowed = head.mask.allowed.Rows(t, rows);
    if (part.mask.bias.data) part.mask.bias = head.mask.bias.Rows(t, rows);
    part.place += static_cast<std::uint64_t>(query);
    use(part, here, t, rows);
    t += rows;
  }
}

/// A pattern (T, S), which takes only scores that a tile of queries sees; the rest are zeros.
void PatternOf(const Head& head, const AttentionOptions& options, Matrix out) {
  ForEachTile(options.visible, out.shape[0], out.shape[1], [&](Index t, Index rows, Index seen) {
    const Matrix tile = out.Rows(t, rows);
    ScoreStage(simd::DefaultArch{}, head, t, options, Stage::kPattern, tile.Columns(0, seen));
    for (Index row = 0; row < rows; ++row)
      std::fill_n(tile.data + row * tile.stride[0] + seen, out.shape[1] - seen, 0.0f);
  });
}

}  // namespace

void Attend(const Head& head, const AttentionOptions& options, const AttentionChanges* changes, QueryPlaces places,
            float* pattern, Matrix output) {
  ForEachAlike(head, options, changes, places,
               [&](const Head& part, const AttentionOptions& here, Index first, Index rows) {
                 AttendHead(simd::DefaultArch{}, part, here, pattern, output.Rows(first, rows));
               });
  if (changes) ApplyEdits(changes->head_outputs, head.index, places.first, places.step, output);
}

void ScoresAt(Stage stage, const Head& head, const AttentionOptions& options, const AttentionChanges* changes,
              QueryPlaces places, Matrix out) {
  ForEachAlike(head, options, changes, places,
               [&](const Head& part, const AttentionOptions& here, Index first, Index rows) {
                 // An edit may reach what nobody sees.
                 if (stage == Stage::kPattern && here.edits.empty())
                   return PatternOf(part, here, out.Rows(first, rows));
                 ScoreStage(simd::DefaultArch{}, part, 0, here, stage, out.Rows(first, rows));
               });
}

void AttentionOutput(const Linear& output, const Norm* post, ConstMatrix head_outputs, QueryPlaces places,
                     const AttentionChanges* changes, Matrix out) {
  Apply(simd::DefaultArch{}, output, head_outputs, out);
  if (post) Apply(simd::DefaultArch{}, *post, out, out);
  if (changes) ApplyEdits(changes->output, 0, places.first, places.step, out);
}

}  // namespace attenscope
