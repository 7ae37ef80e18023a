// Computes the forward pass of attention over batches and heads.
#include "attention/attention_op.h"

#include <cmath>

#include "attention/streaming.h"
#include "tensor/error.h"
#include "tensor/matrix.h"
#include "tensor/number_text.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

/// The smallest length that the cosine similarity of PyTorch divides by.
constexpr float kShortest = 1e-8f;

void CheckOptions(const AttentionOptions& options) {
  if (!std::isfinite(options.scale)) throw Error(ErrorCode::kOption, "scale is not a finite number");
  if (!(options.softcap >= 0.0f && std::isfinite(options.softcap))) {
    throw Error(ErrorCode::kOption,
                "softcap is " + NumberText(options.softcap) + ", expected a finite number from 0 on");
  }
  if (std::isnan(options.mask_fill)) throw Error(ErrorCode::kOption, "maskFill is not a number");
}

/// Divides each row by its length. A row of zeros does not change.
void Normalize(ConstMatrix from, Matrix to) {
  for (Index r = 0; r < from.shape[0]; ++r) {
    float squares = 0.0f;
    for (Index c = 0; c < from.shape[1]; ++c) squares += from(r, c) * from(r, c);
    const float inverse = 1.0f / std::max(std::sqrt(squares), kShortest);
    for (Index c = 0; c < from.shape[1]; ++c) to(r, c) = from(r, c) * inverse;
  }
}

}  // namespace

AttentionOp::AttentionOp(const AttentionSizes& sizes, const AttentionOptions& options, bool with_gradient)
    : sizes_(sizes), options_(options), with_gradient_(with_gradient) {
  CheckOptions(options);
  Arena counting;
  Layout(counting);
  bytes_ = counting.used();
  memory_ = AllocateZeroed(bytes_, "attention");
  Arena arena(memory_.get());
  Layout(arena);
}

bool AttentionOp::Streams() const {
  return !IsWhole() && options_.normalizer == Normalizer::kSoftmax && options_.edits.empty() &&
         options_.temperature == 1.0f && sizes_.S > kLongestPlain;
}

void AttentionOp::Layout(Arena& arena) {
  const auto [B, N, K, T, P, S, H, Hk, Hv, D, values] = sizes_;
  constexpr Index kPanel = kPanelRows<Arch>;
  const auto packed = [&](Index rows, Index columns) {
    return MakePacked(arena.Take<float>(PackedSize(rows, columns, kPanel)), rows, columns, kPanel);
  };
  const ScoreKind score = options_.score;
  if (P > 0) joined_keys_ = arena.Tensor<2>({S, Hk});
  if (score != ScoreKind::kDot) projected_queries_ = arena.Tensor<2>({T, D});
  if (score == ScoreKind::kCosine || score == ScoreKind::kAdditive) projected_keys_ = arena.Tensor<2>({S, D});
  packed_keys_ = packed(S, D);
  packed_values_ = packed(Hv, values);
  // W (Hk, H), W_q (A, H) or W_k (A, Hk), and in the gradient their transposes.
  const Index widest = std::max({H, Hk, D});
  packed_projection_ = packed(widest, widest);
  tile_ = arena.Take<float>(Streams() ? StreamingScratch(T, Hv) : static_cast<std::uint64_t>(kQueryTile * S));
  column_ = arena.Take<float>(static_cast<std::uint64_t>(3 * T));
  if (IsWhole()) whole_ = arena.Tensor<2>({T, S});
  if (!with_gradient_) return;
  const Index rows = IsWhole() ? T : std::min(T, kGradientRows);
  for (Matrix* stage : {&scores_, &squashed_, &masked_, &pattern_, &grad_}) *stage = arena.Tensor<2>({rows, S});
  packed_key_columns_ = packed(D, S);
  packed_value_rows_ = packed(values, Hv);
  grad_values_ = arena.Tensor<2>({values, Hv});
  grad_queries_ = arena.Tensor<2>({T, D});
  grad_keys_ = arena.Tensor<2>({S, D});
  grad_raw_keys_ = arena.Tensor<2>({S, Hk});
  // The right side of each product has a width as one dimension and a width or a length as the other.
  const Index width = std::max({Hv, D, H, Hk});
  const Index longest = std::max({S, T, width});
  product_ = arena.Tensor<2>({longest, width}).data;
  right_side_ = arena.Take<float>(std::max(ProductScratch<Arch>(width, longest), ProductScratch<Arch>(longest, width)));
}

AttentionOptions AttentionOp::BatchOptions(const AttentionInputs& inputs, Index batch) const {
  AttentionOptions options = options_;
  options.visible.past = sizes_.P;
  if (!inputs.key_lengths.empty()) {
    options.visible.key_length = inputs.key_lengths[static_cast<std::size_t>(batch)];
    // The queries of a causal text are its last tokens. In other texts the length only marks padding.
    if (options.visible.causal) options.visible.past = options.visible.key_length - sizes_.T;
  }
  return options;
}

/// Computes y = x Wᵀ + bias.
void AttentionOp::Project(ConstMatrix x, ConstMatrix weight, std::span<const float> bias, Matrix y) {
  PackedView<float> packed = MakePacked(packed_projection_.data, weight.shape[0], weight.shape[1], kPanelRows<Arch>);
  Pack(weight, packed);
  MatMul(Arch{}, x, packed, bias.empty() ? nullptr : bias.data(), ConstMatrix{}, y);
}

