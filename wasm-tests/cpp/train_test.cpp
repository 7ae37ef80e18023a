// Tests training: gradients against finite differences of the float64 reference, and what steps do to the parameters.
#include <doctest/doctest.h>

#include "model_helpers.h"
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

/// Computes the loss with the reference in float64.
double ReferenceLoss(const Config& config, const reference::Parameters& parameters, const OwnedBatch& batch,
                     double smoothing) {
  const auto part = [&](const std::vector<std::int32_t>& all, Index text) {
    const auto size = static_cast<std::ptrdiff_t>(all.size()) / batch.texts;
    return std::vector<int>(all.begin() + text * size, all.begin() + (text + 1) * size);
  };
  double sum = 0.0;
  int count = 0;
  for (Index text = 0; text < batch.texts; ++text) {
    const auto logits =
        reference::Forward(config, parameters, part(batch.ids, text), {}, part(batch.source, text)).logits;
    const std::vector<int> labels = part(batch.labels, text);
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
void CheckGradients(const Config& config, Index texts, Index tokens, Index source_tokens, double smoothing = 0.0) {
  RandomModel made = MakeRandomModel(config);
  const OwnedBatch batch = RandomBatch(config, texts, tokens, source_tokens);
  TrainerOptions options;
  options.form.label_smoothing = static_cast<float>(smoothing);
  const auto trainer = MakeTrainer(made.model, options);
  const StepReport report = trainer->Gradients(batch.view());
  CHECK(report.loss == doctest::Approx(ReferenceLoss(config, made.parameters, batch, smoothing)).epsilon(1e-5));

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
      const double above = ReferenceLoss(config, made.parameters, batch, smoothing);
      numbers(r, c) = kept - h;
      const double below = ReferenceLoss(config, made.parameters, batch, smoothing);
      numbers(r, c) = kept;
      INFO(parameter.name, " (", r, ", ", c, ")");
      CHECK(static_cast<double>(gradient(r, c)) ==
            doctest::Approx((above - below) / (2.0 * h)).epsilon(1e-3).scale(scale));
    }
  }
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

}  // namespace attenscope::testing
