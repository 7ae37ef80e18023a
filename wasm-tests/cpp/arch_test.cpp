// The build runs the architecture that it was made for: a silent fall back to plain loops would fail here.
#include "simd/arch.h"

#include <doctest/doctest.h>

#include <string>

namespace attenscope {

TEST_CASE("arch: the default architecture is the one this build is meant to have") {
  CHECK(std::string(simd::ArchName<simd::DefaultArch>()) == ATTENSCOPE_EXPECTED_ARCH);
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