/// Prepares the queries of a head for the score of the options.
void AttentionOp::PrepareQueries(const AttentionInputs& inputs, ConstMatrix q) {
  prepared_queries_ = options_.score == ScoreKind::kDot ? q : projected_queries_;
  if (options_.score == ScoreKind::kCosine) Normalize(q, projected_queries_);
  if (options_.score == ScoreKind::kGeneral) Project(q, Transposed(inputs.parameters.general), {}, projected_queries_);
  if (options_.score == ScoreKind::kAdditive) {
    Project(q, inputs.parameters.query_projection, inputs.parameters.bias, projected_queries_);
  }
}

/// Prepares the keys of a key/value head for the score, and packs the keys and the values.
void AttentionOp::PrepareKeys(const AttentionInputs& inputs, Index batch, Index key_value_head, bool backward) {
  const Index P = sizes_.P;
  keys_ = inputs.k[batch][key_value_head];
  if (P > 0) {
    Copy(inputs.past_key[batch][key_value_head], joined_keys_.Rows(0, P));
    Copy(keys_, joined_keys_.Rows(P, sizes_.S - P));
    keys_ = joined_keys_;
  }
  prepared_keys_ = projected_keys_.data ? projected_keys_ : keys_;
  if (options_.score == ScoreKind::kCosine) Normalize(keys_, projected_keys_);
  if (options_.score == ScoreKind::kAdditive) Project(keys_, inputs.parameters.key_projection, {}, projected_keys_);
  Pack(prepared_keys_, packed_keys_);

  const ConstMatrix values = inputs.v[batch][key_value_head];
  const Index before = inputs.past_value.data ? P : 0;
  const ConstMatrix past = before > 0 ? inputs.past_value[batch][key_value_head] : ConstMatrix{};
  if (backward) {
    Pack(Transposed(prepared_keys_), packed_key_columns_);
    Pack(past, packed_value_rows_);
    Pack(values, packed_value_rows_, before);
  } else {
    Pack(Transposed(past), packed_values_);
    Pack(Transposed(values), packed_values_.Columns(before, values.shape[0]));
  }
}

/// Prepares a head. The calls follow the order of the heads, so that query heads with the same keys share one
/// preparation.
Head AttentionOp::Prepare(const AttentionInputs& inputs, Index batch, Index head, bool backward) {
  const Index sharing = sizes_.N / sizes_.K;
  if (head % sharing == 0) PrepareKeys(inputs, batch, head / sharing, backward);
  PrepareQueries(inputs, inputs.q[batch][head]);
  Head made;
  made.inputs.queries = prepared_queries_;
  made.inputs.keys = packed_keys_;
  if (options_.score == ScoreKind::kAdditive) made.inputs.hidden = inputs.parameters.hidden.data();
  made.values = packed_values_;
  if (inputs.allowed.data) made.mask.allowed = inputs.allowed[batch][head];
  if (inputs.bias.data) made.mask.bias = inputs.bias[batch][head];
  made.index = head;
  const Index rows = options_.over == Over::kKeys ? sizes_.T : sizes_.S;
  made.random_stream = static_cast<std::uint64_t>(batch * sizes_.N + head) * static_cast<std::uint64_t>(rows);
  return made;
}

void AttentionOp::HeadForward(const Head& head, const AttentionOptions& options, const AttentionOutputs& outputs,
                              Index batch) {
  const auto at = [&](TensorView<float, 4> tensor) { return HeadOf(tensor, batch, head.index); };
  const std::pair<Matrix, Stage> stages[] = {{at(outputs.scores), Stage::kScores},
                                             {at(outputs.scaled), Stage::kScaled},
                                             {at(outputs.squashed), Stage::kSquashed},
                                             {at(outputs.masked), Stage::kMasked}};
  for (const auto& [out, stage] : stages) {
    if (out.data) ScoreStage(Arch{}, head, 0, options, stage, out);
  }
  const Matrix output = at(outputs.output);
  const Matrix wanted = at(outputs.pattern);
  if (!wanted.data && Streams()) return StreamHead(Arch{}, head, options, tile_, output);
  if (!wanted.data && !IsWhole()) return AttendHead(Arch{}, head, options, tile_, output);
  const Matrix pattern = wanted.data ? wanted : whole_;
  ScoreStage(Arch{}, head, 0, options, Stage::kPattern, pattern);
  if (options.over == Over::kQueries) NormalizeColumns(Arch{}, head, options, column_, pattern);
  const bool forward = options.weighting == Weighting::kForward;
  WeightedSum(Arch{}, forward ? ConstMatrix(pattern) : ConstMatrix(Transposed(pattern)), head.values, output);
}

void AttentionOp::Forward(const AttentionInputs& inputs, const AttentionOutputs& outputs) {
  for (Index batch = 0; batch < sizes_.B; ++batch) {
    const AttentionOptions options = BatchOptions(inputs, batch);
    for (Index head = 0; head < sizes_.N; ++head)
      HeadForward(Prepare(inputs, batch, head, false), options, outputs, batch);
  }
}

}  // namespace attenscope
