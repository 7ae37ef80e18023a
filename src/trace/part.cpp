// Parses the name of a part of a model.
#include "trace/part.h"

#include "tensor/error.h"

namespace attenscope {

Part ParsePart(const std::string& name) {
  if (name == "decoder") return Part::kDecoder;
  if (name == "encoder") return Part::kEncoder;
  if (name == "cross") return Part::kCross;
  throw Error(ErrorCode::kOption, "part is '" + name + "', expected 'decoder', 'encoder' or 'cross'");
}

}  // namespace attenscope
