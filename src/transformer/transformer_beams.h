// The beams of a search through the decoder of a Transformer. The beams are the rows of one matrix product, and each
// beam has its own key/value cache.
#pragma once

#include <memory>
#include <vector>

#include "model/beam_search.h"
#include "trace/edits.h"
#include "transformer/encoded_source.h"

namespace attenscope {

/// Computes the logits after one more token of each beam.
class TransformerBeams : public BeamDecoder {
 public:
  /// Throws as `Run::SetSource` and `Validate` of the options do, and kTooLong if the longest hypothesis exceeds the
  /// context of the model.
  TransformerBeams(std::shared_ptr<const Transformer> model, const Tokens& source, const BeamOptions& options,
                   const std::vector<Edit>& edits = {});

  void Advance(std::span<const Index> parents, std::span<const std::int32_t> tokens) override;
  bool Step() override;
  Matrix logits() override { return logits_.Rows(0, static_cast<Index>(tokens_.size())); }

 private:
  /// The key/value cache of one beam.
  struct Slot {
    AlignedBuffer memory;
    KeyValues cache;
  };

  void MakeRoom(Index capacity);
  void Inherit(std::span<const Index> parents);
  /// Returns the context of the current rows, one row for each beam.
  StackContext Context() const;
  void Embed();
  void RunBlock(Index layer);

  std::shared_ptr<const Transformer> model_;
  Index beams_;
  EncodedSource source_;
  ModelChanges changes_;

  std::vector<Slot> slots_;
  Index capacity_ = 0;          // the size of each slot in tokens
  std::vector<Index> slot_of_;  // the slot of each row
  std::vector<std::int32_t> tokens_;
  Index position_ = -1;  // the position of the current tokens, which is the same for all beams
  Index layer_ = 0;      // the next block; L: the logits come next, L + 1: nothing is left

  AlignedBuffer memory_;
  BlockScratch scratch_;
  Matrix streams_[2];       // (B, C): the residual stream before and after a block, in turn
  Matrix queries_;          // (B, N·H)
  Matrix cross_queries_;    // (B, N·H)
  Matrix cosines_, sines_;  // (1, W/2), only with rotary positions
  DistanceTable distance_table_;
  Matrix logits_;  // (B, V)
};

}  // namespace attenscope
