// The functions that most models do not override.
#include "model/model.h"

#include "tensor/error.h"

namespace attenscope {

std::unique_ptr<BeamSearch> Model::CreateBeamSearch(const Tokens&, const BeamOptions&, const std::vector<Edit>&) const {
  throw Error(ErrorCode::kUnsupported, "beam search needs a model of an encoder and a decoder");
}

}  // namespace attenscope
