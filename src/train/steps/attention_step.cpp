// Computes attention over a batch, and its gradients. Threads share out the texts and the key/value heads.
#include "train/steps/attention_step.h"

#include <algorithm>
#include <vector>

#include "attention/attention.h"
#include "attention/attention_op.h"
#include "parallel/threads.h"
#include "position/alibi.h"
#include "tensor/matrix.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

/// Turns the gradient at the pattern into the gradient at the masked scores: dS = P ∘ (dP − Σ_s P dP), row by row.
void SoftmaxGradient(ConstMatrix pattern, Matrix gradient) {
  const auto [rows, S] = pattern.shape;
  for (Index t = 0; t < rows; ++t) {
    const float* p = &pattern(t, 0);
    float* g = &gradient(t, 0);
    const float mean = Dot(Arch{}, p, g, S);
    for (Index s = 0; s < S; ++s) g[s] = p[s] * (g[s] - mean);
  }
}

}  // namespace

/// The scratch of one thread. R is the number of queries that a backward tile has.
struct AttentionStep::Memory {
  PackedView<float> keys;         // (S, H)
  PackedView<float> values;       // (H, S), as a transpose
  PackedView<float> key_columns;  // (H, S), for dQ
  PackedView<float> value_rows;   // (S, H), for dP
  float* tile;                    // (kQueryTile, S)
  float* scores;                  // (R, S): scores, then squashed scores, then masked scores
  float* squashed;                // (R, S)
  float* masked;                  // (R, S)
  float* pattern;                 // (R, S)
  float* gradient;                // (R, S)
  float* dropped;                 // (R, S): the pattern after dropout
  float* right_side;              // a packed (R, H)
};

AttentionStep::Memory AttentionStep::MemoryOf(Arena& arena) const {
  const auto S = static_cast<std::uint64_t>(operands_.S);
  const Index H = operands_.H;
  const Index R = std::min(operands_.T, kGradientRows);
  const std::uint64_t stage = static_cast<std::uint64_t>(R) * S;
  const auto packed = [&](Index rows, Index columns) {
    return MakePacked(arena.Take<float>(PackedSize(rows, columns, kPanelRows<Arch>)), rows, columns, kPanelRows<Arch>);
  };
  Memory memory;
  memory.keys = packed(operands_.S, H);
  memory.values = packed(H, operands_.S);
  memory.key_columns = packed(H, operands_.S);
  memory.value_rows = packed(operands_.S, H);
  memory.tile = arena.Take<float>(static_cast<std::uint64_t>(kQueryTile) * S);
  memory.scores = arena.Take<float>(stage);
  memory.squashed = arena.Take<float>(stage);
  memory.masked = arena.Take<float>(stage);
  memory.pattern = arena.Take<float>(stage);
  memory.gradient = arena.Take<float>(stage);
  memory.dropped = arena.Take<float>(operands_.dropout.probability > 0.0f ? stage : 0);
  memory.right_side = arena.Take<float>(PackedSize(H, R, kPanelRows<Arch>));
  return memory;
}

void AttentionStep::Layout(Arena& arena) {
  const bool biased = operands_.distance.buckets || operands_.distance.alibi;
  const Index columns = 2 * std::max(operands_.T, operands_.S) - 1;
  bias_ = arena.Tensor<2>({biased ? operands_.N : 0, columns});
  // The slopes of ALiBi are fixed; a learned bias changes with each step.
  if (operands_.distance.alibi && bias_.data) FillBias();
  grad_bias_ = arena.Tensor<2>({operands_.distance.buckets ? operands_.N : 0, columns});
  Arena counting;
  MemoryOf(counting);
  thread_bytes_ = counting.used();
  thread_count_ = ThreadCount();
  threads_ = arena.Take<std::byte>(thread_bytes_ * static_cast<std::uint64_t>(thread_count_));
}

std::uint64_t AttentionStep::HeadWork() const {
  return static_cast<std::uint64_t>(2 * operands_.T * operands_.S) * static_cast<std::uint64_t>(operands_.H);
}

void AttentionStep::FillBias() {
  if (bias_.shape[0] == 0) return;
  const auto& [buckets, options, alibi] = operands_.distance;
  const Index N = operands_.N;
  const Index past = bias_.shape[1] / 2;
  const TensorView<float, 3> bias(bias_.data, {N, 1, bias_.shape[1]});
  if (buckets) T5Bias(options, ConstMatrix(buckets->matrix.data, {options.buckets, N}), past, bias);
  if (!alibi) return;
  std::vector<float> slopes(static_cast<std::size_t>(N));
  AlibiSlopes(N, slopes.data());
  AlibiBias(slopes.data(), past, bias);
}

