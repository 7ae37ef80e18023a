// Embedding, blocks and logits, after Vaswani et al. 2017 and what families have made of it since.
#include "transformer/forward.h"

#include <algorithm>
#include <cmath>

#include "position/powers_of_two.h"
#include "position/rotary.h"
#include "position/sinusoidal.h"
#include "tensor/matrix.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

/// Turns the first numbers of each head of each row of x (T, heads · H) by its row of cosines and sines.
void Rotate(ConstMatrix cosines, ConstMatrix sines, Index head_width, Matrix x) {
  for (Index t = 0; t < x.shape[0]; ++t) {
    for (Index column = 0; column < x.shape[1]; column += head_width) {
      RotateHalves(Arch{}, &cosines(t, 0), &sines(t, 0), 2 * cosines.shape[1], &x(t, column));
    }
  }
}

/// Normalises each head of each row of x (T, heads · H).
void NormalizeHeads(const Norm& norm, Index head_width, Matrix x) {
  for (Index column = 0; column < x.shape[1]; column += head_width) {
    const Matrix head = x.Columns(column, head_width);
    Apply(Arch{}, norm, head, head);
  }
}

/// out (T, C) = x + what is added.
void Add(ConstMatrix x, ConstMatrix added, Matrix out) {
  for (Index t = 0; t < x.shape[0]; ++t) {
    if (&out(t, 0) != &x(t, 0)) Copy(x.Rows(t, 1), out.Rows(t, 1));
    AddScaled(Arch{}, 1.0f, &added(t, 0), &out(t, 0), x.shape[1]);
  }
}

/// What a sublayer reads: norm(x) where norms stand before sublayers, else x.
ConstMatrix Entering(const Stack& stack, const Norm& norm, ConstMatrix x, Matrix normed) {
  if (stack.config.norm_place == NormPlace::kAfter) return x;
  Apply(Arch{}, norm, x, normed);
  return normed;
}

/// The stream after a sublayer, in place.
void Leaving(const Stack& stack, const Norm& norm, Matrix x) {
  if (stack.config.norm_place == NormPlace::kAfter) Apply(Arch{}, norm, x, x);
}

/// Writes the model's own vector of a position (1, E), to be added to an embedding; false where there is none.
bool OwnPosition(const Stack& stack, Index position, Matrix vector) {
  const Index offset = stack.config.position_offset;
  switch (stack.config.position) {
    case PositionKind::kLearned:
      stack.weights.positions->GetRow(offset + position, &vector(0, 0));
      return true;
    case PositionKind::kSinusoidal:
      // Padding stands nowhere.
      if (position < 0) return false;
      SinusoidalEncoding({.layout = SinusoidalLayout::kHalves,
                          .first = offset + position,
                          .ends_at_base = stack.config.sinusoidal_ends},
                         vector);
      return true;
    default:
      return false;
  }
}

/// The same of what stands in for the model's own.
bool SetPosition(const PositionSetting& setting, Index position, Matrix vector) {
  if (position < 0) return false;
  switch (setting.kind) {
    case PositionSetting::Kind::kSinusoidal:
      SinusoidalEncoding({.base = setting.base,
                          .layout = setting.interleaved ? SinusoidalLayout::kInterleaved : SinusoidalLayout::kHalves,
                          .first = position},
                         vector);
      return true;
    case PositionSetting::Kind::kPowersOfTwo:
      PowersOfTwoEncoding(position, vector);
      return true;
    default:
      return false;
  }
}

/// Adds the vectors of positions to x (T, E). `vector` is scratch (1, E).
void AddPositions(const Stack& stack, const Tokens& tokens, QueryPlaces places, const StackChanges* changes,
                  Matrix vector, Matrix x) {
  bool adds = false;
  for (Index t = 0; t < x.shape[0]; ++t) {
    const bool own = !tokens.positions.empty();
    const Index position = own ? tokens.positions[static_cast<std::size_t>(t)] : places.first + t * places.step;
    // Beams stand at one position: its vector is computed once.
    if (t == 0 || places.step != 0) {
      adds = changes && changes->position ? SetPosition(*changes->position, position, vector)
                                          : OwnPosition(stack, position, vector);
    }
    if (adds) AddScaled(Arch{}, 1.0f, &vector(0, 0), &x(t, 0), x.shape[1]);
  }
}

