// Tests multi-head attention with separate, shared and chained heads, with masks and with past keys.
#include "attention/multi_head.h"

#include "reference/multi_head.h"
#include "test_helpers.h"

namespace attenscope {

using reference::Doubles;
using reference::MultiHeadCase;
using reference::Table;
using testing::CodeOf;
using testing::Random;
using testing::WithoutAllocating;

namespace {

Table Draw(Random& random, Index rows, Index columns) {
  Table table = reference::Zeros(rows, columns);
  for (double& number : table.data) number = double{random.Signed()};
  return table;
}

/// The optional inputs of a case, besides its projections.
enum class Beside { kNothing, kBiasAndPast, kLengths, kAll };

MultiHeadCase MakeCase(HeadSharing sharing, Activation activation, bool with_output, Beside beside,
                       std::uint32_t seed) {
  Random random(seed);
  MultiHeadCase c;
  const bool chained = sharing == HeadSharing::kChained;
  c.sizes = {.B = 2,
             .T = 3,
             .P = 0,
             .S = 4,
             .C = chained ? 3 : 5,
             .context_width = 6,
             .N = 4,
             .K = 2,
             .H = 4,
             .Hv = 3,
             .output_width = 5};
  if (!with_output) c.sizes.output_width = chained ? 3 : 12;
  c.sharing = sharing;
  c.scale = 0.5;
  c.causal = true;
  c.activation = activation;
  const auto& n = c.sizes;
  const bool shared = sharing == HeadSharing::kShared;
  c.x = Draw(random, n.B * n.T, n.C);
  c.context = Draw(random, n.B * n.S, n.context_width);
  if (beside == Beside::kBiasAndPast || beside == Beside::kAll) {
    c.sizes.P = 2;
    c.sizes.S += 2;
    c.past_key = Draw(random, n.B * n.K * n.P, n.H);
    c.past_value = Draw(random, n.B * n.K * n.P, n.Hv);
    c.bias = Draw(random, n.B * n.N, n.T * n.S).data;
  }
  if (beside == Beside::kLengths || beside == Beside::kAll) c.key_lengths = {static_cast<std::int32_t>(n.S), 2};
  const auto bias = [&](Index size) { return Draw(random, 1, size).data; };
  c.query = Draw(random, (shared ? 1 : n.N) * n.H, n.C);
  c.key = Draw(random, (shared ? 1 : n.K) * n.H, n.context_width);
  c.value = Draw(random, (shared ? 1 : n.K) * n.Hv, n.context_width);
  c.query_bias = bias(c.query.rows);
  c.key_bias = bias(c.key.rows);
  c.value_bias = bias(c.value.rows);
  if (with_output) {
    c.output = Draw(random, n.output_width, chained ? n.Hv : n.N * n.Hv);
    c.output_bias = bias(n.output_width);
  }
  return c;
}

/// Returns the tensors of a case in a fixed order.
std::vector<Doubles*> Tensors(MultiHeadCase& c) {
  return {&c.x.data,        &c.context.data,    &c.query.data, &c.key.data,   &c.value.data,
          &c.output.data,   &c.query_bias,      &c.key_bias,   &c.value_bias, &c.output_bias,
          &c.past_key.data, &c.past_value.data, &c.bias};
}

struct Found {
  std::vector<float> output;
  std::vector<std::vector<float>> gradients;  // in the order of Tensors
};

Found RunCase(const MultiHeadCase& made, const Doubles& grad_output) {
  MultiHeadCase c = made;
  const auto& n = c.sizes;
  std::vector<std::vector<float>> held;
  Found found;
  for (const Doubles* tensor : Tensors(c)) {
    held.emplace_back(tensor->begin(), tensor->end());
    found.gradients.emplace_back(tensor->size(), 0.0f);
  }
  const auto projection = [&](const Table& table, std::size_t weight, std::size_t bias) {
    return Projection{ConstMatrix(table.rows ? held[weight].data() : nullptr, {table.rows, table.columns}), held[bias],
                      c.activation};
  };
  const MultiHeadParameters parameters{projection(c.query, 2, 6), projection(c.key, 3, 7), projection(c.value, 4, 8),
                                       projection(c.output, 5, 9)};
  AttentionOptions options;
  options.scale = static_cast<float>(c.scale);
  options.visible.causal = c.causal;
  MultiHeadOp op(n, c.sharing, options, true);
  MultiHeadInputs in;
  in.parameters = parameters;
  in.x = {held[0].data(), {n.B, n.T, n.C}};
  in.context = {held[1].data(), {n.B, n.S - n.P, n.context_width}};
  if (n.P > 0) in.past_key = {held[10].data(), {n.B, n.K, n.P, n.H}};
  if (n.P > 0) in.past_value = {held[11].data(), {n.B, n.K, n.P, n.Hv}};
  if (!c.bias.empty()) in.bias = {held[12].data(), {n.B, n.N, n.T, n.S}};
  in.key_lengths = c.key_lengths;
  found.output.resize(static_cast<std::size_t>(n.B * n.T * n.output_width));
  MultiHeadOutputs outputs;
  outputs.output = {found.output.data(), {n.B, n.T, n.output_width}};
  WithoutAllocating([&] { op.Forward(in, outputs); });
  MultiHeadGradients gradients;
  gradients.x = {found.gradients[0].data(), in.x.shape};
  gradients.context = {found.gradients[1].data(), in.context.shape};
  if (n.P > 0) gradients.past_key = {found.gradients[10].data(), in.past_key.shape};
  if (n.P > 0) gradients.past_value = {found.gradients[11].data(), in.past_value.shape};
  if (!c.bias.empty()) gradients.bias = {found.gradients[12].data(), in.bias.shape};
  const auto room = [&](const Table& table, std::size_t weight, std::size_t bias) {
    if (!table.rows) return ProjectionGradient{};
    return ProjectionGradient{Matrix(found.gradients[weight].data(), {table.rows, table.columns}),
                              found.gradients[bias].data()};
  };
  gradients.query = room(c.query, 2, 6);
  gradients.key = room(c.key, 3, 7);
  gradients.value = room(c.value, 4, 8);
  gradients.output = room(c.output, 5, 9);
  const std::vector<float> grad(grad_output.begin(), grad_output.end());
  WithoutAllocating([&] { op.Backward(in, {grad.data(), {n.B, n.T, n.output_width}}, gradients); });
  return found;
}

void CheckCase(const MultiHeadCase& c, std::uint32_t seed) {
  Random random(seed);
  const Table expected = reference::MultiHead(c);
  Doubles grad_output(expected.data.size());
  for (double& number : grad_output) number = double{random.Signed()};
  const Found found = RunCase(c, grad_output);
  REQUIRE(found.output.size() == expected.data.size());
  for (std::size_t i = 0; i < expected.data.size(); ++i) CHECK(std::abs(found.output[i] - expected.data[i]) < 2e-5);
  constexpr double kStep = 1e-6;
  MultiHeadCase moved = c;
  const std::vector<Doubles*> tensors = Tensors(moved);
  for (std::size_t which = 0; which < tensors.size(); ++which) {
    Doubles& tensor = *tensors[which];
    const Doubles before = tensor;
    Doubles direction(tensor.size());
    for (double& number : direction) number = double{random.Signed()};
    const auto loss_at = [&](double step) {
      for (std::size_t i = 0; i < tensor.size(); ++i) tensor[i] = before[i] + step * direction[i];
      const Table y = reference::MultiHead(moved);
      double sum = 0.0;
      for (std::size_t i = 0; i < y.data.size(); ++i) sum += y.data[i] * grad_output[i];
      return sum;
    };
    const double difference = (loss_at(kStep) - loss_at(-kStep)) / (2.0 * kStep);
    tensor = before;
    double along = 0.0;
    for (std::size_t i = 0; i < direction.size(); ++i) along += direction[i] * double{found.gradients[which][i]};
    CAPTURE(which);
    CHECK(along == doctest::Approx(difference).epsilon(1e-4).scale(1.0));
  }
}

}  // namespace

TEST_CASE("multi-head: separate, shared and chained heads equal plain loops, and so do their gradients") {
  std::uint32_t seed = 1;
  for (HeadSharing sharing : {HeadSharing::kSeparate, HeadSharing::kShared, HeadSharing::kChained}) {
    for (Activation activation : {Activation::kNone, Activation::kRelu, Activation::kTanh, Activation::kSigmoid}) {
      for (bool with_output : {true, false}) {
        INFO("sharing " << static_cast<int>(sharing) << ", activation " << static_cast<int>(activation) << ", output "
                        << with_output);
        ++seed;
        CheckCase(MakeCase(sharing, activation, with_output, Beside::kNothing, seed), seed);
      }
    }
  }
}

TEST_CASE("multi-head: an additive mask, a past and key lengths, with their gradients") {
  std::uint32_t seed = 50;
  for (HeadSharing sharing : {HeadSharing::kSeparate, HeadSharing::kShared, HeadSharing::kChained}) {
    for (Beside beside : {Beside::kBiasAndPast, Beside::kLengths, Beside::kAll}) {
      INFO("sharing " << static_cast<int>(sharing) << ", beside " << static_cast<int>(beside));
      ++seed;
      CheckCase(MakeCase(sharing, Activation::kTanh, true, beside, seed), seed);
    }
  }
}

TEST_CASE("multi-head: the keys and values of one call are the past of the next, with the same bits") {
  for (HeadSharing sharing : {HeadSharing::kSeparate, HeadSharing::kShared}) {
    const MultiHeadCase c = MakeCase(sharing, Activation::kNone, true, Beside::kNothing, 70);
    const auto floats = [](const Table& table) { return std::vector<float>(table.data.begin(), table.data.end()); };
    const std::vector<float> query = floats(c.query), key = floats(c.key), value = floats(c.value),
                             joined = floats(c.output), x = floats(c.x), context = floats(c.context);
    MultiHeadInputs in;
    const auto projection = [](const std::vector<float>& held, const Table& table) {
      return Projection{ConstMatrix(held.data(), {table.rows, table.columns}), {}, Activation::kNone};
    };
    in.parameters = {projection(query, c.query), projection(key, c.key), projection(value, c.value),
                     projection(joined, c.output)};
    const auto& n = c.sizes;
    // Attends to the first `added` keys of the context, and then to the rest.
    const auto attend = [&](Index past, Index added, std::vector<float>* keys, std::vector<float>* values) {
      MultiHeadSizes sizes = n;
      sizes.P = past;
      sizes.S = past + added;
      in.x = {x.data(), {n.B, n.T, n.C}};
      in.context = TensorView<const float, 3>(context.data() + past * n.context_width, {n.B, added, n.context_width});
      std::vector<float> rows;
      for (Index b = 0; b < n.B; ++b) {
        const float* from = context.data() + (b * n.S + past) * n.context_width;
        rows.insert(rows.end(), from, from + added * n.context_width);
      }
      in.context.data = rows.data();
      in.past_key = in.past_value = {};
      if (past > 0) in.past_key = {keys->data(), {n.B, n.K, past, n.H}};
      if (past > 0) in.past_value = {values->data(), {n.B, n.K, past, n.Hv}};
      std::vector<float> output(static_cast<std::size_t>(n.B * n.T * n.output_width));
      std::vector<float> present_key(static_cast<std::size_t>(n.B * n.K * sizes.S * n.H));
      std::vector<float> present_value(static_cast<std::size_t>(n.B * n.K * sizes.S * n.Hv));
      MultiHeadOutputs out;
      out.output = {output.data(), {n.B, n.T, n.output_width}};
      out.present_key = {present_key.data(), {n.B, n.K, sizes.S, n.H}};
      out.present_value = {present_value.data(), {n.B, n.K, sizes.S, n.Hv}};
      MultiHeadOp(sizes, sharing, AttentionOptions{}, false).Forward(in, out);
      *keys = present_key;
      *values = present_value;
      return output;
    };
    std::vector<float> keys, values, whole_keys, whole_values;
    const std::vector<float> whole = attend(0, n.S, &whole_keys, &whole_values);
    attend(0, 1, &keys, &values);
    const std::vector<float> stepwise = attend(1, n.S - 1, &keys, &values);
    CHECK(stepwise == whole);
    CHECK(keys == whole_keys);
    CHECK(values == whole_values);
  }
}

TEST_CASE("multi-head: invalid sizes and scores throw") {
  const auto refused = [](MultiHeadSizes sizes, HeadSharing sharing, ScoreKind score) {
    AttentionOptions options;
    options.score = score;
    return CodeOf([&] { MultiHeadOp(sizes, sharing, options, false); });
  };
  const MultiHeadSizes good = MakeCase(HeadSharing::kSeparate, Activation::kNone, true, Beside::kNothing, 1).sizes;
  MultiHeadSizes three = good;
  three.N = 3;
  CHECK(refused(three, HeadSharing::kSeparate, ScoreKind::kDot) == ErrorCode::kShape);
  CHECK(refused(good, HeadSharing::kChained, ScoreKind::kDot) == ErrorCode::kShape);
  CHECK(refused(good, HeadSharing::kSeparate, ScoreKind::kAdditive) == ErrorCode::kOption);
}

}  // namespace attenscope