namespace {

/// Returns the head with its mask, without keys and values.
Head MakeHead(const AttentionOperands& operands, ConstMatrix bias, Index batch, Index head) {
  const auto [T, S] = std::pair(operands.T, operands.S);
  Head made;
  made.index = head;
  made.random_stream = static_cast<std::uint64_t>(batch * operands.N + head) << 32;
  if (operands.visible) made.mask.allowed = {operands.visible + batch * S, {T, S}, {0, 1}};
  if (bias.shape[0] > 0) made.mask.bias = {&bias(head, bias.shape[1] / 2), {T, S}, {-1, 1}};
  return made;
}

}  // namespace

void AttentionStep::HeadForward(Index batch, Index head, const Memory& memory) {
  const auto& [B, T, S, N, K, H, q, k, v, output, options, visible, distance, dropout] = operands_;
  Head made = MakeHead(operands_, bias_, batch, head);
  made.inputs.queries = ConstMatrix(q->matrix).Rows(batch * T, T).Columns(head * H, H);
  made.inputs.keys = memory.keys;
  const Matrix out = output->matrix.Rows(batch * T, T).Columns(head * H, H);
  ForEachTile(options.visible, T, S, [&](Index first, Index rows, Index seen) {
    const Matrix tile(memory.tile, {rows, seen});
    ScoreStage(Arch{}, made, first, options, Stage::kPattern, tile);
    for (Index t = 0; dropout.active() && t < rows; ++t) {
      dropout.Apply(static_cast<std::uint64_t>((batch * N + head) * T + first + t), &tile(t, 0), seen);
    }
    WeightedSum(Arch{}, tile, memory.values, out.Rows(first, rows));
  });
}

void AttentionStep::Forward(float*) {
  if (operands_.distance.buckets) FillBias();
  const auto& [B, T, S, N, K, H, q, k, v, output, options, visible, distance, dropout] = operands_;
  ShareOut(B * K, 1, HeadWork() * static_cast<std::uint64_t>(B * N), thread_count_,
           [&](Index first, Index last, int thread) {
             Arena arena(threads_ + static_cast<std::uint64_t>(thread) * thread_bytes_);
             const Memory memory = MemoryOf(arena);
             for (Index place = first; place < last; ++place) {
               const Index batch = place / K;
               const Index group = place % K;
               Pack(ConstMatrix(k->matrix).Rows(batch * S, S).Columns(group * H, H), memory.keys);
               Pack(Transposed(ConstMatrix(v->matrix).Rows(batch * S, S).Columns(group * H, H)), memory.values);
               for (Index n = group * (N / K); n < (group + 1) * (N / K); ++n) HeadForward(batch, n, memory);
             }
           });
}

