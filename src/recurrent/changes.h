// Edits in their places: what is different about a recurrent model while it runs.
#pragma once

#include <vector>

#include "attention/changes.h"

namespace attenscope {

/// Empty lists: nothing is.
struct RecurrentChanges {
  std::vector<TensorEdit> embedding = {};         // of the encoder
  AttentionChanges self = {};                     // the self-attention
  AttentionChanges attention = {};                // the pooling or the decoder's
  std::vector<TensorEdit> target_embedding = {};  // of the decoder

  /// The encoder's passes that a change reaches first, and so what has to be done again.
  enum class Reach { kSource, kSelfProject, kSelfAttend, kKeys, kEnd };
  Reach first = Reach::kEnd;
};

}  // namespace attenscope
