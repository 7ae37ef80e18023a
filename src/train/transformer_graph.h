// The forward pass of a Transformer of any family as a graph, for training.
#pragma once

#include <memory>

#include "train/training_graph.h"
#include "transformer/transformer.h"

namespace attenscope {

/// Builds the graph of a Transformer over batches of a shape, and plans its memory. Throws kTooLong for more tokens
/// than the context, kOption for a shape that the model cannot read, and kMemory.
std::unique_ptr<TrainingGraph> BuildTransformerGraph(const Transformer& model, TrainedParameters& parameters,
                                                     const BatchShape& shape, const TrainingForm& form);

}  // namespace attenscope