/// Adds the vectors of the tokens' types to x (T, E).
void AddTypes(const Weight& types, const Tokens& tokens, Matrix vector, Matrix x) {
  for (Index t = 0; t < x.shape[0]; ++t) {
    types.GetRow(tokens.types.empty() ? 0 : tokens.types[static_cast<std::size_t>(t)], &vector(0, 0));
    AddScaled(Arch{}, 1.0f, &vector(0, 0), &x(t, 0), x.shape[1]);
  }
}

/// out (T, C) = x + what an attention adds, of head outputs in scratch; `norm` is the sublayer's, `post` may be null.
void AddAttended(const Stack& stack, const Linear& output, const Norm* post, const Norm& norm, QueryPlaces places,
                 const AttentionChanges* changes, const BlockScratch& scratch, ConstMatrix x, Matrix out) {
  if (post || (changes && !changes->output.empty())) {
    AttentionOutput(output, post, scratch.head_outputs, places, changes, scratch.normed);
    Add(x, scratch.normed, out);
  } else {
    Apply(Arch{}, output, scratch.head_outputs, x, out);
  }
  Leaving(stack, norm, out);
}

const AttentionChanges* SelfChanges(const BlockChanges* changes) { return changes ? &changes->attn : nullptr; }
const AttentionChanges* CrossChanges(const BlockChanges* changes) { return changes ? &changes->cross : nullptr; }

}  // namespace

const BlockChanges* ChangesOf(const StackChanges* changes, Index layer) {
  return changes && !changes->empty() ? &changes->blocks[static_cast<std::size_t>(layer)] : nullptr;
}

void EmbedTokens(const Stack& stack, const Tokens& tokens, QueryPlaces places, const StackChanges* changes,
                 const BlockScratch& scratch, Matrix out) {
  const Config& config = stack.config;
  const bool projected = config.embedding_width > 0;
  const Matrix x = projected ? scratch.embedded.Rows(0, out.shape[0]) : out;
  for (Index t = 0; t < x.shape[0]; ++t) {
    stack.embedding.GetRow(tokens.ids[static_cast<std::size_t>(t)], &x(t, 0));
    if (config.embedding_scale != 1.0f) Scale(Arch{}, config.embedding_scale, &x(t, 0), x.shape[1]);
  }
  AddPositions(stack, tokens, places, changes, scratch.vector, x);
  if (stack.weights.types) AddTypes(*stack.weights.types, tokens, scratch.vector, x);
  if (config.embedding_norm) Apply(Arch{}, stack.weights.embedding_norm, x, x);
  if (projected) Apply(Arch{}, stack.weights.embedding_projection, x, out);
  if (changes) ApplyEdits(changes->embedding, 0, places.first, places.step, out);
}

void TurnsOf(const Stack& stack, Index first, Matrix cosines, Matrix sines) {
  const RotaryTurns& turns = stack.weights.turns;
  if (!turns.frequencies.empty()) RotaryTables(turns.frequencies.data(), turns.factor, first, cosines, sines);
}

void ProjectAttention(const Stack& stack, const BlockWeights& block, ConstMatrix x, const Angles& angles,
                      QueryPlaces places, const AttentionChanges* changes, const BlockScratch& scratch,
                      Matrix queries) {
  const ConstMatrix entering = Entering(stack, block.attn_norm, x, scratch.normed);
  Apply(Arch{}, block.attn.query, entering, queries);
  Apply(Arch{}, block.attn.key, entering, scratch.keys);
  Apply(Arch{}, block.attn.value, entering, scratch.values);
  if (stack.config.head_norm) {
    NormalizeHeads(block.attn.query_norm, stack.sizes.head_width, queries);
    NormalizeHeads(block.attn.key_norm, stack.sizes.head_width, scratch.keys);
  }
  if (angles.cosines.shape[1] > 0) {
    Rotate(angles.cosines, angles.sines, stack.sizes.head_width, queries);
    Rotate(angles.cosines, angles.sines, stack.sizes.head_width, scratch.keys);
  }
  if (!changes) return;
  ApplyHeadEdits(changes->queries, stack.sizes.heads, places.first, places.step, queries);
  ApplyHeadEdits(changes->keys, stack.sizes.key_value_heads, places.first, places.step, scratch.keys);
  ApplyHeadEdits(changes->values, stack.sizes.key_value_heads, places.first, places.step, scratch.values);
}

