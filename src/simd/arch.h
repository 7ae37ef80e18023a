// The architecture tags that kernels are compiled for: the tags of xsimd, and one for relaxed WebAssembly SIMD, which
// xsimd does not have.
#pragma once

#include "tensor/tensor.h"

#if ATTENSCOPE_RELAXED_SIMD
// This overload of fma must be declared before xsimd's generic code, which calls fma by its qualified name.
#include <xsimd/types/xsimd_batch_fwd.hpp>
#include <xsimd/types/xsimd_wasm_register.hpp>

namespace attenscope::simd {

/// WebAssembly SIMD with the relaxed instructions. The machine decides whether a multiply-add rounds once or twice.
/// Results may therefore differ in the last bits between machines, but not on one machine.
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

/// The architecture that this build compiles its kernels for.
#if ATTENSCOPE_RELAXED_SIMD
using DefaultArch = RelaxedWasm;
#else
using DefaultArch = xsimd::default_arch;
#endif

/// One register of floats.
template <class Arch>
using Batch = xsimd::batch<float, Arch>;

/// The number of floats in one register.
template <class Arch>
inline constexpr Index kLanes = static_cast<Index>(Batch<Arch>::size);

/// Returns the name of an architecture, as `model.info` gives it in WebAssembly: 'wasm' or 'relaxed-wasm'. Native
/// builds have the names of xsimd, such as 'fma3+avx2'.
template <class Arch>
constexpr const char* ArchName() {
  return Arch::name();
}

}  // namespace attenscope::simd
