// Tests training: gradients against finite differences of the float64 reference, and what steps do to the parameters.
#include <doctest/doctest.h>

#include <functional>

#include "recurrent_helpers.h"
#include "train/trainer.h"

namespace attenscope::testing {
namespace {

/// A batch that owns its numbers.
struct OwnedBatch {
  Index texts;
  std::vector<std::int32_t> ids, source, visible, labels, rows;

  Batch view() const { return {texts, ids, source, visible, labels, rows}; }
};

OwnedBatch RandomBatch(const Config& config, Index texts, Index tokens, Index source_tokens) {
  OwnedBatch batch{
      texts, RandomIds(texts * tokens, config.vocabulary, 3), RandomIds(texts * source_tokens, config.vocabulary, 4),
      {},    RandomIds(texts * tokens, config.Outputs(), 5),  {}};
  batch.labels[1] = kIgnoredLabel;
  batch.labels.back() = kIgnoredLabel;
  return batch;
}

/// Returns the logits of text number `text` of a batch, computed by the reference in float64.
using ReferenceLogits = std::function<reference::MatrixXd(const reference::Parameters&, const OwnedBatch&, Index text)>;

/// Returns the part of `all` that belongs to one text.
template <class Int>
std::vector<Int> PartOf(const OwnedBatch& batch, const std::vector<std::int32_t>& all, Index text) {
  const auto size = static_cast<std::ptrdiff_t>(all.size()) / batch.texts;
  return std::vector<Int>(all.begin() + text * size, all.begin() + (text + 1) * size);
}

ReferenceLogits LogitsOf(const Config& config) {
  return [config](const reference::Parameters& parameters, const OwnedBatch& batch, Index text) {
    return reference::Forward(config, parameters, PartOf<int>(batch, batch.ids, text), {},
                              PartOf<int>(batch, batch.source, text))
        .logits;
  };
}

ReferenceLogits LogitsOf(const RecurrentConfig& config) {
  return [config](const reference::Parameters& parameters, const OwnedBatch& batch, Index text) {
    reference::RecurrentReference model(config, parameters);
    const auto ids = PartOf<std::int32_t>(batch, batch.ids, text);
    return config.Decodes() ? model.Translate(PartOf<std::int32_t>(batch, batch.source, text), ids).at("logits")
                            : model.Classify(ids).at("logits");
  };
}

/// Computes the loss with the reference.
double ReferenceLoss(const ReferenceLogits& logits_of, const reference::Parameters& parameters, const OwnedBatch& batch,
                     double smoothing) {
  double sum = 0.0;
  int count = 0;
  for (Index text = 0; text < batch.texts; ++text) {
    const reference::MatrixXd logits = logits_of(parameters, batch, text);
    const std::vector<int> labels = PartOf<int>(batch, batch.labels, text);
    for (Index t = 0; t < logits.rows(); ++t) {
      const int label = labels[static_cast<std::size_t>(t)];
      if (label == kIgnoredLabel) continue;
      const double most = logits.row(t).maxCoeff();
      const double log_sum = most + std::log((logits.row(t).array() - most).exp().sum());
      sum += log_sum - (1.0 - smoothing) * logits(t, label) - smoothing * logits.row(t).mean();
      ++count;
    }
  }
  return sum / count;
}

/// Compares the loss, and the gradient at a few numbers of every parameter, with the reference.
template <class Made>
void CheckGradients(Made made, const ReferenceLogits& logits_of, const OwnedBatch& batch, double smoothing = 0.0) {
  TrainerOptions options;
  options.form.label_smoothing = static_cast<float>(smoothing);
  const auto trainer = MakeTrainer(made.model, options);
  const StepReport report = trainer->Gradients(batch.view());
  CHECK(report.loss == doctest::Approx(ReferenceLoss(logits_of, made.parameters, batch, smoothing)).epsilon(1e-5));

  Random random(11);
  for (const Parameter& parameter : trainer->parameters().all()) {
    reference::MatrixXd& numbers = made.parameters.at(parameter.name);
    const ConstMatrix gradient = parameter.gradient.read();
    const double scale = report.gradient_norm / std::sqrt(static_cast<double>(trainer->parameters().count()));
    for (int i = 0; i < 4; ++i) {
      const Index r = random.Below(numbers.rows());
      const Index c = random.Below(numbers.cols());
      const double kept = numbers(r, c);
      const double h = 1e-5;
      numbers(r, c) = kept + h;
      const double above = ReferenceLoss(logits_of, made.parameters, batch, smoothing);
      numbers(r, c) = kept - h;
      const double below = ReferenceLoss(logits_of, made.parameters, batch, smoothing);
      numbers(r, c) = kept;
      INFO(parameter.name, " (", r, ", ", c, ")");
      CHECK(static_cast<double>(gradient(r, c)) ==
            doctest::Approx((above - below) / (2.0 * h)).epsilon(1e-3).scale(scale));
    }
  }
}

void CheckGradients(const Config& config, Index texts, Index tokens, Index source_tokens, double smoothing = 0.0) {
  CheckGradients(MakeRandomModel(config), LogitsOf(config), RandomBatch(config, texts, tokens, source_tokens),
                 smoothing);
}

void CheckGradients(const RecurrentConfig& config, Index texts, Index tokens, Index source_tokens) {
  const bool decodes = config.Decodes();
  const OwnedBatch batch{texts,
                         RandomIds(texts * tokens, config.vocabulary, 3),
                         RandomIds(texts * source_tokens, config.vocabulary, 4),
                         {},
                         decodes ? RandomIds(texts * tokens, config.vocabulary, 5) : RandomIds(texts, config.labels, 5),
                         {}};
  CheckGradients(MakeRecurrent(config), LogitsOf(config), batch, 0.1);
}

}  // namespace

TEST_CASE("gradients of a Llama form agree with finite differences of the reference") {
  CheckGradients(OddConfig(), 3, 9, 0);
}

TEST_CASE("gradients of a GPT form agree: learned positions, layer norms, biases, a tied embedding") {
  Config config = OddConfig();
  config.norm = NormKind::kLayer;
  config.position = PositionKind::kLearned;
  config.gated = false;
  config.activation = Nonlinearity::kGeluTanh;
  config.attention_bias = config.output_bias = config.feed_forward_bias = true;
  config.tied_embedding = true;
  CheckGradients(config, 2, 11, 0, 0.1);
}

TEST_CASE("gradients of a Marian form agree: norms after sublayers, an encoder and a decoder") {
  CheckGradients(OddTranslator(), 2, 7, 10, 0.1);
}

TEST_CASE("gradients agree for more queries than one tile of the backward pass has") {
  Config config = OddConfig();
  config.layers = 1;
  CheckGradients(config, 1, 101, 0);
}

TEST_CASE("gradients of an encoder agree") {
  Config config = OddConfig();
  config.causal = false;
  config.activation = Nonlinearity::kGelu;
  config.norm_position = NormPosition::kAfter;
  config.norm = NormKind::kLayer;
  CheckGradients(config, 2, 8, 0);
}

TEST_CASE("gradients of the recurrent classifier agree") {
  CheckGradients(ClassifierConfig(1, false), 2, 6, 0);
  CheckGradients(ClassifierConfig(2, true), 3, 5, 0);
}

TEST_CASE("gradients of the recurrent translator agree: attention, pooling and self-attention") {
  CheckGradients(Seq2SeqConfig(RecurrentContext::kAttention, 0), 2, 5, 7);
  CheckGradients(Seq2SeqConfig(RecurrentContext::kAttention, 3, 2), 2, 4, 5);
  CheckGradients(Seq2SeqConfig(RecurrentContext::kPooled, 0, 1, false), 2, 4, 5);
}

TEST_CASE("dropout: the gradient is that of the same mask, and a loss without a step drops nothing") {
  Config config = OddConfig();
  config.layers = 1;
  RandomModel made = MakeRandomModel(config);
  const OwnedBatch batch = RandomBatch(config, 2, 8, 0);
  TrainerOptions options;
  options.form.dropout = 0.3f;
  options.seed = 5;
  const auto trainer = MakeTrainer(made.model, options);
  const double loss = trainer->Gradients(batch.view()).loss;
  CHECK(trainer->Gradients(batch.view()).loss == loss);
  const double plain = ReferenceLoss(LogitsOf(config), made.parameters, batch, 0.0);
  CHECK(trainer->Loss(batch.view()) == doctest::Approx(plain).epsilon(1e-5));
  CHECK(std::abs(loss - plain) > 1e-3 * plain);
  trainer->Gradients(batch.view());
  Random random(2);
  for (Parameter& parameter : trainer->parameters().all()) {
    const Index c = random.Below(parameter.matrix.size());
    const auto expected = static_cast<double>(parameter.gradient.read().data[c]);
    float& number = parameter.matrix.data[c];
    const float kept = number;
    const float h = 4e-3f;
    number = kept + h;
    const double above = trainer->Gradients(batch.view()).loss;
    number = kept - h;
    const double below = trainer->Gradients(batch.view()).loss;
    number = kept;
    trainer->Gradients(batch.view());
    INFO(parameter.name);
    CHECK((above - below) / (2.0 * static_cast<double>(h)) == doctest::Approx(expected).epsilon(0.02).scale(0.02));
  }
}

TEST_CASE("a step of AdamW and of SGD is the formula, clipped, at the rate of the schedule") {
  for (const OptimizerKind kind : {OptimizerKind::kAdamW, OptimizerKind::kSgd}) {
    RandomModel made = MakeRandomModel(OddConfig());
    const OwnedBatch batch = RandomBatch(OddConfig(), 2, 8, 0);
    TrainerOptions options;
    options.optimizer = {.kind = kind,
                         .learning_rate = 0.01,
                         .beta1 = 0.8,
                         .beta2 = 0.95,
                         .epsilon = 1e-6,
                         .weight_decay = 0.1,
                         .momentum = 0.7};
    options.schedule = {.kind = ScheduleKind::kCosine, .warmup_steps = 2, .steps = 10};
    options.clip_norm = 0.5;
    const auto trainer = MakeTrainer(made.model, options);
    const std::string name = "blocks.1.attn.value.weight";
    ConstMatrix weight = trainer->parameters().Get(name).matrix;
    const std::size_t at = 17;
    double x = static_cast<double>(weight.data[at]), m = 0.0, v = 0.0;
    for (int step = 1; step <= 4; ++step) {
      const StepReport report = trainer->Gradients(batch.view());
      const double g = static_cast<double>(trainer->parameters().Get(name).gradient.read().data[at]) * 0.5 /
                       (report.gradient_norm + 1e-6);
      CHECK(report.gradient_norm > 0.5);
      const double rate =
          0.01 * (step <= 2 ? (step - 1) / 2.0 : 0.5 * (1.0 + std::cos(std::acos(-1.0) * (step - 3) / 8.0)));
      CHECK(trainer->Step(batch.view()).learning_rate == doctest::Approx(rate));
      if (kind == OptimizerKind::kAdamW) {
        m = 0.8 * m + 0.2 * g;
        v = 0.95 * v + 0.05 * g * g;
        x -= rate * 0.1 * x;
        x -= rate / (1.0 - std::pow(0.8, step)) * m / (std::sqrt(v / (1.0 - std::pow(0.95, step))) + 1e-6);
      } else {
        m = 0.7 * m + g + 0.1 * x;
        x -= rate * m;
      }
      CHECK(static_cast<double>(weight.data[at]) == doctest::Approx(x).epsilon(1e-5));
    }
  }
}

TEST_CASE("a step allocates nothing after the first, and the memory is that of the plan") {
  RandomModel made = MakeRandomModel(OddConfig());
  const OwnedBatch batch = RandomBatch(OddConfig(), 2, 8, 0);
  TrainerOptions options;
  options.form.dropout = 0.1f;
  const auto trainer = MakeTrainer(made.model, options);
  trainer->Step(batch.view());
  const std::uint64_t bytes = trainer->bytes();
  const Batch view = batch.view();
  WithoutAllocating([&] {
    for (int step = 0; step < 20; ++step) trainer->Step(view);
  });
  CHECK(trainer->bytes() == bytes);
}

TEST_CASE("training lowers the loss, and the model's runs see the new parameters") {
  RandomModel made = MakeRandomModel(OddConfig());
  OwnedBatch batch = RandomBatch(OddConfig(), 2, 8, 0);
  TrainerOptions options;
  options.optimizer.learning_rate = 0.01;
  options.clip_norm = 1.0;
  const auto trainer = MakeTrainer(made.model, options);
  const double first = trainer->Step(batch.view()).loss;
  for (int step = 0; step < 60; ++step) trainer->Step(batch.view());
  const double last = trainer->Loss(batch.view());
  CHECK(last < 0.2 * first);
  trainer->UpdateModel();
  for (const Parameter& parameter : trainer->parameters().all()) {
    reference::MatrixXd& numbers = made.parameters.at(parameter.name);
    std::vector<float> read(static_cast<std::size_t>(parameter.matrix.size()));
    made.model->parameters().Read(parameter.name, read.data());
    for (Index i = 0; i < parameter.matrix.size(); ++i) {
      CHECK(read[static_cast<std::size_t>(i)] == parameter.matrix.data[i]);
      numbers(i / numbers.cols(), i % numbers.cols()) = static_cast<double>(read[static_cast<std::size_t>(i)]);
    }
  }
  CHECK(ReferenceLoss(LogitsOf(OddConfig()), made.parameters, batch, 0.0) == doctest::Approx(last).epsilon(1e-4));
}

TEST_CASE("a loss that is not finite names the step and leaves the parameters") {
  RandomModel made = MakeRandomModel(OddConfig());
  const OwnedBatch batch = RandomBatch(OddConfig(), 2, 8, 0);
  const auto trainer = MakeTrainer(made.model, {});
  trainer->Step(batch.view());
  Matrix weight = trainer->parameters().Get("blocks.0.attn.output.weight").matrix;
  const float kept = weight(1, 1);
  weight(0, 0) = kNaN;
  CHECK_THROWS_WITH_AS(trainer->Step(batch.view()), "step 2: the loss is not finite; the parameters stay as they were",
                       Error);
  CHECK(weight(1, 1) == kept);
  CHECK(trainer->step() == 1);
}

TEST_CASE("batches that a model cannot read are refused by name") {
  RandomModel made = MakeRandomModel(OddConfig());
  const auto trainer = MakeTrainer(made.model, {});
  const auto code = [&](auto change) {
    OwnedBatch batch = RandomBatch(OddConfig(), 2, 8, 0);
    change(batch);
    return CodeOf([&] { trainer->Step(batch.view()); });
  };
  CHECK(code([](OwnedBatch& batch) { batch.ids[3] = 71; }) == ErrorCode::kOption);
  CHECK(code([](OwnedBatch& batch) { batch.labels[3] = -1; }) == ErrorCode::kOption);
  CHECK(code([](OwnedBatch& batch) { batch.labels.pop_back(); }) == ErrorCode::kShape);
  CHECK(code([](OwnedBatch& batch) { batch.ids.pop_back(); }) == ErrorCode::kShape);
  CHECK(code([](OwnedBatch& batch) { batch.texts = 0; }) == ErrorCode::kShape);
  CHECK(code([](OwnedBatch& batch) { batch.ids.resize(2 * 301), batch.labels.resize(2 * 301); }) ==
        ErrorCode::kTooLong);
  CHECK(code([](OwnedBatch& batch) { batch.source.resize(2); }) == ErrorCode::kOption);
  CHECK(code([](OwnedBatch& batch) { batch.visible.resize(3); }) == ErrorCode::kShape);
}

}  // namespace attenscope::testing