AttentionOptions SelfOptions(const Stack& stack, Index layer) {
  AttentionOptions options = CrossOptions(stack);
  options.visible.causal = stack.sizes.causal;
  // A window of 0 is none.
  if (!stack.sizes.windows.empty()) {
    options.visible.window_left = stack.sizes.windows[static_cast<std::size_t>(layer)] - 1;
  }
  return options;
}

AttentionOptions CrossOptions(const Stack& stack) {
  AttentionOptions options;
  const float scale = stack.config.attention_scale;
  options.scale = scale != 0.0f ? scale : 1.0f / std::sqrt(static_cast<float>(stack.sizes.head_width));
  options.softcap = stack.config.attention_softcap;
  return options;
}

Head MakeHead(const StackConfig& sizes, const AttentionInput& input, const AttentionChanges* changes, Index head) {
  const Index H = sizes.head_width;
  const Index key_value_head = head / (sizes.heads / sizes.key_value_heads);
  Head ready;
  ready.inputs.queries = input.queries.Columns(head * H, H);
  ready.inputs.keys = input.held->Keys(input.layer, key_value_head).FirstRows(input.keys);
  ready.values = input.held->Values(input.layer, key_value_head);
  const Index T = input.queries.shape[0];
  if (input.visible) ready.mask.allowed = {input.visible, {T, input.keys}, {0, 1}};
  const bool own_positions = !(changes && changes->rotation);
  if (input.distance_table && own_positions) {
    ready.mask.bias = input.distance_table->Bias(head, input.places.first, T, input.keys);
  }
  if (input.pictures) ready.picture = input.pictures->Of(input.layer, head);
  ready.index = head;
  // Places of different heads never meet, however long the text.
  ready.place = static_cast<std::uint64_t>(input.layer * sizes.heads + head) << 32;
  return ready;
}

void AttendHeads(const StackConfig& sizes, const AttentionInput& input, const AttentionOptions& options,
                 const AttentionChanges* changes, TensorView<float, 3> patterns, Matrix head_outputs) {
  const Index H = sizes.head_width;
  const std::uint64_t work =
      static_cast<std::uint64_t>(2 * head_outputs.shape[0] * input.keys) * static_cast<std::uint64_t>(sizes.heads * H);
  ShareOut(sizes.heads, 1, work, static_cast<int>(patterns.shape[0]), [&](Index first, Index last, int thread) {
    for (Index head = first; head < last; ++head) {
      Attend(MakeHead(sizes, input, changes, head), options, changes, input.places, &patterns(thread, 0, 0),
             head_outputs.Columns(head * H, H));
    }
  });
}

const Norm* PostNorm(const Stack& stack, const BlockWeights& block) {
  return stack.config.norm_place == NormPlace::kBoth ? &block.attn_post_norm : nullptr;
}

void AddAttention(const Stack& stack, const BlockWeights& block, QueryPlaces places, const AttentionChanges* changes,
                  const BlockScratch& scratch, ConstMatrix x, Matrix out) {
  AddAttended(stack, block.attn.output, PostNorm(stack, block), block.attn_norm, places, changes, scratch, x, out);
}

void AddCross(const Stack& stack, const BlockWeights& block, QueryPlaces places, const AttentionChanges* changes,
              const BlockScratch& scratch, Matrix x) {
  AddAttended(stack, block.cross.output, nullptr, block.cross_norm, places, changes, scratch, x, x);
}

void ProjectCross(const Stack& stack, const BlockWeights& block, ConstMatrix x, QueryPlaces places,
                  const AttentionChanges* changes, const BlockScratch& scratch, Matrix queries) {
  Apply(Arch{}, block.cross.query, Entering(stack, block.cross_norm, x, scratch.normed), queries);
  if (changes) ApplyHeadEdits(changes->queries, stack.sizes.heads, places.first, places.step, queries);
}

