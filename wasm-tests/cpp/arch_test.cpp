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
TEST_CASE("arch: relaxed fma is the relaxed instruction, through xsimd's own call") {
  using Batch = simd::Batch<simd::DefaultArch>;
  volatile float near_one = 1.0f + 0x1p-12f;
  const Batch x{static_cast<float>(near_one)};
  const Batch square = x * x;
  const Batch through_xsimd = xsimd::fma(x, x, -square);
  const Batch instruction = wasm_f32x4_relaxed_madd(x, x, -square);
  // 2⁻²⁴ where the machine fuses, 0 where it does not; in either case the two agree.
  CHECK(through_xsimd.get(0) == instruction.get(0));
}
#endif

}  // namespace attenscope
