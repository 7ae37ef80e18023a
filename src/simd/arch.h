// The architecture tags that kernels are compiled for: xsimd's own, and relaxed WebAssembly SIMD, which xsimd lacks.
#pragma once

#include "tensor/tensor.h"

#if ATTENSCOPE_RELAXED_SIMD
// The overload of fma has to be declared before xsimd's generic code that calls it by qualified name.
#include <xsimd/types/xsimd_batch_fwd.hpp>
#include <xsimd/types/xsimd_wasm_register.hpp>

namespace attenscope::simd {

/// WebAssembly SIMD with the relaxed instructions. Whether a multiply-add rounds once or twice is the machine's choice,
/// so results may differ in the last bits from one machine to the next, never on one machine.
struct RelaxedWasm : xsimd::wasm {
  static constexpr char const* name() noexcept { return "relaxed-wasm"; }
};

}  // namespace attenscope::simd

namespace xsimd {
namespace types {
XSIMD_DECLARE_SIMD_REGISTER_ALIAS(::attenscope::simd::RelaxedWasm, ::xsimd::wasm);
}
namespace kernel {
template <class A>
batch<float, A> fma(batch<float, A> const& x, batch<float, A> const& y, batch<float, A> const& z,
                    requires_arch<::attenscope::simd::RelaxedWasm>) noexcept;
}
}  // namespace xsimd
#endif

#include <xsimd/xsimd.hpp>

#if ATTENSCOPE_RELAXED_SIMD
template <class A>
XSIMD_INLINE xsimd::batch<float, A> xsimd::kernel::fma(batch<float, A> const& x, batch<float, A> const& y,
                                                       batch<float, A> const& z,
                                                       requires_arch<::attenscope::simd::RelaxedWasm>) noexcept {
  return wasm_f32x4_relaxed_madd(x, y, z);
}
#endif

namespace attenscope::simd {

#if ATTENSCOPE_RELAXED_SIMD
using DefaultArch = RelaxedWasm;
#else
using DefaultArch = xsimd::default_arch;
#endif

template <class Arch>
using Batch = xsimd::batch<float, Arch>;

/// Floats in one register.
template <class Arch>
inline constexpr Index kLanes = static_cast<Index>(Batch<Arch>::size);

/// The name of an architecture, as `model.info` gives it in WebAssembly: 'wasm' or 'relaxed-wasm'. Native builds have
/// xsimd's own names, such as 'fma3+avx2'.
template <class Arch>
constexpr const char* ArchName() {
  return Arch::name();
}

}  // namespace attenscope::simd
