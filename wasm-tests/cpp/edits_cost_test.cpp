// Checks that an empty list of edits costs nothing: blocks get no changes, nothing is allocated, and all bits are the
// same.
#include "allocations.h"
#include "model_helpers.h"
#include "transformer/transformer_run.h"

namespace attenscope {

using testing::Finish;
using testing::MakeRandomModel;
using testing::OddConfig;
using testing::OddTranslator;
using testing::RandomIds;
using testing::RandomModel;

namespace {

void CheckUntouched(const StackChanges& changes, Index layers) {
  CHECK(changes.empty());
  for (Index layer = 0; layer < layers; ++layer) CHECK(changes.OfBlock(layer) == nullptr);
}

}  // namespace

TEST_CASE("edits: an empty list gives no block a change, allocates nothing and changes no bit") {
  const RandomModel made = MakeRandomModel(OddConfig());
  const std::vector<std::int32_t> ids = RandomIds(110, 71);  // more than one group of rows
  TransformerRun plain(made.model, 120), edited(made.model, 120);
  edited.SetEdits({});
  CheckUntouched(edited.changes().stack, made.model->config().layers);
  plain.Append(ids, LogitsWanted::kAll);
  edited.Append(ids, LogitsWanted::kAll);
  Finish(plain);
  testing::WithoutAllocating([&] { Finish(edited); });
  REQUIRE(plain.logits().size() == edited.logits().size());
  for (Index i = 0; i < plain.logits().size(); ++i) CHECK(plain.logits().data[i] == edited.logits().data[i]);
  CHECK(plain.work() == edited.work());
  // For comparison: an edit gives its block a change.
  TransformerRun other(made.model, 120);
  other.SetEdits({{.at = "blocks.1.attn.pattern", .op = "zero", .head = 2}});
  CHECK(!other.changes().stack.empty());
  CHECK(other.changes().stack.OfBlock(1) != nullptr);
}

TEST_CASE("edits: an empty list gives neither encoder nor decoder a change") {
  const RandomModel made = MakeRandomModel(OddTranslator());
  TransformerRun run(made.model, 12, 14);
  run.SetEdits({});
  CheckUntouched(run.changes().stack, made.model->config().layers);
  CheckUntouched(run.changes().encoder, made.model->config().layers);
  run.SetSource(RandomIds(14, 71));
  run.Append(RandomIds(11, 71), LogitsWanted::kAll);
  testing::WithoutAllocating([&] { Finish(run); });
}

}  // namespace attenscope
