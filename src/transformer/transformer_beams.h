// The beams of a search through a Transformer's decoder. They are rows of one product; each has its own key/value
// cache.
#pragma once

#include <memory>
#include <vector>

#include "model/beam_search.h"
#include "trace/edits.h"
#include "transformer/encoded_source.h"

namespace attenscope {

/// Computes the logits of one token of each beam at a time.
class TransformerBeams : public BeamDecoder {
 public:
  /// Throws as `Run::SetSource` and `Validate` of the options do, and kTooLong where the longest hypothesis is longer
  /// than the model's context.
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
  /// The rows in hand, one of each beam.
  StackContext Context() const;
  void Embed();
  void RunBlock(Index layer);

  std::shared_ptr<const Transformer> model_;
  Index beams_;
  EncodedSource source_;
  ModelChanges changes_;

  std::vector<Slot> slots_;
  Index capacity_ = 0;          // of each slot
  std::vector<Index> slot_of_;  // of each row
  std::vector<std::int32_t> tokens_;
  Index position_ = -1;  // of the tokens in hand, which all beams share
  Index layer_ = 0;      // the block that comes next; L: the logits, L + 1: nothing

  AlignedBuffer memory_;
  BlockScratch scratch_;
  Matrix streams_[2];       // (B, C): the residual stream before a block and after it, alternately
  Matrix queries_;          // (B, N·H)
  Matrix cross_queries_;    // (B, N·H)
  Matrix cosines_, sines_;  // (1, W/2), rotary positions only
  DistanceTable distance_table_;
  Matrix logits_;  // (B, V)
};

}  // namespace attenscope
