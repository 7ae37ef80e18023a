// Compares concatenation, sum and gate, and their gradients, with the formulas in float64.
#include "attention/combine.h"

#include "reference/multi_head.h"
#include "test_helpers.h"

namespace attenscope {

using reference::Doubles;
using reference::Table;
using testing::CodeOf;
using testing::Random;
using testing::WithoutAllocating;

namespace {

struct Case {
  Combination how;
  Activation activation;
  Table state, context, weight;
  Doubles bias;
};

Table Draw(Random& random, Index rows, Index columns) {
  Table table = reference::Zeros(rows, columns);
  for (double& number : table.data) number = double{random.Signed()};
  return table;
}

Table Expected(const Case& c) {
  const Index rows = c.state.rows;
  Table joined = reference::Zeros(rows, c.state.columns + c.context.columns);
  for (Index r = 0; r < rows; ++r) {
    for (Index i = 0; i < c.state.columns; ++i) joined(r, i) = c.state(r, i);
    for (Index i = 0; i < c.context.columns; ++i) joined(r, c.state.columns + i) = c.context(r, i);
  }
  if (c.how == Combination::kConcat) {
    return c.weight.rows ? reference::Project(joined, c.weight, c.bias, c.activation, 0, c.weight.rows) : joined;
  }
  Table result = c.state;
  const Table gate = c.how == Combination::kGate
                         ? reference::Project(joined, c.weight, c.bias, Activation::kSigmoid, 0, c.weight.rows)
                         : c.state;
  for (Index r = 0; r < rows; ++r) {
    for (Index i = 0; i < c.state.columns; ++i) {
      result(r, i) = c.how == Combination::kSum ? c.state(r, i) + c.context(r, i)
                                                : gate(r, i) * c.state(r, i) + (1.0 - gate(r, i)) * c.context(r, i);
    }
  }
  return result;
}

std::vector<Doubles*> Tensors(Case& c) { return {&c.state.data, &c.context.data, &c.weight.data, &c.bias}; }

void CheckCase(Case c, std::uint32_t seed) {
  Random random(seed);
  const Table expected = Expected(c);
  std::vector<std::vector<float>> held, found;
  for (const Doubles* tensor : Tensors(c)) {
    held.emplace_back(tensor->begin(), tensor->end());
    found.emplace_back(tensor->size(), 0.0f);
  }
  const ConstMatrix state(held[0].data(), {c.state.rows, c.state.columns});
  const ConstMatrix context(held[1].data(), {c.context.rows, c.context.columns});
  const Projection projection{ConstMatrix(c.weight.rows ? held[2].data() : nullptr, {c.weight.rows, c.weight.columns}),
                              held[3], c.activation};
  CombineOp op(c.how, c.state.rows, c.state.columns, c.context.columns, expected.columns);
  std::vector<float> output(expected.data.size());
  const Matrix y(output.data(), {expected.rows, expected.columns});
  WithoutAllocating([&] { op.Forward(state, context, projection, y); });
  for (std::size_t i = 0; i < output.size(); ++i) CHECK(std::abs(output[i] - expected.data[i]) < 1e-5);

  Doubles grad(expected.data.size());
  for (double& number : grad) number = double{random.Signed()};
  const std::vector<float> grad_output(grad.begin(), grad.end());
  ProjectionGradient gradient;
  if (c.weight.rows) gradient = {Matrix(found[2].data(), {c.weight.rows, c.weight.columns}), found[3].data()};
  WithoutAllocating([&] {
    op.Backward(state, context, projection, ConstMatrix(grad_output.data(), {expected.rows, expected.columns}),
                Matrix(found[0].data(), state.shape), Matrix(found[1].data(), context.shape), gradient);
  });
  Case moved = c;
  const std::vector<Doubles*> tensors = Tensors(moved);
  for (std::size_t which = 0; which < tensors.size(); ++which) {
    Doubles& tensor = *tensors[which];
    for (std::size_t i = 0; i < tensor.size(); ++i) {
      const double before = tensor[i];
      const auto loss_at = [&](double value) {
        tensor[i] = value;
        const Table y = Expected(moved);
        double sum = 0.0;
        for (std::size_t j = 0; j < y.data.size(); ++j) sum += y.data[j] * grad[j];
        return sum;
      };
      const double difference = (loss_at(before + 1e-6) - loss_at(before - 1e-6)) / 2e-6;
      tensor[i] = before;
      CHECK(double{found[which][i]} == doctest::Approx(difference).epsilon(1e-4).scale(1.0));
    }
  }
}

}  // namespace

TEST_CASE("combine: concatenation, sum and gate equal their formulas, and so do their gradients") {
  Random random(3);
  const Index M = 3, Cs = 4;
  CheckCase({Combination::kSum, Activation::kNone, Draw(random, M, Cs), Draw(random, M, Cs), {}, {}}, 1);
  CheckCase({Combination::kConcat, Activation::kNone, Draw(random, M, Cs), Draw(random, M, 2), {}, {}}, 2);
  CheckCase({Combination::kConcat, Activation::kTanh, Draw(random, M, Cs), Draw(random, M, 2), Draw(random, 5, 6),
             Draw(random, 1, 5).data},
            3);
  CheckCase({Combination::kConcat, Activation::kRelu, Draw(random, M, Cs), Draw(random, M, 2), Draw(random, 5, 6), {}},
            4);
  CheckCase({Combination::kGate, Activation::kNone, Draw(random, M, Cs), Draw(random, M, Cs), Draw(random, 4, 8),
             Draw(random, 1, 4).data},
            5);
}

TEST_CASE("combine: widths that disagree throw") {
  CHECK(CodeOf([] { CombineOp(Combination::kSum, 1, 3, 4, 3); }) == ErrorCode::kShape);
  CHECK(CodeOf([] { CombineOp(Combination::kGate, 1, 3, 3, 4); }) == ErrorCode::kShape);
  const std::vector<float> x(6, 1.0f);
  std::vector<float> y(7);
  const ConstMatrix state(x.data(), {1, 3});
  CHECK(CodeOf([&] {
          CombineOp(Combination::kGate, 1, 3, 3, 3).Forward(state, state, {}, Matrix(y.data(), {1, 3}));
        }) == ErrorCode::kOption);
  CHECK(CodeOf([&] {
          CombineOp(Combination::kConcat, 1, 3, 3, 7).Forward(state, state, {}, Matrix(y.data(), {1, 7}));
        }) == ErrorCode::kShape);
  const Projection narrow{ConstMatrix(x.data(), {2, 3}), {}, Activation::kNone};
  CHECK(CodeOf([&] {
          CombineOp(Combination::kConcat, 1, 3, 3, 2).Forward(state, state, narrow, Matrix(y.data(), {1, 2}));
        }) == ErrorCode::kShape);
}

}  // namespace attenscope
