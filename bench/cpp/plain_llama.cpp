// Computes a Llama form with plain loops over row-major weights, as a reference for the speed of the engine.
#include "plain_llama.h"

#include <cmath>
#include <cstddef>
#include <limits>
#include <new>
#include <vector>

namespace {

constexpr float kEpsilon = 1e-5f;
constexpr double kRotaryBase = 10000.0;

struct Layer {
  const float *attention_norm, *query, *key, *value, *output, *feed_forward_norm, *gate, *up, *down;
};

struct PlainLlama {
  std::size_t L, C, N, F, V, context;
  std::vector<float> weights;
  std::vector<Layer> layers;
  const float *embedding, *final_norm, *unembedding;
  std::vector<float> stream, normed, q, heads, added, gate, up, scores, logits;
  std::vector<float> keys, values;    // (L, context, C)
  std::vector<float> cosines, sines;  // (context, H / 2)

  PlainLlama(std::size_t layer_count, std::size_t width, std::size_t head_count, std::size_t feed_forward_width,
             std::size_t vocabulary, std::size_t longest)
      : L(layer_count), C(width), N(head_count), F(feed_forward_width), V(vocabulary), context(longest) {
    weights.resize(2 * V * C + C + L * (2 * C + 4 * C * C + 3 * F * C));
    const float* next = weights.data();
    const auto take = [&](std::size_t count) {
      const float* taken = next;
      next += count;
      return taken;
    };
    embedding = take(V * C);
    for (std::size_t i = 0; i < L; ++i) {
      layers.push_back({take(C), take(C * C), take(C * C), take(C * C), take(C * C), take(C), take(F * C), take(F * C),
                        take(C * F)});
    }
    final_norm = take(C);
    unembedding = take(V * C);
    for (auto* floats : {&stream, &normed, &q, &heads, &added}) floats->resize(C);
    for (auto* floats : {&gate, &up}) floats->resize(F);
    scores.resize(context);
    logits.resize(V);
    keys.resize(L * context * C);
    values.resize(L * context * C);
    const std::size_t H = C / N;
    for (std::size_t t = 0; t < context; ++t) {
      for (std::size_t h = 0; h < H / 2; ++h) {
        const double angle =
            static_cast<double>(t) * std::pow(kRotaryBase, -2.0 * static_cast<double>(h) / static_cast<double>(H));
        cosines.push_back(static_cast<float>(std::cos(angle)));
        sines.push_back(static_cast<float>(std::sin(angle)));
      }
    }
  }
};

void RmsNorm(const float* x, const float* weight, std::size_t C, float* y) {
  float sum = 0.0f;
  for (std::size_t c = 0; c < C; ++c) sum += x[c] * x[c];
  const float inverse = 1.0f / std::sqrt(sum / static_cast<float>(C) + kEpsilon);
  for (std::size_t c = 0; c < C; ++c) y[c] = x[c] * inverse * weight[c];
}

/// Computes y (rows) = w (rows, columns) · x (columns).
void MatVec(const float* w, const float* x, std::size_t rows, std::size_t columns, float* y) {
  for (std::size_t row = 0; row < rows; ++row) {
    float sum = 0.0f;
    for (std::size_t column = 0; column < columns; ++column) sum += w[row * columns + column] * x[column];
    y[row] = sum;
  }
}

/// Rotates the pairs (h, h + H/2) of each head.
void Rotate(const PlainLlama& m, float* x, std::size_t position) {
  const std::size_t half = m.C / m.N / 2;
  const float *cosines = m.cosines.data() + position * half, *sines = m.sines.data() + position * half;
  for (std::size_t n = 0; n < m.N; ++n) {
    float *a = x + n * 2 * half, *b = a + half;
    for (std::size_t h = 0; h < half; ++h) {
      const float turned = a[h] * cosines[h] - b[h] * sines[h];
      b[h] = b[h] * cosines[h] + a[h] * sines[h];
      a[h] = turned;
    }
  }
}

void Attend(PlainLlama& m, const float* keys, const float* values, std::size_t position) {
  const std::size_t H = m.C / m.N;
  const float scale = 1.0f / std::sqrt(static_cast<float>(H));
  for (std::size_t n = 0; n < m.N; ++n) {
    const float* q = m.q.data() + n * H;
    float* output = m.heads.data() + n * H;
    float largest = std::numeric_limits<float>::lowest();
    for (std::size_t s = 0; s <= position; ++s) {
      const float* k = keys + s * m.C + n * H;
      float score = 0.0f;
      for (std::size_t h = 0; h < H; ++h) score += q[h] * k[h];
      m.scores[s] = score * scale;
      largest = m.scores[s] > largest ? m.scores[s] : largest;
    }
    float sum = 0.0f;
    for (std::size_t s = 0; s <= position; ++s) sum += m.scores[s] = std::exp(m.scores[s] - largest);
    for (std::size_t h = 0; h < H; ++h) output[h] = 0.0f;
    for (std::size_t s = 0; s <= position; ++s) {
      const float weight = m.scores[s] / sum;
      const float* v = values + s * m.C + n * H;
      for (std::size_t h = 0; h < H; ++h) output[h] += weight * v[h];
    }
  }
}

void Add(const std::vector<float>& added, std::vector<float>& stream) {
  for (std::size_t c = 0; c < stream.size(); ++c) stream[c] += added[c];
}

}  // namespace

