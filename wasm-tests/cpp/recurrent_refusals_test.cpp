// Tests invalid inputs of recurrent models, and the beams of their decoder.
#include "recurrent/beams.h"
#include "recurrent_helpers.h"

namespace attenscope {

using testing::ClassifierConfig;
using testing::CodeOf;
using testing::Finish;
using testing::MakeRecurrent;
using testing::RandomIds;
using testing::RecurrentModel;
using testing::Seq2SeqConfig;
using testing::Translated;

namespace {

const std::vector<std::int32_t> kNothing;

}  // namespace

TEST_CASE("recurrent: empty texts, unknown ids and texts that are too long throw, and the run stays usable") {
  const RecurrentModel made = MakeRecurrent(ClassifierConfig(1, true));
  const std::unique_ptr<Run> run = made.model->CreateRun(4, 0);
  CHECK_FALSE(run->Step());
  CHECK(CodeOf([&] { run->Append(kNothing, LogitsWanted::kAll); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { run->Append(RandomIds(5, 23), LogitsWanted::kAll); }) == ErrorCode::kTooLong);
  CHECK(CodeOf([&] { run->Append(std::vector<std::int32_t>{0, 23}, LogitsWanted::kAll); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { run->Append(std::vector<std::int32_t>{-1}, LogitsWanted::kAll); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { run->SetSource(RandomIds(2, 23)); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { run->SetEdits({{.at = "blocks.1.attn.pattern", .op = "zero"}}); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { run->SetEdits({{.at = "blocks.0.attn.pattern", .op = "zero", .head = 1}}); }) ==
        ErrorCode::kOption);
  CHECK(CodeOf([&] { run->SetEdits({{.at = "blocks.0.attn.pattern", .op = "melt"}}); }) == ErrorCode::kUnsupported);
  run->Append(RandomIds(4, 23), LogitsWanted::kNone);
  CHECK(CodeOf([&] { run->SetEdits({}); }) == ErrorCode::kOption);
  Finish(*run);
  CHECK(run->length() == 4);
  CHECK(run->logits().shape[0] == 0);
  CHECK(CodeOf([&] { run->Append(RandomIds(1, 23), LogitsWanted::kNone); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { run->ComputeTrace("blocks.0.attn.scaled", -1, 0, 4); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { run->ComputeTrace("blocks.0.hidden", -1, 3, 2); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { run->ComputeTrace("blocks.0.hidden", -1, -1, 2); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { run->ComputeTrace("blocks.0.attn.k", 1, 0, 4); }) == ErrorCode::kOption);
}

TEST_CASE("recurrent: a decoder without a source, a second source and wrong capacities throw") {
  const RecurrentModel made = MakeRecurrent(Seq2SeqConfig(RecurrentContext::kAttention, 0));
  CHECK(CodeOf([&] { made.model->CreateRun(5, 0); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { made.model->CreateRun(0, 5); }) == ErrorCode::kTooLong);
  CHECK(CodeOf([&] { made.model->CreateRun(5, 301); }) == ErrorCode::kTooLong);
  CHECK(CodeOf([&] { MakeRecurrent(ClassifierConfig(1, true)).model->CreateRun(5, 5); }) == ErrorCode::kOption);
  const std::unique_ptr<Run> run = made.model->CreateRun(5, 6);
  CHECK(CodeOf([&] { run->Append(RandomIds(2, 23), LogitsWanted::kAll); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { run->SetSource(kNothing); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { run->SetSource(RandomIds(7, 23)); }) == ErrorCode::kTooLong);
  run->SetSource(RandomIds(6, 23));
  CHECK(CodeOf([&] { run->SetSource(RandomIds(6, 23)); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { run->Append(RandomIds(6, 23), LogitsWanted::kAll); }) == ErrorCode::kTooLong);
  run->Append(RandomIds(2, 23), LogitsWanted::kLast);
  CHECK(CodeOf([&] { run->Append(RandomIds(1, 23), LogitsWanted::kLast); }) == ErrorCode::kOption);
  Finish(*run);
  CHECK(run->logits().shape[0] == 1);
  CHECK(run->Sample({}, 1) >= 0);
}

TEST_CASE("recurrent: absurd sizes throw an error with the field's name") {
  const auto refused = [](auto change) {
    RecurrentConfig config = Seq2SeqConfig(RecurrentContext::kAttention, 2);
    change(config);
    return CodeOf([&] { Recurrent model(config); });
  };
  CHECK(refused([](RecurrentConfig& c) { c.vocabulary = 0; }) == ErrorCode::kBadModel);
  CHECK(refused([](RecurrentConfig& c) { c.embedding_width = -3; }) == ErrorCode::kBadModel);
  CHECK(refused([](RecurrentConfig& c) { c.layers = 0; }) == ErrorCode::kBadModel);
  CHECK(refused([](RecurrentConfig& c) { c.layers = 5000; }) == ErrorCode::kBadModel);
  CHECK(refused([](RecurrentConfig& c) { c.width = 0; }) == ErrorCode::kBadModel);
  CHECK(refused([](RecurrentConfig& c) { c.attention_width = 0; }) == ErrorCode::kBadModel);
  CHECK(refused([](RecurrentConfig& c) { c.context = 0; }) == ErrorCode::kBadModel);
  CHECK(refused([](RecurrentConfig& c) { c.decoder_width = 0; }) == ErrorCode::kBadModel);
  CHECK(refused([](RecurrentConfig& c) { c.encoder_heads = 4; }) == ErrorCode::kBadModel);
  CHECK(refused([](RecurrentConfig& c) { c.encoder_heads = -1; }) == ErrorCode::kBadModel);
  CHECK(refused([](RecurrentConfig& c) { c.kind = RecurrentKind::kClassifier, c.labels = 0; }) == ErrorCode::kBadModel);
  CHECK(refused([](RecurrentConfig& c) { c.kind = RecurrentKind::kClassifier, c.encoder_heads = 2; }) ==
        ErrorCode::kBadModel);
  CHECK(refused([](RecurrentConfig& c) { c.vocabulary = c.embedding_width = 1 << 22; }) == ErrorCode::kMemory);
  RecurrentConfig config = ClassifierConfig(1, true);
  config.context = 1 << 22;
  config.attention_width = 1 << 8;
  const RecurrentModel made = MakeRecurrent(config);
  CHECK(made.model->CreateRun(1, 0)->length() == 0);
}

TEST_CASE("recurrent: parameters have the file's names, for both directions and every layer") {
  const std::vector<std::string> names =
      Recurrent(Seq2SeqConfig(RecurrentContext::kAttention, 2, 2)).parameters().names();
  const auto has = [&](const std::string& name) { return std::count(names.begin(), names.end(), name) == 1; };
  for (const char* name :
       {"encoder.embeddings.weight", "encoder.lstm.weight_ih_l0", "encoder.lstm.bias_hh_l1_reverse",
        "encoder.self_attention.output.bias", "bridge.cell.weight", "attention.query.weight", "attention.key.weight",
        "attention.bias", "attention.score", "decoder.embeddings.weight", "decoder.lstm.weight_hh_l0", "output.bias"}) {
    CAPTURE(name);
    CHECK(has(name));
  }
  CHECK(names.size() == 2 + 2 * 2 * 4 + 8 + 4 + 4 + 4 + 2);
}

TEST_CASE("recurrent beams: each hypothesis has the bits of its own run, whatever its parents") {
  for (const RecurrentContext context : {RecurrentContext::kAttention, RecurrentContext::kPooled}) {
    const RecurrentModel made = MakeRecurrent(Seq2SeqConfig(context, 3, 2));
    const std::vector<std::int32_t> source = RandomIds(14, 23);
    RecurrentBeams beams(made.model, source);
    std::vector<std::vector<std::int32_t>> texts(8);
    const std::vector<std::vector<Index>> rounds{{0, 1, 2, 3, 4, 5, 6, 7}, {3, 3, 0, 1, 7, 2, 2, 6}, {5, 0, 4}};
    for (std::size_t round = 0; round < rounds.size(); ++round) {
      std::vector<std::int32_t> tokens;
      std::vector<std::vector<std::int32_t>> next;
      for (std::size_t b = 0; b < rounds[round].size(); ++b) {
        tokens.push_back(static_cast<std::int32_t>((7 * round + 3 * b) % 23));
        next.push_back(texts[static_cast<std::size_t>(rounds[round][b])]);
        next.back().push_back(tokens.back());
      }
      texts = next;
      beams.Advance(round == 0 ? std::span<const Index>{} : std::span<const Index>(rounds[round]), tokens);
      Finish(beams);
      for (std::size_t b = 0; b < texts.size(); ++b) {
        const std::unique_ptr<Run> run = Translated(made, source, texts[b]);
        const float* last = &run->logits()(static_cast<Index>(round), 0);
        CHECK(std::memcmp(last, &beams.logits()(static_cast<Index>(b), 0), 23 * sizeof(float)) == 0);
      }
    }
  }
}

TEST_CASE("recurrent beams: one beam is greedy search; invalid sources and lengths throw") {
  const RecurrentModel made = MakeRecurrent(Seq2SeqConfig(RecurrentContext::kAttention, 0));
  const std::vector<std::int32_t> source = RandomIds(9, 23);
  BeamOptions options;
  options.beams = 1;
  options.max_length = 12;
  options.start_token = 1;
  const std::unique_ptr<BeamSearch> search = made.model->CreateBeamSearch(source, options);
  Finish(*search);
  const std::unique_ptr<Run> run = made.model->CreateRun(12, 9);
  run->SetSource(source);
  std::vector<std::int32_t> ids{1};
  while (ids.size() < 12) {
    run->Append(std::span(ids).last(1), LogitsWanted::kLast);
    Finish(*run);
    ids.push_back(static_cast<std::int32_t>(run->Sample({}, 1)));
  }
  REQUIRE(search->hypotheses().size() == 1);
  CHECK(search->hypotheses()[0].ids == ids);
  CHECK(CodeOf([&] { made.model->CreateBeamSearch(kNothing, options); }) == ErrorCode::kOption);
  CHECK(CodeOf([&] { made.model->CreateBeamSearch(std::vector<std::int32_t>{23}, options); }) == ErrorCode::kOption);
  options.max_length = 302;
  CHECK(CodeOf([&] { made.model->CreateBeamSearch(source, options); }) == ErrorCode::kTooLong);
  CHECK(CodeOf([&] { MakeRecurrent(ClassifierConfig(1, true)).model->CreateBeamSearch(source, options); }) ==
        ErrorCode::kUnsupported);
}

}  // namespace attenscope
