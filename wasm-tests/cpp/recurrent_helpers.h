// Makes small recurrent models with seeded weights, runs them, and compares the runs with the reference.
#pragma once

#include "model_helpers.h"
#include "recurrent/recurrent.h"
#include "reference/recurrent.h"

namespace attenscope::testing {

/// Returns a config whose sizes are not multiples of a register.
inline RecurrentConfig ClassifierConfig(Index layers, bool bidirectional) {
  RecurrentConfig config;
  config.vocabulary = 23;
  config.embedding_width = 7;
  config.layers = layers;
  config.width = 9;
  config.bidirectional = bidirectional;
  config.attention_width = 11;
  config.context = 300;
  config.labels = 3;
  return config;
}

inline RecurrentConfig Seq2SeqConfig(RecurrentContext context, Index heads, Index layers = 1,
                                     bool bidirectional = true) {
  RecurrentConfig config = ClassifierConfig(layers, bidirectional);
  config.kind = RecurrentKind::kSeq2Seq;
  config.decoder_width = 13;
  config.decoder_context = context;
  config.encoder_heads = heads;
  return config;
}

/// A recurrent model with seeded weights, and the same weights for the reference.
struct RecurrentModel {
  std::shared_ptr<Recurrent> model;
  reference::Parameters parameters;
};

inline RecurrentModel MakeRecurrent(const RecurrentConfig& config, std::uint32_t seed = 3) {
  RecurrentModel made{std::make_shared<Recurrent>(config), {}};
  made.parameters = FillRandom(made.model->parameters(), seed);
  return made;
}

/// Runs a classifier over all of `ids`.
inline std::unique_ptr<Run> Classified(const RecurrentModel& made, const std::vector<std::int32_t>& ids,
                                       const std::vector<Edit>& edits = {}) {
  std::unique_ptr<Run> run = made.model->CreateRun(static_cast<Index>(ids.size()), 0);
  run->SetEdits(edits);
  run->Append(ids, LogitsWanted::kAll);
  Finish(*run);
  return run;
}

/// Runs an encoder–decoder over all of `source` and the target.
inline std::unique_ptr<Run> Translated(const RecurrentModel& made, const std::vector<std::int32_t>& source,
                                       const std::vector<std::int32_t>& target, const std::vector<Edit>& edits = {}) {
  std::unique_ptr<Run> run =
      made.model->CreateRun(static_cast<Index>(target.size()), static_cast<Index>(source.size()));
  run->SetEdits(edits);
  run->SetSource(source);
  run->Append(target, LogitsWanted::kAll);
  Finish(*run);
  return run;
}

/// Returns the largest difference between a tensor (heads, rows, columns) or (rows, columns) and the rows of the
/// reference from `first` on. In the reference the matrices of heads are side by side.
inline double Difference(const TraceTensor& found, const reference::MatrixXd& expected, Index first = 0) {
  const bool per_head = found.shape.size() == 3;
  const Index heads = per_head ? found.shape[0] : 1;
  const Index rows = found.shape[found.shape.size() - 2], columns = found.shape.back();
  REQUIRE(first + rows <= expected.rows());
  REQUIRE(heads * columns == expected.cols());
  double worst = 0.0;
  for (Index n = 0; n < heads; ++n) {
    for (Index r = 0; r < rows; ++r) {
      for (Index c = 0; c < columns; ++c) {
        const float value = found.data[static_cast<std::size_t>((n * rows + r) * columns + c)];
        worst = std::max(worst, std::abs(value - expected(first + r, n * columns + c)));
      }
    }
  }
  return worst;
}

inline double Difference(ConstMatrix found, const reference::MatrixXd& expected) {
  REQUIRE(found.shape[0] == expected.rows());
  REQUIRE(found.shape[1] == expected.cols());
  double worst = 0.0;
  for (Index r = 0; r < found.shape[0]; ++r) {
    for (Index c = 0; c < found.shape[1]; ++c) worst = std::max(worst, std::abs(found(r, c) - expected(r, c)));
  }
  return worst;
}

}  // namespace attenscope::testing