void* plain_llama(std::int32_t layers, std::int32_t width, std::int32_t heads, std::int32_t feed_forward_width,
                  std::int32_t vocabulary, std::int32_t context) {
  const auto size = [](std::int32_t number) { return static_cast<std::size_t>(number); };
  return new (std::nothrow)
      PlainLlama(size(layers), size(width), size(heads), size(feed_forward_width), size(vocabulary), size(context));
}

float* plain_llama_weights(void* model) { return static_cast<PlainLlama*>(model)->weights.data(); }

const float* plain_llama_forward(void* model, std::int32_t token, std::int32_t position) {
  PlainLlama& m = *static_cast<PlainLlama*>(model);
  const std::size_t C = m.C, t = static_cast<std::size_t>(position);
  const float* embedded = m.embedding + static_cast<std::size_t>(token) * C;
  m.stream.assign(embedded, embedded + C);
  for (std::size_t i = 0; i < m.L; ++i) {
    const Layer& layer = m.layers[i];
    float *keys = m.keys.data() + i * m.context * C, *values = m.values.data() + i * m.context * C;
    RmsNorm(m.stream.data(), layer.attention_norm, C, m.normed.data());
    MatVec(layer.query, m.normed.data(), C, C, m.q.data());
    MatVec(layer.key, m.normed.data(), C, C, keys + t * C);
    MatVec(layer.value, m.normed.data(), C, C, values + t * C);
    Rotate(m, m.q.data(), t);
    Rotate(m, keys + t * C, t);
    Attend(m, keys, values, t);
    MatVec(layer.output, m.heads.data(), C, C, m.added.data());
    Add(m.added, m.stream);

    RmsNorm(m.stream.data(), layer.feed_forward_norm, C, m.normed.data());
    MatVec(layer.gate, m.normed.data(), m.F, C, m.gate.data());
    MatVec(layer.up, m.normed.data(), m.F, C, m.up.data());
    for (std::size_t f = 0; f < m.F; ++f) m.gate[f] *= m.up[f] / (1.0f + std::exp(-m.gate[f]));
    MatVec(layer.down, m.gate.data(), C, m.F, m.added.data());
    Add(m.added, m.stream);
  }
  RmsNorm(m.stream.data(), m.final_norm, C, m.normed.data());
  MatVec(m.unembedding, m.normed.data(), m.V, C, m.logits.data());
  return m.logits.data();
}
