// Runs a pool of threads that compute rounds of work. After each round the threads first spin and then sleep, because a
// token needs about fifty rounds, a few microseconds apart.
#include "parallel/threads.h"

#if ATTENSCOPE_THREADS

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "tensor/error.h"

namespace attenscope {

namespace {

/// The number of times that a thread looks for work before it sleeps: some tenths of a millisecond, as long as waking
/// up takes.
constexpr int kSpins = 300'000;

/// A part takes milliseconds. A caller that has waited for longer than this waits for a thread that has ended.
constexpr std::chrono::seconds kLongestPart{60};

/// True while this thread runs a part.
thread_local bool inside = false;

/// Spins until `ready` returns true, at most kSpins times. Returns whether `ready` returned true.
template <class Ready>
bool SpinFor(const Ready& ready) {
  for (int spin = 0; spin < kSpins; ++spin) {
    if (ready()) return true;
  }
  return ready();
}

/// The threads besides the thread of the caller, and their current round.
class Pool {
 public:
  explicit Pool(int others) {
    try {
      for (int i = 1; i <= others; ++i) threads_.emplace_back([this, i] { Serve(i); });
    } catch (const std::system_error&) {
      End();
      throw Error(ErrorCode::kMemory, "no more threads can be had: " + std::to_string(threads_.size() + 1) + " of " +
                                          std::to_string(others + 1));
    }
  }
  ~Pool() { End(); }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  int size() const { return static_cast<int>(threads_.size()) + 1; }

  void Run(threads_internal::Part part, const void* body, int parts, int threads) {
    part_ = part;
    body_ = body;
    parts_ = parts;
    taking_ = threads;
    next_ = 0;
    thrown_ = nullptr;
    Announce();
    TakeParts(0);
    const auto all_done = [&] { return left_.load() == 0; };
    if (!SpinFor(all_done)) {
      std::unique_lock lock(mutex_);
      if (!done_.wait_for(lock, kLongestPart, all_done)) {
        throw Error(ErrorCode::kMemory, "a thread of the engine has stopped");
      }
    }
    if (thrown_) std::rethrow_exception(thrown_);
  }

 private:
  void Announce() {
    left_.store(static_cast<int>(threads_.size()));
    round_.fetch_add(1);
    if (sleeping_.load() == 0) return;
    // Notifies under the lock. A thread that is about to sleep has then either seen the round or is woken.
    const std::lock_guard lock(mutex_);
    wake_.notify_all();
  }

  void End() {
    ends_ = true;
    Announce();
    for (std::thread& thread : threads_) thread.join();
  }

  void Serve(int index) {
    for (unsigned seen = 0; true; ++seen) {
      const auto has_round = [&] { return round_.load() != seen; };
      if (!SpinFor(has_round)) {
        std::unique_lock lock(mutex_);
        sleeping_.fetch_add(1);
        wake_.wait(lock, has_round);
        sleeping_.fetch_sub(1);
      }
      if (ends_) return;
      if (index < taking_) TakeParts(index);
      if (left_.fetch_sub(1) == 1) {
        const std::lock_guard lock(mutex_);
        done_.notify_one();
      }
    }
  }

  void TakeParts(int thread) {
    inside = true;
    try {
      for (int index = next_.fetch_add(1); index < parts_; index = next_.fetch_add(1)) {
        part_(body_, index, parts_, thread);
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!thrown_) thrown_ = std::current_exception();
    }
    inside = false;
  }

  // The current round. These fields are written before round_ and read after round_.
  threads_internal::Part part_ = nullptr;
  const void* body_ = nullptr;
  int parts_ = 0;
  int taking_ = 0;  // the number of threads that take parts
  std::exception_ptr thrown_;

  std::atomic<unsigned> round_{0};
  std::atomic<int> next_{0};  // the next free part
  std::atomic<int> left_{0};  // the number of threads that have not ended the round
  std::atomic<int> sleeping_{0};
  std::atomic<bool> ends_{false};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  std::vector<std::thread> threads_;  // the last member, because the threads use all others
};

std::unique_ptr<Pool> pool;

}  // namespace

int ThreadCount() { return pool ? pool->size() : 1; }

void SetThreadCount(int count) {
  if (count == ThreadCount()) return;
  pool = nullptr;
  if (count > 1) pool = std::make_unique<Pool>(count - 1);
}

namespace threads_internal {

void RunParts(Part part, const void* body, int parts, int threads) {
  if (pool && !inside) return pool->Run(part, body, parts, threads);
  for (int index = 0; index < parts; ++index) part(body, index, parts, 0);
}

}  // namespace threads_internal

}  // namespace attenscope

#endif
