// The decoder of a recurrent translator as a step: additive attention and an LSTM, token by token (Bahdanau et al.
// 2015).
#pragma once

#include "train/steps/lstm_step.h"

namespace attenscope {

/// The operands of a decoder. A decoder with a fixed context has `context` in place of `keys`, `states` and the
/// parameters of the attention.
struct DecoderOperands {
  Index B, T, S;
  const Value* embedded;           // (B·T, E)
  const Value* hidden;             // (B, G): the state before the first token
  const Value* cell;               // (B, G)
  LstmParameters lstm;             // of the input ⟨embedding; context⟩
  const Value* output;             // (B·T, G + M): ⟨hidden; context⟩
  const Value* context = nullptr;  // (B, M)
  const Value* keys = nullptr;     // (B·S, A): W_k h + b
  const Value* states = nullptr;   // (B·S, M)
  Parameter* query = nullptr;      // W_q (A, G)
  Parameter* score = nullptr;      // v (1, A)
};

/// Computes for each token: context = Σ_s α_s h_s with α = softmax_s(v · tanh(W_q s₋ + k_s)), then the LSTM.
class DecoderStep : public Step {
 public:
  explicit DecoderStep(const DecoderOperands& operands) : operands_(operands) {}
  void Layout(Arena& arena) override;
  std::uint64_t Scratch() const override;
  void Forward(float* scratch) override;
  void Backward(float* scratch) override;

 private:
  bool attends() const { return operands_.keys != nullptr; }
  Index E() const { return operands_.embedded->matrix.shape[1]; }
  Index G() const { return operands_.hidden->matrix.shape[1]; }
  Index M() const { return operands_.output->matrix.shape[1] - G(); }
  Index A() const { return operands_.keys->matrix.shape[1]; }
  /// Returns the rows (B, columns) of token t in a matrix (B·T, columns).
  template <class Element>
  TensorView<Element, 2> At(TensorView<Element, 2> matrix, Index t) const {
    return {matrix.data + t * matrix.stride[0], {operands_.B, matrix.shape[1]}, {operands_.T * matrix.stride[0], 1}};
  }
  void AttendBackward(Index t, ConstMatrix grad_context, Matrix grad_hidden);

  DecoderOperands operands_;
  Matrix inputs_;                                  // (B·T, E + M)
  Matrix previous_;                                // (B·T, G): the hidden state before each token
  Matrix gates_;                                   // (B·T, 4G): activated gates, then their gradient
  Matrix cells_;                                   // (B·T, G)
  Matrix queries_;                                 // (B·T, A): W_q s₋
  Matrix weights_;                                 // (B·T, S)
  Matrix grad_hidden_, grad_cell_, grad_queries_;  // (B, G), (B, G), (B·T, A)
  Matrix grad_inputs_;                             // (B, E + M)
  float* inside_ = nullptr;                        // (A)
  float* grad_scores_ = nullptr;                   // (S)
};

}  // namespace attenscope