void FeedForwardOutput(const Stack& stack, const BlockWeights& block, ConstMatrix x, QueryPlaces places,
                       const BlockChanges* changes, const BlockScratch& scratch, Matrix out) {
  const ConstMatrix entering = Entering(stack, block.feed_forward_norm, x, scratch.normed);
  Apply(Arch{}, block.feed_forward, entering, scratch.gated, scratch.raised, ConstMatrix{}, out);
  if (stack.config.norm_place == NormPlace::kBoth) Apply(Arch{}, block.feed_forward_post_norm, out, out);
  if (changes) ApplyEdits(changes->feed_forward, 0, places.first, places.step, out);
}

void FinishBlock(const Stack& stack, Index layer, ConstMatrix x, const SourceMemory* source, QueryPlaces places,
                 const BlockChanges* changes, const BlockScratch& scratch, Matrix cross_queries, Matrix out) {
  const BlockWeights& block = stack.weights.blocks[static_cast<std::size_t>(layer)];
  // 1. What self-attention found, added to the residual stream.
  AddAttention(stack, block, places, SelfChanges(changes), scratch, x, out);
  // 2. What the source says, likewise.
  if (source) {
    const AttentionChanges* cross = CrossChanges(changes);
    ProjectCross(stack, block, out, places, cross, scratch, cross_queries);
    AttendHeads(stack.sizes,
                {.queries = cross_queries,
                 .held = &source->held,
                 .layer = layer,
                 .keys = source->length,
                 .places = places,
                 .visible = source->visible,
                 .pictures = source->pictures},
                CrossOptions(stack), cross, scratch.patterns, scratch.head_outputs);
    AddCross(stack, block, places, cross, scratch, out);
  }
  // 3. Feed-forward, token by token.
  const ConstMatrix read = stack.config.parallel ? x : out;
  const bool both = stack.config.norm_place == NormPlace::kBoth;
  if (both || (changes && !changes->feed_forward.empty())) {
    // Head outputs are used up, but may be narrower than what is added.
    const Matrix added = both ? scratch.added : scratch.normed;
    FeedForwardOutput(stack, block, read, places, changes, scratch, added);
    Add(out, added, out);
  } else {
    const ConstMatrix entering = Entering(stack, block.feed_forward_norm, read, scratch.normed);
    Apply(Arch{}, block.feed_forward, entering, scratch.gated, scratch.raised, out, out);
  }
  Leaving(stack, block.feed_forward_norm, out);
  if (changes) ApplyEdits(changes->residual, 0, places.first, places.step, out);
}

void FinalNorm(const Stack& stack, ConstMatrix x, QueryPlaces places, const StackChanges* changes, Matrix y) {
  if (stack.config.final_norm) {
    Apply(Arch{}, stack.weights.final_norm, x, y);
  } else {
    Copy(x, y);
  }
  if (changes) ApplyEdits(changes->final_norm, 0, places.first, places.step, y);
}

void Logits(const Transformer& model, ConstMatrix x, QueryPlaces places, const StackChanges* changes,
            const BlockScratch& scratch, Matrix logits) {
  const Config& config = model.config();
  const HeadWeights& head = model.weights().head;
  const Index T = x.shape[0];
  Matrix read = scratch.normed.Rows(0, T);
  FinalNorm(model.stack(), x, places, changes, read);
  if (config.head.width > 0) {
    const Matrix dense = scratch.head.Rows(0, T);
    Apply(Arch{}, head.dense, read, dense);
    for (Index t = 0; t < T; ++t) Activate(Arch{}, config.head.activation, nullptr, config.head.width, &dense(t, 0));
    if (config.head.norm) Apply(Arch{}, head.norm, dense, dense);
    read = dense;
  }
  MatMul(Arch{}, read, model.weights().Unembedding(), model.weights().logits_bias.data(), ConstMatrix{}, logits);
  for (Index t = 0; t < T; ++t) {
    float* row = &logits(t, 0);
    if (config.logits_scale != 1.0f) Scale(Arch{}, config.logits_scale, row, logits.shape[1]);
    if (config.logits_softcap != 0.0f) Softcap(Arch{}, config.logits_softcap, row, logits.shape[1]);
  }
}

