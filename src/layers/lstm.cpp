// The recurrence of an LSTM layer, over gates that a matrix product has prepared.
#include "layers/lstm.h"

#include <algorithm>

#include "kernels/lstm_cell.h"

namespace attenscope {

namespace {

using Arch = simd::DefaultArch;

}  // namespace

void LstmInputs(const LstmDirection& direction, ConstMatrix x, Matrix gates) {
  Apply(Arch{}, direction.input, x, gates);
}

void LstmSteps(const LstmDirection& direction, bool reverse, Matrix gates, LstmState state, Matrix hidden) {
  const Index S = hidden.shape[0];
  const Index D = hidden.shape[1];
  for (Index step = 0; step < S; ++step) {
    const Index s = reverse ? S - 1 - step : step;
    const Matrix row = gates.Rows(s, 1);
    Apply(Arch{}, direction.recurrent, ConstMatrix(state.hidden, {1, D}), row, row);
    LstmCell(Arch{}, row.data, D, state.cell, state.hidden);
    std::copy_n(state.hidden, D, hidden.Rows(s, 1).data);
  }
}

}  // namespace attenscope
