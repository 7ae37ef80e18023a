// The forward pass of a recurrent model as a graph, for training.
#pragma once

#include <memory>

#include "recurrent/recurrent.h"
#include "train/training_graph.h"

namespace attenscope {

/// Builds the graph of a recurrent model over batches of a shape, and plans its memory. All texts of a batch have the
/// same length. Throws kTooLong, kOption and kMemory, and kUnsupported for a mask.
std::unique_ptr<TrainingGraph> BuildRecurrentGraph(const Recurrent& model, TrainedParameters& parameters,
                                                   const BatchShape& shape, const TrainingForm& form);

}  // namespace attenscope
