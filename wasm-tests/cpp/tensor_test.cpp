// Tests views of tensors: sub-tensors, rows and columns, and views without elements.
#include "tensor/tensor.h"

#include <doctest/doctest.h>

#include "kernels/matmul.h"
#include "kernels/packed_int8.h"
#include "test_helpers.h"

namespace attenscope {

using testing::Random;

TEST_CASE("tensor view: rows, columns and sub-tensors begin at their first element") {
  std::vector<float> numbers(2 * 3 * 4);
  const TensorView<float, 3> tensor(numbers.data(), {2, 3, 4});
  CHECK(tensor[1].data == &tensor(1, 0, 0));
  CHECK(tensor[1].Rows(2, 1).data == &tensor(1, 2, 0));
  CHECK(tensor[1].Columns(3, 1).data == &tensor(1, 0, 3));
  CHECK(Transposed(tensor[1]).Rows(3, 1).data == &tensor(1, 0, 3));
}

TEST_CASE("tensor view: a view without elements keeps its pointer, null or not") {
  float end = 0.0f;
  for (float* data : {static_cast<float*>(nullptr), &end}) {
    const Matrix no_rows(data, {0, 64});
    CHECK(no_rows.empty());
    CHECK(no_rows.Columns(32, 32).data == data);
    CHECK(Transposed(no_rows).Rows(32, 32).data == data);
    const TensorView<float, 3> no_columns(data, {4, 0, 8}, {64, 8, 1});
    CHECK(no_columns[3].data == data);
    CHECK(no_columns.Rows(2, 1).data == data);
    // An empty part of a view with elements stays inside the view, too.
    CHECK(Matrix(data, {1, 1}, {1, 1}).Rows(1, 0).data == data);
  }
}

TEST_CASE("packed views: a view without elements keeps its pointer") {
  const PackedView<float> no_columns = MakePacked(nullptr, 64, 0, 8);
  CHECK(no_columns.Rows(32, 32).data == nullptr);
  const PackedView<float> no_rows = MakePacked(nullptr, 0, 64, 8);
  CHECK(no_rows.Columns(32, 32).data == nullptr);
  const Int8View no_weights{nullptr, nullptr, 0, 64};
  using Layout = Int8Matrix::Layout;
  CHECK(no_weights.Rows<Layout>(Layout::kRows, Layout::kRows).data == nullptr);
}

TEST_CASE("matmul: transposes of empty matrices give products over nothing, the bias alone") {
  using Arch = simd::DefaultArch;
  // Several panels and several tiles, so that an offset into the null matrices would not be 0.
  constexpr Index kRows = 3 * kPanelRows<Arch>;
  constexpr Index kColumns = 2 * kPanelRows<Arch>;
  const ConstMatrix x = Transposed(Matrix(nullptr, {0, kRows}));
  const ConstMatrix w = Transposed(Matrix(nullptr, {0, kColumns}));
  std::vector<float> scratch(1);
  const PackedView<float> packed = MakePacked(scratch.data(), kColumns, 0, kPanelRows<Arch>);
  Pack(w, packed);
  std::vector<float> bias = Random(1).Vector(kColumns);
  std::vector<float> y(static_cast<std::size_t>(kRows * kColumns));
  MatMul(Arch{}, x, PackedView<const float>(packed), bias.data(), ConstMatrix{}, Matrix(y.data(), {kRows, kColumns}));
  for (Index t = 0; t < kRows; ++t) {
    for (Index r = 0; r < kColumns; ++r)
      REQUIRE(y[static_cast<std::size_t>(t * kColumns + r)] == bias[static_cast<std::size_t>(r)]);
  }
}

}  // namespace attenscope
