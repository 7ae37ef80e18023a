// Checks that the build runs the architecture that it was made for. A build that silently uses another architecture
// fails here.
#include "simd/arch.h"

#include <doctest/doctest.h>

#include <string>

namespace attenscope {

namespace {

#if !defined(__wasm__)
/// Returns the name of the widest architecture that this processor has. The list of xsimd begins with the widest
/// architecture.
template <class First, class... Others>
std::string WidestOf(xsimd::arch_list<First, Others...>) {
  if (xsimd::available_architectures().has(First{})) return First::name();
  if constexpr (sizeof...(Others) > 0) {
    return WidestOf(xsimd::arch_list<Others...>{});
  } else {
    return "none";
  }
}
#endif

/// Returns the name of the architecture that the build promises. A build for its own machine promises the widest
/// architecture of the processor.
std::string ExpectedArch() {
  const std::string expected = ATTENSCOPE_EXPECTED_ARCH;
#if !defined(__wasm__)
  if (expected == "native") return WidestOf(xsimd::all_architectures{});
#endif
  return expected;
}

}  // namespace

TEST_CASE("arch: the default architecture is the one this build is meant to have") {
  MESSAGE("kernels run on " << simd::ArchName<simd::DefaultArch>());
  CHECK(simd::ArchName<simd::DefaultArch>() == ExpectedArch());
  CHECK(simd::kLanes<simd::DefaultArch> >= 4);
}

#if ATTENSCOPE_RELAXED_SIMD
TEST_CASE("arch: xsimd's call of fma runs the relaxed instruction") {
  using Batch = simd::Batch<simd::DefaultArch>;
  volatile float near_one = 1.0f + 0x1p-12f;
  const Batch x{static_cast<float>(near_one)};
  const Batch square = x * x;
  const Batch through_xsimd = xsimd::fma(x, x, -square);
  const Batch instruction = wasm_f32x4_relaxed_madd(x, x, -square);
  // 2⁻²⁴ if the machine fuses the multiply-add, 0 if not. Both calls must agree.
  CHECK(through_xsimd.get(0) == instruction.get(0));
}
#endif

}  // namespace attenscope