/// Adds the gradients of one key/value head and its query heads in one text.
void AttentionStep::GroupBackward(Index batch, Index group, const Memory& memory) {
  const auto& [B, T, S, N, K, H, q, k, v, output, options, visible, distance, dropout] = operands_;
  const ConstMatrix keys = ConstMatrix(k->matrix).Rows(batch * S, S).Columns(group * H, H);
  const ConstMatrix values = ConstMatrix(v->matrix).Rows(batch * S, S).Columns(group * H, H);
  Pack(keys, memory.keys);
  Pack(Transposed(keys), memory.key_columns);
  Pack(values, memory.value_rows);
  const Matrix grad_keys = grad_k_.Rows(batch * S, S).Columns(group * H, H);
  const Matrix grad_values = grad_v_.Rows(batch * S, S).Columns(group * H, H);
  const bool soft = options.normalizer == Normalizer::kSoftmax;
  const bool squashes = options.softcap > 0.0f || options.squash != Squash::kNone;
  const Index block = std::min(T, kGradientRows);

  for (Index n = group * (N / K); n < (group + 1) * (N / K); ++n) {
    Head head = MakeHead(operands_, bias_, batch, n);
    head.inputs.queries = ConstMatrix(q->matrix).Rows(batch * T, T).Columns(n * H, H);
    head.inputs.keys = memory.keys;
    for (Index first = 0; first < T; first += block) {
      const Index rows = std::min(block, T - first);
      const Index seen = LastVisible(options.visible, first, rows, S);
      if (seen == 0) continue;
      const Matrix scores(memory.scores, {rows, seen}), squashed(memory.squashed, {rows, seen}),
          masked(memory.masked, {rows, seen}), pattern(memory.pattern, {rows, seen}),
          gradient(memory.gradient, {rows, seen});
      const ConstMatrix grad_out = output->gradient->read().Rows(batch * T + first, rows).Columns(n * H, H);

      // The stages of the forward pass, as many as the gradient reads.
      if (soft && !squashes) {
        ScoreStage(Arch{}, head, first, options, Stage::kPattern, pattern);
      } else {
        ScoreStage(Arch{}, head, first, options, Stage::kScores, scores);
        std::copy_n(scores.data, rows * seen, squashed.data);
        Advance(Arch{}, head, first, options, Stage::kScores, Stage::kSquashed, squashed);
        std::copy_n(squashed.data, rows * seen, masked.data);
        Advance(Arch{}, head, first, options, Stage::kSquashed, Stage::kMasked, masked);
        std::copy_n(masked.data, rows * seen, pattern.data);
        Advance(Arch{}, head, first, options, Stage::kMasked, Stage::kPattern, pattern);
      }

      // 6. The weighted sum: dP = dO Vᵀ, dV += Pᵀ dO. Dropout applies to P in both.
      MatMul(Arch{}, grad_out, memory.value_rows.FirstRows(seen), gradient);
      Matrix used = pattern;
      if (dropout.active()) {
        used = Matrix(memory.dropped, {rows, seen});
        std::copy_n(pattern.data, rows * seen, used.data);
        for (Index t = 0; t < rows; ++t) {
          const auto row = static_cast<std::uint64_t>((batch * N + n) * T + first + t);
          dropout.Apply(row, &used(t, 0), seen);
          dropout.Apply(row, &gradient(t, 0), seen);
        }
      }
      AddProduct(Arch{}, Transposed(ConstMatrix(used)), grad_out, memory.right_side, grad_values.Rows(0, seen));

      // 5. The normaliser.
      if (soft) {
        SoftmaxGradient(pattern, gradient);
      } else {
        for (Index t = 0; t < rows; ++t) {
          NormalizeGradientRow(options, &masked(t, 0), &pattern(t, 0), &gradient(t, 0), seen);
        }
      }
      // 4. The mask: the bias has the gradient of the masked scores.
      if (grad_bias_.shape[0] > 0) {
        Add(gradient, Matrix(&grad_bias_(n, grad_bias_.shape[1] / 2 - first), {rows, seen}, {-1, 1}));
      }
      // 3. The squash, and 2. the scale.
      for (Index t = 0; t < rows; ++t) {
        if (squashes) SquashGradientRow(options, &scores(t, 0), &squashed(t, 0), &gradient(t, 0), seen);
        Scale(Arch{}, options.scale, &gradient(t, 0), seen);
      }
      // 1. The score: dQ = dS K and dK += dSᵀ Q.
      const Matrix grad_queries = grad_q_.Rows(batch * T + first, rows).Columns(n * H, H);
      MatMul(Arch{}, gradient, memory.key_columns.FirstColumns(seen), nullptr, grad_queries, grad_queries);
      AddProduct(Arch{}, Transposed(ConstMatrix(gradient)), head.inputs.queries.Rows(first, rows), memory.right_side,
                 grad_keys.Rows(0, seen));
    }
  }
}

void AttentionStep::Backward(float*) {
  const Index B = operands_.B, K = operands_.K;
  grad_q_ = operands_.q->gradient->Added();
  grad_k_ = operands_.k->gradient->Added();
  grad_v_ = operands_.v->gradient->Added();
  Clear(grad_bias_);
  const bool learned = grad_bias_.shape[0] > 0;
  const auto work = 4 * HeadWork() * static_cast<std::uint64_t>(B * operands_.N);
  // A learned bias sums over the texts, so one thread has all texts of a head.
  ShareOut(learned ? K : B * K, 1, work, thread_count_, [&](Index first, Index last, int thread) {
    Arena arena(threads_ + static_cast<std::uint64_t>(thread) * thread_bytes_);
    const Memory memory = MemoryOf(arena);
    for (Index place = first; place < last; ++place) {
      if (!learned) {
        GroupBackward(place / K, place % K, memory);
        continue;
      }
      for (Index batch = 0; batch < B; ++batch) GroupBackward(batch, place, memory);
    }
  });
  if (!learned) return;
  const auto& [buckets, options, alibi] = operands_.distance;
  const TensorView<const float, 3> grad_bias(grad_bias_.data, {operands_.N, 1, grad_bias_.shape[1]});
  T5BiasGradient(options, grad_bias, grad_bias_.shape[1] / 2,
                 Matrix(buckets->gradient.Added().data, {options.buckets, operands_.N}));
}

}  // namespace attenscope
