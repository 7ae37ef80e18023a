// Downsamples patterns, one tile of queries at a time, so that the whole pattern of a head is never in memory.
#include "insight/picture.h"

#include "attention/attention.h"

namespace attenscope {

TraceTensor ComputePicture(Run& run, const std::string& name, std::array<Index, 3> pattern, Index head,
                           Index first_query, Index queries) {
  const auto [N, T, S] = pattern;
  const std::string of = name.substr(0, name.rfind('.')) + ".pattern";
  const auto reduce = [&, T = T, S = S](Index n, Matrix cells) {
    const Picture picture{cells, PictureBlock(T, S)};
    // A learned query has one row for any requested range of queries.
    for (Index t = 0; t < T; t += kQueryTile) {
      const TraceTensor tile = run.ComputeTrace(of, n, first_query + t, std::min(kQueryTile, queries - t));
      AddToPicture(simd::DefaultArch{}, {tile.data.data(), {tile.shape[0], tile.shape[1]}}, t, picture);
    }
  };
  const auto [height, width] = PictureShape(T, S);
  if (head != kMeanHead) return MakeTrace(name, {N, height, width}, head, true, reduce);
  return MakeTrace(name, {height, width}, -1, false, [&](Index, Matrix cells) { reduce(kMeanHead, cells); });
}

}  // namespace attenscope
