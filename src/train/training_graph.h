// The graph of a model over batches of one shape: its inputs, its loss and its steps. Each kind of model builds its
// own.
#pragma once

#include <vector>

#include "train/dropout.h"
#include "train/graph.h"
#include "train/steps/loss_steps.h"
#include "train/trained_parameters.h"

namespace attenscope {

/// The shape of a batch. All texts of a batch have the same length; shorter ones are padded and masked.
struct BatchShape {
  Index texts = 0;          // B
  Index tokens = 0;         // T of each text, or of each target
  Index source_tokens = 0;  // S of each source, for a model with an encoder and a decoder; otherwise 0
  bool masked = false;      // whether there is a mask of tokens, or of source tokens

  bool operator==(const BatchShape&) const = default;
};

/// The numbers of one batch. The trainer writes them before a pass; the steps keep pointers to them.
struct BatchInputs {
  std::vector<std::int32_t> ids;         // (B·T)
  std::vector<std::int32_t> source_ids;  // (B·S)
  std::vector<std::uint8_t> visible;     // (B·T), or (B·S) of a model with an encoder and a decoder; 0 hides a token
  std::vector<std::int32_t> labels;      // (B·T), or (B) of a classifier
  std::vector<std::int32_t> rows;        // (B): the token whose logits classify each text
};

/// What differs between training runs of one model.
struct TrainingForm {
  bool classifies = false;       // the labels are of texts, not of tokens
  float dropout = 0.0f;          // p for embeddings, patterns and the outputs of sublayers
  float label_smoothing = 0.0f;  // ε
};

/// A graph with its inputs and its loss.
struct TrainingGraph {
  Graph graph;
  BatchInputs inputs;
  std::uint64_t dropout_key = 0;              // 0: evaluation, without dropout
  std::deque<std::vector<float>> fixed = {};  // encodings of positions that are not learned
  Index vocabulary = 0;                       // V of the ids
  Index source_vocabulary = 0;                // V of the ids of sources
  const Value* logits = nullptr;              // (B·T, V) or (B, labels)
  CrossEntropyStep* loss = nullptr;
};

}  // namespace attenscope
