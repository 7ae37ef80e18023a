// Runs a Llama form with random weights, with and without storing the queries that a trace needs.
#include "llama.h"

#include <cmath>
#include <cstring>
#include <exception>
#include <memory>

#include "transformer/transformer_run.h"

namespace {

using namespace attenscope;

struct Llama {
  std::shared_ptr<Transformer> model;
  std::unique_ptr<TransformerRun> run;  // the last run, kept for its logits
};

/// Fills a parameter with random numbers of mean 0 and standard deviation `deviation` (32-bit xorshift, Marsaglia
/// 2003).
void FillRandom(Parameters& parameters, const std::string& name, float deviation, std::uint32_t& state) {
  Index count = 1;
  for (const Index size : parameters.Shape(name)) count *= size;
  const std::span<std::byte> stage = parameters.Stage(static_cast<std::uint64_t>(count) * sizeof(float));
  for (Index i = 0; i < count; ++i) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    const float value = (static_cast<float>(state) * 0x1p-31f - 1.0f) * std::sqrt(3.0f) * deviation;
    std::memcpy(stage.data() + i * static_cast<Index>(sizeof(float)), &value, sizeof(float));
  }
  parameters.Set(name, "F32");
}

}  // namespace

void* bench_llama(std::int32_t layers, std::int32_t width, std::int32_t heads, std::int32_t feed_forward_width,
                  std::int32_t vocabulary, std::int32_t context) try {
  Config config;
  config.layers = layers;
  config.heads = config.key_value_heads = heads;
  config.head_width = width / heads;
  config.width = width;
  config.feed_forward_width = feed_forward_width;
  config.vocabulary = vocabulary;
  config.context = context;
  config.norm_epsilon = 1e-5f;
  config.rotary_base = 10000.0;
  auto made = std::make_unique<Llama>();
  made->model = std::make_shared<Transformer>(config);
  Parameters& parameters = made->model->parameters();
  std::uint32_t state = 1;
  for (const std::string& name : parameters.names()) {
    FillRandom(parameters, name, name == "embedding.weight" ? 1.0f : 1.0f / std::sqrt(static_cast<float>(width)),
               state);
  }
  parameters.Finish();
  return made.release();
} catch (const std::exception&) {
  return nullptr;
}

const float* bench_llama_run(void* llama, bool holds, const std::int32_t* ids, std::int32_t prompt,
                             std::int32_t stream) try {
  auto& [model, run] = *static_cast<Llama*>(llama);
  run = std::make_unique<TransformerRun>(model, prompt + stream, 0, holds ? QueryCache::kKept : QueryCache::kDropped);
  const auto feed = [&](const std::int32_t* first, std::int32_t count) {
    run->Append(std::span(first, static_cast<std::size_t>(count)), LogitsWanted::kLast);
    while (run->Step()) {
    }
  };
  feed(ids, prompt);
  for (std::int32_t i = 0; i < stream; ++i) feed(ids + prompt + i, 1);
  return run->logits().data;
} catch (const std::exception&) {
  return nullptr;
}
