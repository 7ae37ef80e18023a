// Tests the sharing of work among threads: all work is done exactly once, and a model has the same bits as on one
// thread.
#include "parallel/threads.h"

#include <atomic>
#include <stdexcept>

#include "model_helpers.h"
#include "transformer/transformer_run.h"

namespace attenscope {

using testing::Finish;

namespace {

/// Starts threads for the lifetime of the object. A build without threads keeps one thread.
class WithThreads {
 public:
  explicit WithThreads(int count) { SetThreadCount(count); }
  ~WithThreads() { SetThreadCount(1); }
};

constexpr int kCounts[] = {1, 2, 3, 5};

std::vector<float> Logits(const Config& config, WeightForm form) {
  auto model = std::make_shared<Transformer>(config);
  model->parameters().HoldAs(form);
  testing::FillRandom(model->parameters(), 1);
  TransformerRun run(model, 140);
  run.Append(testing::RandomIds(110, config.vocabulary), LogitsWanted::kLast);
  Finish(run);
  // Then token by token.
  for (std::int32_t id : testing::RandomIds(3, config.vocabulary)) {
    run.Append(std::vector{id}, LogitsWanted::kLast);
    Finish(run);
  }
  const ConstMatrix logits = run.logits();
  return {logits.data, logits.data + logits.shape[0] * logits.shape[1]};
}

}  // namespace

TEST_CASE("threads: every index is processed once, in parts that end at multiples of the grain") {
  for (int threads : kCounts) {
    const WithThreads with(threads);
    for (Index count : {0, 1, 2, 3, 7, 8, 9, 64, 65}) {
      for (Index grain : {1, 3, 8}) {
        // As many parts as threads, and more parts than threads.
        for (std::uint64_t work : {kLeastSharedWork, 10 * kPartWork}) {
          std::vector<std::atomic<int>> met(static_cast<std::size_t>(count));
          std::atomic<int> wrong{0};
          ShareOut(count, grain, work, ThreadCount(), [&](Index first, Index last, int thread) {
            if (thread < 0 || thread >= ThreadCount() || first % grain != 0 || (last % grain != 0 && last != count))
              ++wrong;
            for (Index i = first; i < last; ++i) ++met[static_cast<std::size_t>(i)];
          });
          CHECK(wrong == 0);
          for (const std::atomic<int>& times : met) CHECK(times == 1);
        }
      }
    }
  }
}

TEST_CASE("threads: one call right after another, and one after a pause") {
  const WithThreads with(3);
  std::atomic<Index> sum{0};
  for (int turn = 0; turn < 2000; ++turn) {
    ShareOut(10, 1, kLeastSharedWork, [&](Index first, Index last) { sum += last - first; });
  }
  CHECK(sum == 20'000);
}

TEST_CASE("threads: a part may share its own work, which then runs on the same thread") {
  const WithThreads with(2);
  std::atomic<Index> sum{0};
  ShareOut(4, 1, kLeastSharedWork, [&](Index first, Index last) {
    ShareOut(last - first, 1, kLeastSharedWork, [&](Index from, Index to) { sum += to - from; });
  });
  CHECK(sum == 4);
}

TEST_CASE("threads: an error of a part is thrown when all parts have ended, and the next call works") {
  for (int threads : kCounts) {
    const WithThreads with(threads);
    for (Index bad : {0, 7}) {
      CHECK_THROWS_AS(ShareOut(8, 1, kLeastSharedWork,
                               [&](Index first, Index last) {
                                 if (first <= bad && bad < last) throw std::runtime_error("this part fails");
                               }),
                      std::runtime_error);
      Index sum = 0;
      ShareOut(1, 1, kLeastSharedWork, [&](Index first, Index last) { sum += last - first; });
      CHECK(sum == 1);
    }
  }
}

TEST_CASE("threads: a model's logits have the same bits as on one thread, in every weight format") {
  Config llama = testing::OddConfig();
  // Large enough that its work is shared.
  llama.width = 131;
  llama.feed_forward_width = 271;
  llama.vocabulary = 307;
  for (WeightForm form : {WeightForm::kFloat, WeightForm::kHalf, WeightForm::kInt8}) {
    const std::vector<float> alone = Logits(llama, form);
    for (int threads : kCounts) {
      const WithThreads with(threads);
      CHECK(Logits(llama, form) == alone);
    }
  }
}

}  // namespace attenscope
