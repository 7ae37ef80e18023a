// Prints the native speed of the kernels in GFLOP/s, for the shapes that the benchmarks time in WebAssembly.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <vector>

#include "kernels.h"

namespace {

constexpr int kSamples = 20;

std::vector<float> RandomFloats(std::ptrdiff_t count) {
  static std::mt19937 random(1);
  std::uniform_real_distribution<float> uniform(-1.0f, 1.0f);
  std::vector<float> floats(static_cast<std::size_t>(count));
  for (float& each : floats) each = uniform(random);
  return floats;
}

/// Returns the median time of `body` in seconds, after one untimed call.
template <class Body>
double MedianSeconds(Body body, int samples = kSamples) {
  body();
  std::vector<double> seconds;
  for (int i = 0; i < samples; ++i) {
    const auto start = std::chrono::steady_clock::now();
    body();
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::nth_element(seconds.begin(), seconds.begin() + samples / 2, seconds.end());
  return seconds[static_cast<std::size_t>(samples / 2)];
}

void Print(const char* name, std::ptrdiff_t size, double operations, double seconds) {
  std::printf("%-18s %5td %9.3f ms %7.1f GFLOP/s\n", name, size, seconds * 1e3, operations / seconds * 1e-9);
}

void TimeMatMul(std::ptrdiff_t size) {
  const std::vector<float> x = RandomFloats(size * size);
  const std::vector<float> w = RandomFloats(size * size);
  std::vector<float> y(x.size());
  const void* weight = bench_weight(size, size, w.data());
  const double operations = 2.0 * static_cast<double>(size * size) * static_cast<double>(size);
  Print("gemm", size, operations, MedianSeconds([&] { bench_matmul(size, x.data(), weight, y.data()); }));
}

/// Times 8 heads, or one head for long texts, where 8 heads would take minutes.
void TimeAttention(std::ptrdiff_t tokens, bool causal) {
  const bool is_long = tokens > 4096;
  const std::ptrdiff_t heads = is_long ? 1 : 8;
  constexpr std::ptrdiff_t kHeadWidth = 64;
  const std::vector<float> q = RandomFloats(tokens * heads * kHeadWidth);
  const std::vector<float> k = RandomFloats(tokens * heads * kHeadWidth);
  const std::vector<float> v = RandomFloats(tokens * heads * kHeadWidth);
  std::vector<float> output(q.size());
  void* op = bench_attention_op(heads, tokens, kHeadWidth, causal);
  // Multiply-adds of scores and outputs, two operations each. Causal attention masks half of the scores, and the engine
  // may skip them.
  const double operations =
      4.0 * static_cast<double>(tokens * tokens) * static_cast<double>(heads * kHeadWidth) * (causal ? 0.5 : 1.0);
  const auto attend = [&] { bench_attention(op, q.data(), k.data(), v.data(), output.data()); };
  Print(causal ? "attention, causal" : "attention", tokens, operations,
        MedianSeconds(attend, is_long ? kSamples / 4 : kSamples));
}

}  // namespace

int main() {
  for (std::ptrdiff_t size : {256, 768, 1024}) TimeMatMul(size);
  for (bool causal : {false, true}) {
    for (std::ptrdiff_t tokens : {512, 2048, 16384}) TimeAttention(tokens, causal);
  }
}
