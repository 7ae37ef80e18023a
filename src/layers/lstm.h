// Long short-term memory: layers over a sequence, in either direction or both.
//
// S is the sequence's length, D the width of one direction, M that of a layer's output: D, or 2D with both directions.
#pragma once

#include <vector>

#include "layers/linear.h"

namespace attenscope {

/// One direction of one layer, as PyTorch's nn.LSTM has it: the gates i, f, g, o one below another.
struct LstmDirection {
  Linear input;      // (4D, in)
  Linear recurrent;  // (4D, D)
};

struct LstmLayer {
  LstmDirection forward;
  LstmDirection backward;  // of no size where there is one direction
};

/// h and c of one direction (D).
struct LstmState {
  float* hidden;
  float* cell;
};

/// The part of all gates that comes from the inputs, one matrix product for all steps: gates (S, 4D) from x (S, in).
void LstmInputs(const LstmDirection& direction, ConstMatrix x, Matrix gates);

/// Steps through `gates` (S, 4D) in time's order, or against it if `reverse`: adds what comes from the state, which
/// costs S products of one row, and writes each step's h to its row of `hidden` (S, D). `state` is where it begins and
/// then where it ended; `gates` is overwritten.
///
/// A sequence may be cut into parts: the state carries on from one to the next.
void LstmSteps(const LstmDirection& direction, bool reverse, Matrix gates, LstmState state, Matrix hidden);

}  // namespace attenscope
