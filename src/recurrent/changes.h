// What edits change about a recurrent model while it runs.
#pragma once

#include <vector>

#include "attention/changes.h"

namespace attenscope {

/// The changes of each part; an empty list changes nothing.
struct RecurrentChanges {
  std::vector<TensorEdit> embedding = {};         // of the encoder
  AttentionChanges self = {};                     // the self-attention
  AttentionChanges attention = {};                // the pooling or the decoder's
  std::vector<TensorEdit> target_embedding = {};  // of the decoder

  /// The first pass of the encoder that a change reaches. A restart computes that pass and those after it again.
  enum class Reach { kSource, kSelfProject, kSelfAttend, kKeys, kEnd };
  Reach first = Reach::kEnd;
};

}  // namespace attenscope
