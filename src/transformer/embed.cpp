// Adds the token, position and type vectors of each token.
#include "transformer/embed.h"

#include "position/powers_of_two.h"
#include "position/rotary.h"
#include "position/sinusoidal.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

/// Writes the vector (1, E) that the model adds to the embedding of a token at `position`. Returns false if the model
/// adds no vector.
bool ModelPosition(const Stack& stack, Index position, Matrix vector) {
  const Index offset = stack.config.position_offset;
  switch (stack.config.position) {
    case PositionKind::kLearned:
      stack.weights.positions->GetRow(offset + position, &vector(0, 0));
      return true;
    case PositionKind::kSinusoidal:
      // Padding has no position.
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

/// Writes the vector (1, E) of a position for the encoding that an edit chooses. Returns false if this encoding adds no
/// vector.
bool EditedPosition(const PositionSetting& setting, Index position, Matrix vector) {
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

/// Adds the position vectors to x (T, E). `vector` is scratch (1, E).
void AddPositions(const StackContext& context, const Tokens& tokens, Matrix vector, Matrix x) {
  const auto& [stack, positions, changes, scratch] = context;
  bool adds = false;
  for (Index t = 0; t < x.shape[0]; ++t) {
    const bool own = !tokens.positions.empty();
    const Index position = own ? tokens.positions[static_cast<std::size_t>(t)] : positions.first + t * positions.step;
    // All beams have the same position, so its vector is computed once.
    if (t == 0 || positions.step != 0) {
      adds = changes.position ? EditedPosition(*changes.position, position, vector)
                              : ModelPosition(stack, position, vector);
    }
    if (adds) AddScaled(Arch{}, 1.0f, &vector(0, 0), &x(t, 0), x.shape[1]);
  }
}

/// Adds the type vectors to x (T, E). `vector` is scratch (1, E).
void AddTypes(const Weight& types, const Tokens& tokens, Matrix vector, Matrix x) {
  for (Index t = 0; t < x.shape[0]; ++t) {
    types.GetRow(tokens.types.empty() ? 0 : tokens.types[static_cast<std::size_t>(t)], &vector(0, 0));
    AddScaled(Arch{}, 1.0f, &vector(0, 0), &x(t, 0), x.shape[1]);
  }
}

}  // namespace

void EmbedTokens(const StackContext& context, const Tokens& tokens, Matrix out) {
  const auto& [stack, positions, changes, scratch] = context;
  const Config& config = stack.config;
  const bool projected = config.embedding_width > 0;
  const Matrix x = projected ? scratch.embedded.Rows(0, out.shape[0]) : out;
  for (Index t = 0; t < x.shape[0]; ++t) {
    stack.embedding.GetRow(tokens.ids[static_cast<std::size_t>(t)], &x(t, 0));
    if (config.embedding_scale != 1.0f) Scale(Arch{}, config.embedding_scale, &x(t, 0), x.shape[1]);
  }
  AddPositions(context, tokens, scratch.vector, x);
  if (stack.weights.types) AddTypes(*stack.weights.types, tokens, scratch.vector, x);
  if (config.embedding_norm) Apply(Arch{}, stack.weights.embedding_norm, x, x);
  if (projected) Apply(Arch{}, stack.weights.embedding_projection, x, out);
  ApplyEdits(changes.embedding, 0, positions.first, positions.step, out);
}

void ComputeAngles(const Stack& stack, Index first, Matrix cosines, Matrix sines) {
  const RotaryParameters& rotary = stack.weights.rotary;
  if (!rotary.frequencies.empty()) RotaryTables(rotary.frequencies.data(), rotary.factor, first, cosines, sines);
}

}  // namespace attenscope
