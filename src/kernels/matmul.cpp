// The float32 matrix kernel, compiled for the architecture of this build.
#include "kernels/matmul.h"

namespace attenscope {

template void MatMul(simd::DefaultArch, ConstMatrix, PackedView<const float>, const float*, ConstMatrix, Matrix);

}  // namespace attenscope
