// Sends random requests to a model: edits, tokens, traces and searches, in any order.
#pragma once

#include <cmath>

#include "given.h"
#include "insight/flow.h"
#include "insight/plane.h"
#include "insight/summary.h"

namespace attenscope::fuzz {

/// Returns a random setting of an attention.
inline AttentionSetting SettingFrom(Given& given) {
  AttentionSetting setting;
  if (given.Flip()) setting.squash = given.Flip() ? Squash::kTanh : Squash::kNone;
  if (given.Flip()) setting.normalizer = static_cast<Normalizer>(given.Below(8));
  if (given.Flip()) setting.seed = given.Raw<std::uint32_t>();
  if (given.Flip()) setting.temperature = static_cast<float>(given.Real());
  setting.causal = given.Flip();
  if (given.Flip()) setting.window_left = given.Size(9) - 1;
  if (given.Flip()) setting.window_right = given.Size(9) - 1;
  if (given.Flip()) setting.global_tokens = given.Size(9);
  for (Index count = given.Below(3); count > 0; --count) setting.hidden_keys.push_back(given.Size(9));
  return setting;
}

/// Returns a random encoding of positions.
inline PositionSetting PositionFrom(Given& given) {
  PositionSetting position;
  position.kind = static_cast<PositionSetting::Kind>(given.Below(5));
  position.base = given.Real();
  position.interleaved = given.Flip();
  return position;
}

/// Returns random edits at some of the names.
inline std::vector<Edit> EditsFrom(Given& given, const std::vector<std::string>& places) {
  std::vector<Edit> edits(static_cast<std::size_t>(given.Below(4)));
  for (Edit& edit : edits) {
    edit.at = given.OneOf(places);
    edit.op = given.OneOf({"zero", "scale", "add", "set", "mean", "renormalise", "configure", "patch"});
    edit.head = given.Size(5) - 1;
    edit.query = given.Size(9) - 1;
    edit.key = given.Size(9) - 1;
    edit.value = given.Real();
    edit.first = given.Size(5);
    if (given.Flip()) {
      Index size = 1;
      for (Index axes = given.Below(5); axes > 0; --axes) {
        edit.numbers.shape.push_back(given.Size(12));
        size = size * (edit.numbers.shape.back() & 63) & 4095;
      }
      if (given.Below(8) == 0) size = given.Below(40);
      edit.numbers.data.assign(static_cast<std::size_t>(size), static_cast<float>(given.Real()));
    }
    if (given.Flip()) edit.setting = SettingFrom(given);
    if (given.Flip()) edit.position = PositionFrom(given);
  }
  return edits;
}

/// A text with ids, and sometimes with types, positions and visibility. The object owns the numbers that its Tokens
/// refer to.
struct GivenText {
  GivenText(Given& given, Index most, Index vocabulary) : ids(given.Ids(most, vocabulary)) {
    const auto perhaps = [&](Index end) {
      return given.Below(5) == 0 ? given.Ids(most, end) : std::vector<std::int32_t>();
    };
    types = perhaps(3);
    positions = perhaps(40);
    visible = perhaps(2);
    if (given.Flip()) {
      for (auto* list : {&types, &positions, &visible}) {
        if (!list->empty()) list->resize(ids.size());
      }
    }
  }
  Tokens tokens() const {
    Tokens tokens(ids);
    tokens.types = types;
    tokens.positions = positions;
    tokens.visible = visible;
    return tokens;
  }
  std::vector<std::int32_t> ids, types, positions, visible;
};

/// Stops the program unless the extents of the shape multiply to the number of elements.
inline void CheckShape(const TraceTensor& tensor) {
  Index size = 1;
  for (Index extent : tensor.shape) size *= extent;
  if (size != static_cast<Index>(tensor.data.size())) __builtin_trap();
}

/// Requests one random result of a run: an insight, a sampled token or a traced tensor. Stops the program if the result
/// has a wrong shape or is out of range.
inline void Look(Given& given, const Model& model, Run& run, const std::vector<std::string>& places, Index vocabulary) {
  const Part part = static_cast<Part>(given.Below(3));
  switch (given.Below(7)) {
    case 0:
      return CheckShape(Rollout(run, part, given.Size(9), given.Size(9)));
    case 1:
      return CheckShape(Flow(run, part, given.Size(9), given.Size(9), given.Size(9)));
    case 2:
      for (const HeadSummary& head : SummarizeHeads(run, part, given.Size(3))) CheckShape(head.picture);
      return;
    case 3:
      return CheckShape(run.ComputeDirectLogits(given.Size(9), given.Size(vocabulary)).heads);
    case 4: {
      const Index drawn =
          run.Sample({static_cast<float>(given.Real()), given.Size(9), static_cast<float>(given.Real())},
                     given.Raw<std::uint32_t>());
      if (drawn < 0 || drawn >= run.logits().shape[1]) __builtin_trap();
      return;
    }
    case 5: {
      const Index first = given.Size(9), count = given.Size(9), head = given.Size(3);
      const TraceTensor q = run.ComputeTrace(given.OneOf(places), head, first, count);
      const TraceTensor k = run.ComputeTrace(given.OneOf(places), head, first, count);
      // The package requests two tensors of one head only.
      if (q.shape.size() != 2 || q.shape != k.shape) return;
      return CheckShape(
          ProjectToPlane({q.data.data(), {q.shape[0], q.shape[1]}}, {k.data.data(), {k.shape[0], k.shape[1]}}).queries);
    }
    default: {
      const std::string& name = given.OneOf(places);
      const Index head = given.Size(5) - 1, first = given.Size(9), count = given.Size(9);
      const TraceTensor tensor = run.ComputeTrace(name, head, first, count);
      CheckShape(tensor);
      std::vector<Index> shape = model.TraceShape(name, count, 1);
      // The tensor of one head, or of the mean, has no dimension of heads.
      if (head != -1) shape.erase(shape.begin());
      if (shape.size() != tensor.shape.size()) __builtin_trap();
    }
  }
}

/// Returns random options of a beam search.
inline BeamOptions BeamsFrom(Given& given, Index vocabulary) {
  BeamOptions options;
  options.beams = given.Size(4);
  options.length_penalty = given.Real();
  options.max_length = given.Size(8);
  options.min_length = given.Size(8);
  options.no_repeat_ngram_size = given.Size(3);
  options.bad_tokens = given.Ids(3, vocabulary);
  options.start_token = static_cast<std::int32_t>(given.Size(vocabulary));
  options.end_tokens = given.Ids(2, vocabulary);
  options.forced_start_token = static_cast<std::int32_t>(given.Size(vocabulary) - 1);
  options.forced_end_token = static_cast<std::int32_t>(given.Size(vocabulary) - 1);
  options.renormalize = given.Flip();
  options.early_stopping = given.Flip();
  return options;
}

/// Returns the names that edits and traces may use: all valid names and some invalid ones.
inline std::vector<std::string> PlacesOf(const Model& model) {
  std::vector<std::string> places = model.TraceNames();
  for (const char* more : {"positions", "encoder.positions", "decoder.positions", "blocks.0.attn", "blocks.1.attn",
                           "encoder.blocks.0.attn", "decoder.blocks.0.attn", "decoder.blocks.0.cross", "",
                           "blocks.99999999999999999999.attn.q", "blocks.-1.residual", "decoder.blocks.0.attn.", "."}) {
    places.push_back(more);
  }
  return places;
}

/// Starts one run or one search on a loaded model.
inline void Ask(Given& given, const Model& model, bool has_source, Index vocabulary) {
  const std::vector<std::string> places = PlacesOf(model);
  if (has_source && given.Below(4) == 0) {
    const GivenText source(given, 8, vocabulary);
    const BeamOptions options = BeamsFrom(given, vocabulary);
    Answers([&] {
      // Longer searches only take more time.
      if (options.max_length > 32 || options.beams > 16) return Validate(options, vocabulary);
      const auto search = model.CreateBeamSearch(source.tokens(), options, EditsFrom(given, places));
      StepToEnd(*search);
      if (search->hypotheses().empty()) __builtin_trap();
    });
    return;
  }
  std::unique_ptr<Run> run;
  if (!Answers([&] { run = model.CreateRun(given.Size(12), has_source ? given.Size(12) : given.Size(0)); })) return;
  for (Index asked = 0; asked < 12 && !given.empty(); ++asked) {
    Answers([&] {
      switch (given.Below(6)) {
        case 0:
          return run->SetEdits(EditsFrom(given, places));
        case 1:
          return run->SetSource(GivenText(given, 8, vocabulary).tokens());
        case 2:
          return run->Append(GivenText(given, 8, vocabulary).tokens(), static_cast<LogitsWanted>(given.Below(3)));
        case 3:
          return StepToEnd(*run);
        case 4:
          return run->Restart(EditsFrom(given, places), static_cast<LogitsWanted>(given.Below(3)));
        default:
          return Look(given, model, *run, places, vocabulary);
      }
    });
  }
  Answers([&] { StepToEnd(*run); });
}

}  // namespace attenscope::fuzz
