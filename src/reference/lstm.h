// The LSTM with Eigen in float64, step by step. Only tests link it.
#pragma once

#include <Eigen/Dense>

namespace attenscope::reference {

using Eigen::MatrixXd;
using Eigen::RowVectorXd;

/// Parameters of one direction of one layer, as in PyTorch.
struct LstmParameters {
  MatrixXd input;              // (4D, in)
  MatrixXd recurrent;          // (4D, D)
  RowVectorXd input_bias;      // (4D)
  RowVectorXd recurrent_bias;  // (4D)
};

/// The state of one direction.
struct LstmState {
  RowVectorXd hidden;  // (D)
  RowVectorXd cell;    // (D)
};

/// Returns a state of zeros.
inline LstmState LstmZeros(Eigen::Index D) { return {RowVectorXd::Zero(D), RowVectorXd::Zero(D)}; }

inline Eigen::ArrayXXd Sigmoid(const Eigen::ArrayXXd& x) { return 1.0 / (1.0 + (-x).exp()); }

/// Returns (h, c) after reading x (in) in state (h, c).
inline LstmState LstmStep(const LstmParameters& parameters, const RowVectorXd& x, const LstmState& state) {
  const Eigen::Index D = state.cell.size();
  const RowVectorXd gates = x * parameters.input.transpose() + parameters.input_bias +
                            state.hidden * parameters.recurrent.transpose() + parameters.recurrent_bias;
  const Eigen::ArrayXXd i = Sigmoid(gates.segment(0, D).array());
  const Eigen::ArrayXXd f = Sigmoid(gates.segment(D, D).array());
  const Eigen::ArrayXXd g = gates.segment(2 * D, D).array().tanh();
  const Eigen::ArrayXXd o = Sigmoid(gates.segment(3 * D, D).array());
  const Eigen::ArrayXXd cell = f * state.cell.array() + i * g;
  return {(o * cell.tanh()).matrix(), cell.matrix()};
}

/// Returns h of every step (S, D) for x (S, in). `state` is the initial state, zeros if empty, and receives the final
/// state.
inline MatrixXd Lstm(const LstmParameters& parameters, const MatrixXd& x, bool reverse, LstmState& state) {
  MatrixXd hidden(x.rows(), state.hidden.size());
  for (Eigen::Index step = 0; step < x.rows(); ++step) {
    const Eigen::Index s = reverse ? x.rows() - 1 - step : step;
    state = LstmStep(parameters, x.row(s), state);
    hidden.row(s) = state.hidden;
  }
  return hidden;
}

}  // namespace attenscope::reference
