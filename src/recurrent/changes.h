// The changes that edits make to a recurrent model while it runs.
#pragma once

#include <vector>

#include "attention/changes.h"

namespace attenscope {

/// The changes to each part. An empty list changes nothing.
struct RecurrentChanges {
  std::vector<TensorEdit> embedding = {};         // the embedding of the encoder
  AttentionChanges self = {};                     // the self-attention
  AttentionChanges attention = {};                // the attention of the pooling or the decoder
  std::vector<TensorEdit> target_embedding = {};  // the embedding of the decoder

  /// The first pass of the encoder that the edits change. A restart computes this pass and all later passes again.
  enum class Reach { kSource, kSelfProject, kSelfAttend, kKeys, kEnd };
  Reach first = Reach::kEnd;
};

}  // namespace attenscope
