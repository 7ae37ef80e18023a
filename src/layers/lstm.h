// Long short-term memory (LSTM): layers over a sequence, in one direction or in both.
//
// S is the length of the sequence, D the width of one direction, and M the width of a layer's output: D, or 2D with
// both directions.
#pragma once

#include <vector>

#include "layers/linear.h"

namespace attenscope {

/// Parameters of one direction of one layer, in the order of PyTorch's nn.LSTM: the rows of the gates i, f, g and o,
/// one gate below the other.
struct LstmDirection {
  Linear input;      // (4D, in)
  Linear recurrent;  // (4D, D)
};

/// Parameters of one layer.
struct LstmLayer {
  LstmDirection forward;
  LstmDirection backward;  // of size 0 when the layer has one direction
};

/// The state of one direction: h and c, (D) each.
struct LstmState {
  float* hidden;
  float* cell;
};

/// Computes the part of all gates that comes from the inputs, with one matrix product for all steps: gates (S, 4D) from
/// x (S, in).
void LstmInputs(const LstmDirection& direction, ConstMatrix x, Matrix gates);

/// Computes the steps of one direction over `gates` (S, 4D), from the first token to the last, or from the last to the
/// first if `reverse`. Each step adds the part of the gates that comes from the state, a matrix product with one row,
/// and writes h to its row of `hidden` (S, D). `state` is read as the initial state and receives the final state.
/// `gates` is overwritten.
///
/// A sequence may be computed in several calls: the state carries over from one call to the next.
void LstmSteps(const LstmDirection& direction, bool reverse, Matrix gates, LstmState state, Matrix hidden);

}  // namespace attenscope
