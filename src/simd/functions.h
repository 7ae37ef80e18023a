// e^x, tanh x and erf x on whole registers. They are shorter than xsimd's versions, which compute every branch, and
// accurate to float32.
#pragma once

#include <cstdint>

#include "simd/arch.h"

namespace attenscope::simd {

namespace functions_internal {

/// Returns `table`, but hides its contents from the compiler. Loading a number from memory into a register takes one
/// instruction. A constant in WebAssembly code takes up to five instructions, in each iteration of a loop.
inline const float* InMemory(const float* table) {
  asm("" : "+r"(table));
  return table;
}

/// Evaluates the polynomial Σ terms[i] x^i, i < N.
template <int N, class Arch>
inline Batch<Arch> Polynomial(const float* terms, Batch<Arch> x) {
  Batch<Arch> sum(terms[N - 1]);
  for (int i = N - 1; i-- > 0;) sum = xsimd::fma(sum, x, Batch<Arch>(terms[i]));
  return sum;
}

/// An odd function as x P(x²) / Q(x²). Beyond ±bound the function equals ±1 in float32.
template <int N>
struct OddRational {
  float table[N + 7];  // the N terms of P, the five terms of Q, the bound and the number 1

  template <class Arch>
  Batch<Arch> operator()(Batch<Arch> x) const {
    const float* terms = InMemory(table);
    const Batch<Arch> square = x * x;
    const Batch<Arch> inside = x * Polynomial<N>(terms, square) / Polynomial<5>(terms + N, square);
    const Batch<Arch> bound(terms[N + 5]), one(terms[N + 6]);
    return xsimd::select(xsimd::abs(x) > bound, xsimd::copysign(one, x), inside);
  }
};

// Minimax fits of tanh x / x and erf x / x.
inline constexpr OddRational<5> kTanh = {{
    1.0f, 0.13450618f, 0.0035789884f, 2.2023174e-5f, 1.5427846e-8f,  // P
    1.0f, 0.46783945f, 0.026192226f, 3.4236442e-4f, 8.5987347e-7f,   // Q
    7.9f, 1.0f                                                       //
}};
inline constexpr OddRational<7> kErf = {{
    1.1283791f, 0.18974142f, 0.049249846f, 0.0032998922f, 1.3491555e-4f, -1.9990373e-6f, 2.1402796e-8f,  // P
    1.0f, 0.50148612f, 0.11081505f, 0.013509924f, 8.6736935e-4f,                                         // Q
    3.8f, 1.0f                                                                                           //
}};

}  // namespace functions_internal

/// Returns e^x to 2 units in the last place. Returns 0 below −87.7, where float32 keeps only a few bits, ∞ above 88.4,
/// and NaN for NaN.
///
/// x = n ln 2 + r with |r| ≤ ln 2 / 2, and 2^n is built from its bits. The polynomial is a minimax fit of (e^r − 1 − r)
/// / r²; its error relative to e^r is 3e-9.
template <class Arch>
inline Batch<Arch> Exp(Batch<Arch> x) {
  static constexpr float kTable[] = {0.49999994f, 0.1666652f, 0.041668393f, 0.008368781f, 0.0013814467f,
                                     // The limits that x is clamped to, and 1 / ln 2.
                                     -88.0f, 88.8f, 1.44269504f,
                                     // Adding this number to a small number leaves the nearest integer in the lowest
                                     // bits.
                                     12582912.0f,
                                     // −ln 2 in two parts. The first part has so few digits that its product with n is
                                     // exact.
                                     -0.693359375f, 2.12194440e-4f, 1.0f};
  const float* table = functions_internal::InMemory(kTable);
  const Batch<Arch> round(table[8]), one(table[11]);
  // In this order of operands NaN stays NaN.
  const Batch<Arch> held = xsimd::max(xsimd::min(x, Batch<Arch>(table[6])), Batch<Arch>(table[5]));
  const Batch<Arch> rounded = xsimd::fma(held, Batch<Arch>(table[7]), round);
  const Batch<Arch> n = rounded - round;
  const Batch<Arch> r = xsimd::fma(n, Batch<Arch>(table[10]), xsimd::fma(n, Batch<Arch>(table[9]), held));
  const Batch<Arch> power = xsimd::fma(functions_internal::Polynomial<5>(table, r), r * r, r) + one;
  // The bits of 1 are those of 2^0.
  const auto bits = (xsimd::bitwise_cast<std::int32_t>(rounded) << 23) + xsimd::bitwise_cast<std::int32_t>(one);
  return power * xsimd::bitwise_cast<float>(bits);
}

/// Returns tanh x with an error of at most 3e-7 and a result within ±1. Returns NaN for NaN.
template <class Arch>
inline Batch<Arch> Tanh(Batch<Arch> x) {
  return functions_internal::kTanh(x);
}

/// Returns erf x with an error of at most 4e-7. Returns NaN for NaN.
template <class Arch>
inline Batch<Arch> Erf(Batch<Arch> x) {
  return functions_internal::kErf(x);
}

}  // namespace attenscope::simd
