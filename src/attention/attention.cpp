// Compiles the templates of attention once. Without this file the compiler would inline them at each call, and the
// copies would make up much of the WebAssembly module.
#include "attention/attention.h"

#include "attention/streaming.h"  // IWYU pragma: keep: the definition of StreamHead

namespace attenscope {

template void Advance(simd::DefaultArch, const Head&, Index, const AttentionOptions&, Stage, Stage, Matrix);
template void ScoreStage(simd::DefaultArch, const Head&, Index, const AttentionOptions&, Stage, Matrix);
template void NormalizeColumns(simd::DefaultArch, const Head&, const AttentionOptions&, float*, Matrix);
template void WeightedSum(simd::DefaultArch, ConstMatrix, PackedView<const float>, Matrix);
template void AttendHead(simd::DefaultArch, const Head&, const AttentionOptions&, float*, Matrix);
template void StreamHead(simd::DefaultArch, const Head&, const AttentionOptions&, float*, Matrix);

}  // namespace attenscope
