// Dot products of 8-bit weights with 7-bit activations: one step of the int8 matrix kernel, for every architecture.
//
// A step multiplies `kColumns` columns of a panel's rows with the activations of one row, and adds to two registers of
// int32 sums. All variants compute the same integers. Weights are −128 … 127. Activations are −63 … 63 and are stored
// with `kOffset` added. The relaxed instructions do not define their result for an activation above 127 or for a sum
// beyond 16 bits; with these ranges neither occurs.
#pragma once

#include <cstdint>

#include "simd/arch.h"

namespace attenscope::simd {

/// For any architecture of xsimd: one column per step, in 32 bits.
///
/// Each variant has the same members: Start sets the initial sums of a block, Load reads the weights of a step,
/// Broadcast reads the activations of a step, Add adds their products to a register of sums, and ToFloat converts sums.
template <class Arch>
struct PlainDot {
  using Sums = xsimd::batch<std::int32_t, Arch>;
  using Weights = Sums;
  using Activation = std::int8_t;
  static constexpr Index kColumns = 1;
  static constexpr int kOffset = 0;

  static void Start(const std::int8_t*, Sums sums[2]) { sums[0] = sums[1] = Sums(0); }
  static void Load(const std::int8_t* step, Weights weights[2]) {
    for (int half = 0; half < 2; ++half) {
      alignas(Sums) std::int32_t wide[Sums::size];
      for (std::size_t i = 0; i < Sums::size; ++i) {
        // A weight is a signed number, not a character. NOLINTNEXTLINE(bugprone-signed-char-misuse)
        wide[i] = step[static_cast<std::size_t>(half) * Sums::size + i];
      }
      weights[half] = Sums::load_aligned(wide);
    }
  }
  static Weights Broadcast(const Activation* x) { return Weights(std::int32_t{*x}); }
  static Sums Add(Sums sums, Weights weights, Weights x) { return sums + weights * x; }
  static Batch<Arch> ToFloat(Sums sums) { return xsimd::to_float(sums); }
};

#if defined(__wasm__)

/// Base SIMD: two columns per step, weights and activations widened to 16 bits.
struct WasmDot {
  using Sums = v128_t;
  using Weights = v128_t;
  using Activation = std::int16_t;
  static constexpr Index kColumns = 2;
  static constexpr int kOffset = 0;

  static void Start(const std::int8_t*, Sums sums[2]) { sums[0] = sums[1] = wasm_i32x4_const_splat(0); }
  static void Load(const std::int8_t* step, Weights weights[2]) {
    const v128_t bytes = wasm_v128_load(step);
    weights[0] = wasm_i16x8_extend_low_i8x16(bytes);
    weights[1] = wasm_i16x8_extend_high_i8x16(bytes);
  }
  static v128_t Broadcast(const Activation* x) { return wasm_v128_load32_splat(x); }
  static Sums Add(Sums sums, Weights weights, v128_t x) {
    return wasm_i32x4_add(sums, wasm_i32x4_dot_i16x8(weights, x));
  }
  static Batch<DefaultArch> ToFloat(Sums sums) { return wasm_f32x4_convert_i32x4(sums); }
};

#if ATTENSCOPE_RELAXED_SIMD

/// Four columns per step with one instruction. CPUs with AVX-VNNI and ARM CPUs execute it as a single instruction, too.
struct RelaxedDot {
  using Sums = v128_t;
  using Weights = v128_t;
  using Activation = std::uint8_t;
  static constexpr Index kColumns = 4;
  /// Stored activations are 1 … 127, so that the number is the same whether the machine reads the operand as signed or
  /// unsigned.
  static constexpr int kOffset = 64;

  /// Subtracts the contribution of the offset in advance.
  static void Start(const std::int8_t* corrections, Sums sums[2]) {
    for (int half = 0; half < 2; ++half) sums[half] = wasm_i32x4_shl(wasm_i32x4_load16x4(corrections + 8 * half), 6);
  }
  static void Load(const std::int8_t* step, Weights weights[2]) {
    weights[0] = wasm_v128_load(step);
    weights[1] = wasm_v128_load(step + 16);
  }
  static v128_t Broadcast(const Activation* x) { return wasm_v128_load32_splat(x); }
  static Sums Add(Sums sums, Weights weights, v128_t x) {
    return wasm_i32x4_relaxed_dot_i8x16_i7x16_add(weights, x, sums);
  }
  static Batch<DefaultArch> ToFloat(Sums sums) { return wasm_f32x4_convert_i32x4(sums); }
};

/// The step of RelaxedDot in two instructions, through sums of pairs in 16 bits (at most 2 · 128 · 127). This is faster
/// on x86 without AVX-VNNI, where the single instruction is translated into these two and a constant.
struct RelaxedPairDot : RelaxedDot {
  /// Loaded from memory, because V8 would build the constant again at each use.
  v128_t ones = wasm_i16x8_splat(kOne);

  /// Adds the products of one step to `sums`.
  Sums Add(Sums sums, Weights weights, v128_t x) const {
    return wasm_i32x4_add(sums, wasm_i32x4_dot_i16x8(wasm_i16x8_relaxed_dot_i8x16_i7x16(weights, x), ones));
  }

 private:
  static inline volatile std::int16_t kOne = 1;
};

/// Tells whether this machine executes RelaxedDot as one instruction. The test multiplies an activation that is out of
/// range: only x86 without AVX-VNNI saturates the sums of pairs at 32,767.
inline bool HasSingleDot() {
  // Volatile, so that the compiler cannot compute the result in place of the machine.
  volatile std::int8_t weight = 127;
  volatile std::uint8_t activation = 255;
  const v128_t sums = wasm_i32x4_relaxed_dot_i8x16_i7x16_add(wasm_i8x16_splat(weight), wasm_u8x16_splat(activation),
                                                             wasm_i32x4_const_splat(0));
  return wasm_i32x4_extract_lane(sums, 0) != 2 * 32767;
}

using DefaultDot = RelaxedDot;
#else
using DefaultDot = WasmDot;
#endif

#else
using DefaultDot = PlainDot<DefaultArch>;
#endif

}  // namespace attenscope::simd
