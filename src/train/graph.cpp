// Plans the memory of a graph, and runs its steps.
#include "train/graph.h"

#include <algorithm>

namespace attenscope {

namespace {

/// The floats between the begins of two gradients: whole cache lines.
std::uint64_t Rounded(std::uint64_t floats) {
  constexpr std::uint64_t kLine = kAlignment / sizeof(float);
  return (floats + kLine - 1) / kLine * kLine;
}

}  // namespace

Matrix Gradient::Added() {
  if (fresh_) std::fill_n(matrix_.data, matrix_.size(), 0.0f);
  fresh_ = false;
  return matrix_;
}

Value* Graph::Keep(Index rows, Index columns, Gradient* gradient, const Value* same) {
  values_.push_back({{Matrix(nullptr, {rows, columns}), gradient}, rows, columns, same});
  return &values_.back().value;
}

Value* Graph::NewValue(Index rows, Index columns) {
  gradients_.emplace_back();
  lives_.push_back({&gradients_.back(), rows, columns});
  return Keep(rows, columns, &gradients_.back(), nullptr);
}

Value* Graph::NewValue(Index rows, Index columns, const Value* other) {
  return Keep(rows, columns, other->gradient, nullptr);
}

Value* Graph::Alias(const Value* other) {
  return Keep(other->matrix.shape[0], other->matrix.shape[1], other->gradient, other);
}

Graph::Life& Graph::LifeOf(const Gradient* gradient) {
  return *std::find_if(lives_.begin(), lives_.end(), [&](const Life& life) { return life.gradient == gradient; });
}

void Graph::Append(std::unique_ptr<Step> step, std::initializer_list<const Value*> inputs, const Value* output) {
  const auto index = static_cast<Index>(steps_.size());
  const auto extend = [&](const Value* value) {
    Life& life = LifeOf(value->gradient);
    if (life.first < 0) life.first = index;
    life.last = index;
  };
  for (const Value* input : inputs) extend(input);
  if (output) extend(output);
  steps_.push_back(std::move(step));
}

/// Gives each gradient the lowest place that no gradient with an overlapping life has, the largest gradients first.
/// Returns the number of floats of all.
std::uint64_t Graph::PlaceGradients() {
  std::vector<Life*> order;
  for (Life& life : lives_) order.push_back(&life);
  const auto size = [](const Life* life) {
    return Rounded(static_cast<std::uint64_t>(life->rows) * static_cast<std::uint64_t>(life->columns));
  };
  std::stable_sort(order.begin(), order.end(), [&](const Life* a, const Life* b) { return size(a) > size(b); });
  std::uint64_t total = 0;
  std::vector<const Life*> placed;
  for (Life* life : order) {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> taken;
    for (const Life* other : placed) {
      const bool apart = other->last < life->first || other->first > life->last;
      if (!apart) taken.emplace_back(other->offset, other->offset + size(other));
    }
    std::sort(taken.begin(), taken.end());
    life->offset = 0;
    for (const auto& [begin, end] : taken) {
      if (life->offset + size(life) <= begin) break;
      life->offset = std::max(life->offset, end);
    }
    total = std::max(total, life->offset + size(life));
    placed.push_back(life);
  }
  return total;
}

void Graph::Plan() {
  const std::uint64_t gradient_floats = PlaceGradients();
  std::uint64_t scratch_floats = 0;
  for (const auto& step : steps_) scratch_floats = std::max(scratch_floats, step->Scratch());
  memory_ = AllocateLaidOut("training", [&](Arena& arena) {
    float* gradients = arena.Take<float>(gradient_floats);
    for (Life& life : lives_) {
      life.gradient->Place(Matrix(gradients ? gradients + life.offset : nullptr, {life.rows, life.columns}));
    }
    for (Kept& kept : values_) {
      kept.value.matrix = kept.same ? kept.same->matrix : arena.Tensor<2>({kept.rows, kept.columns});
    }
    for (const auto& step : steps_) step->Layout(arena);
    scratch_ = arena.Take<float>(scratch_floats);
    bytes_ = arena.used();
  });
}

void Graph::Forward() {
  for (const auto& step : steps_) step->Forward(scratch_);
}

void Graph::Backward() {
  for (Gradient& gradient : gradients_) gradient.Begin();
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) (*step)->Backward(scratch_);
}

}  // namespace attenscope