void Embed(const Stack& stack, const Tokens& tokens, Rows rows, const StackChanges* changes, StackState& state) {
  EmbedTokens(stack, tokens, {rows.first}, changes, state.scratch, state.residual[0].Rows(rows.first, rows.count));
  TurnsOf(stack, rows.first, state.cosines.Rows(rows.first, rows.count), state.sines.Rows(rows.first, rows.count));
}

void ProjectRows(const Stack& stack, Index layer, Rows rows, const StackChanges* changes, StackState& state) {
  const BlockScratch scratch = state.scratch.First(rows.count);
  const AttentionChanges* attention = SelfChanges(ChangesOf(changes, layer));
  Angles angles{state.cosines, state.sines};
  if (attention && attention->rotation) angles = {attention->rotation->cosines(), attention->rotation->sines()};
  ProjectAttention(stack, stack.weights.blocks[static_cast<std::size_t>(layer)],
                   state.residual[layer].Rows(rows.first, rows.count),
                   {angles.cosines.Rows(rows.first, rows.count), angles.sines.Rows(rows.first, rows.count)},
                   {rows.first}, attention, scratch, state.queries[layer].Rows(rows.first, rows.count));
  state.held.Remember(layer, rows.first, scratch.keys, scratch.values);
}

AttentionInput SelfInput(const Stack& stack, Index layer, Rows rows, Index length, const StackState& state) {
  return {.queries = state.queries[layer].Rows(rows.first, rows.count),
          .held = &state.held,
          .layer = layer,
          .keys = stack.sizes.causal ? rows.first + rows.count : length,
          .places = {rows.first},
          .visible = state.visible,
          .distance_table = &state.distance_table};
}

AttentionInput CrossInput(Index layer, Rows rows, const StackState& state) {
  return {.queries = state.cross_queries[layer].Rows(rows.first, rows.count),
          .held = &state.source->held,
          .layer = layer,
          .keys = state.source->length,
          .places = {rows.first},
          .visible = state.source->visible};
}

void MixRows(const Stack& stack, Index layer, Rows rows, Index length, const StackChanges* changes, StackState& state) {
  const BlockScratch scratch = state.scratch.First(rows.count);
  const BlockChanges* block = ChangesOf(changes, layer);
  AttentionInput input = SelfInput(stack, layer, rows, length, state);
  input.pictures = state.pictures;
  AttendHeads(stack.sizes, input, SelfOptions(stack, layer), SelfChanges(block), scratch.patterns,
              scratch.head_outputs);
  const Matrix cross_queries = state.source ? state.cross_queries[layer].Rows(rows.first, rows.count) : Matrix{};
  FinishBlock(stack, layer, state.residual[layer].Rows(rows.first, rows.count), state.source, {rows.first}, block,
              scratch, cross_queries, state.residual[layer + 1].Rows(rows.first, rows.count));
}

void RememberSource(const Transformer& model, Index layer, Rows rows, const StackChanges* encoder_changes,
                    const StackChanges* decoder_changes, StackState& encoder, SourceMemory& source) {
  const Stack stack = model.encoder();
  const Matrix states = encoder.scratch.normed.Rows(0, rows.count);
  FinalNorm(stack, encoder.residual[stack.sizes.layers].Rows(rows.first, rows.count), {rows.first}, encoder_changes,
            states);
  const AttentionWeights& cross = model.stack().weights.blocks[static_cast<std::size_t>(layer)].cross;
  // The decoder's heads may be others than the encoder's: keys and values have room of their own.
  const Matrix keys = source.keys.Rows(0, rows.count);
  const Matrix values = source.values.Rows(0, rows.count);
  Apply(Arch{}, cross.key, states, keys);
  Apply(Arch{}, cross.value, states, values);
  if (const AttentionChanges* changes = CrossChanges(ChangesOf(decoder_changes, layer))) {
    const Index heads = model.config().key_value_heads;
    ApplyHeadEdits(changes->keys, heads, rows.first, 1, keys);
    ApplyHeadEdits(changes->values, heads, rows.first, 1, values);
  }
  source.held.Remember(layer, rows.first, keys, values);
}

}  // namespace attenscope
