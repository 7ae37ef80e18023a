// The matrix kernel, compiled for this build's architecture.
#include "kernels/matmul.h"

namespace attenscope {

template void MatMul(simd::DefaultArch, ConstMatrix, PackedView<const float>, const float*, ConstMatrix, Matrix);

}  // namespace attenscope
