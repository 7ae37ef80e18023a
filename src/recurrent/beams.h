// The decoder of a recurrent model for several hypotheses together, each with its own state (s, c).
#pragma once

#include <memory>
#include <vector>

#include "model/beam_search.h"
#include "recurrent/place_edits.h"
#include "recurrent/source.h"

namespace attenscope {

/// Computes the logits after one more token of each beam.
class RecurrentBeams final : public BeamDecoder {
 public:
  /// Throws as RecurrentSource::Set does for a source that the model cannot read, and as PlaceRecurrentEdits does.
  RecurrentBeams(std::shared_ptr<const Recurrent> model, std::span<const std::int32_t> source,
                 const std::vector<Edit>& edits = {});

  void Advance(std::span<const Index> parents, std::span<const std::int32_t> tokens) override;
  bool Step() override;
  Matrix logits() override;

 private:
  Index beams() const { return static_cast<Index>(tokens_.size()); }
  void TakeStates();

  std::shared_ptr<const Recurrent> model_;
  RecurrentSource source_;
  RecurrentState state_;
  RecurrentChanges changes_;
  std::vector<Index> parents_;
  std::vector<std::int32_t> tokens_;
  Index position_ = -1;         // the position of the current tokens
  Index row_ = 0;               // the next beam to decode
  std::vector<float> states_;   // (beams, 2G): s and c side by side
  std::vector<float> before_;   // the states before the last token
  std::vector<float> query_;    // (A)
  std::vector<float> input_;    // (E + M)
  std::vector<float> outputs_;  // (beams, G + M)
  std::vector<float> logits_;   // (beams, V)
};

}  // namespace attenscope
