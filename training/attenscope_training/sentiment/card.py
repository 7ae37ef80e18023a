"""Writes the model card of the sentiment model, with the figures measured on the exported weights."""

from dataclasses import asdict
from pathlib import Path

import numpy as np

from .settings import Settings

# Written for the card, which shows the model's output for each of them, right or wrong.
EXAMPLES = ("I don't like it.", "It's not bad at all.", "A dull, lifeless mess that wastes its fine cast.",
            "The food was cold, but the waiter could not have been kinder.", "I laughed until I cried!",
            "Nobody could call this film boring.")

TEMPLATE = """---
license: mit
language: en
pipeline_tag: text-classification
datasets: [glue/sst2]
---

# attenscope sentiment

This model says whether an English sentence is positive or negative, and its attention shows which words the answer uses. It has embeddings, a
bidirectional LSTM and additive attention pooling with a learned query, with {parameters:,} parameters, trained from random weights on a
CPU.

## Evaluation

| SST-2 development set, {dev_sentences} sentences | accuracy | nats per sentence |
|---|---|---|
| as exported ({form}, computed in float32) | **{dev_accuracy:.2%}** | {dev_nats:.4f} |
| matrices in 8 bits, one scale per row | {int8_accuracy:.2%} | {int8_nats:.4f} |
| in usual spelling ("don't", "It's …", capitals, no space before punctuation) | {natural_accuracy:.2%} | |

The model was not trained on these sentences or on parts of them, and nothing was chosen by them. One standard error is {error:.1%}.
Choices were made on held-out sentences of the training file; phrases that only these sentences contain were removed from training.

## Architecture

| | |
|---|---|
| form | `attenscope-lstm-classifier` (docs/checkpoint-forms.md), {layers} layer |
| sizes | E {embedding}, D {width} per direction, A {attention} |
| vocabulary | WordPiece, trained for this model, V = {vocabulary:,}: words of {least_count} sentences or more as whole words, the rest in pieces |
| normalizer | lower case, no accents; "don't" and the treebank's "do n't" give the same tokens |
| labels | 0 negative, 1 positive |

## Data

SST-2, the Stanford Sentiment Treebank with two labels (Socher et al. 2013) as in GLUE (Wang et al. 2019):
{train_phrases:,} labelled phrases of film reviews (Pang & Lee 2005), which are about {train_sentences:,} sentences and
pieces of sentences. The data set states no licence. Its sentences are not part of this folder; words of it are in the tokenizer's vocabulary.

## Training

{teachers} teachers were trained, each with another seed and {held_out} other sentences held out for early stopping. Then
one student, this model, was trained with targets that are a mixture of the teachers' mean probability ({teachers_share:.0%}, the treebank's label the
rest) for each phrase, and with the mean probability alone for {student_pieces:,} other sequences of words. AdamW (betas 0.9, 0.95), peak
rate {learning_rate}, weight decay {weight_decay}, linear warm-up and decay, gradients clipped at norm 1, batches of texts of similar length with about {tokens_per_step:,} tokens, phrases of n tokens weighted by n^{length_weight}, label smoothing
{label_smoothing} (teachers), dropout of whole embedding dimensions ({embedding_dropout}) and state dimensions ({state_dropout}), words unknown ({unknown_words}) or in pieces ({spelt_words}) at random, a moving average of the
weights ({average_decay}). `python -m attenscope_training.sentiment` in `training/` trains it again.

{tried}

## Examples

| | positive |
|---|---|
{examples}

The sentences were not chosen for their results.

## Limits

The model knows English film reviews from about the year 2000. It has no neutral label. It has no knowledge of the world, does not understand irony,
and often fails with double negations. It reads unknown words in pieces, which often have no meaning for it. Its attention weights show where the
weighted sum came from; they do not explain the answer."""


def render(settings: Settings, figures: dict[str, float], examples: list[tuple[str, np.ndarray]]) -> str:
    """The card in Markdown; `examples` has (text, logits (1, labels))."""
    accuracy = figures["dev_accuracy"]
    rows = [f"| {text} | {1 / (1 + np.exp(scores[0, 0] - scores[0, 1])):.2f} |" for text, scores in examples]
    return TEMPLATE.format(
        **figures,
        **asdict(settings),
        form="F16",
        examples="\n".join(rows),
        tried=tried(),
        error=(accuracy * (1 - accuracy) / figures["dev_sentences"]) ** 0.5,
    )


def tried() -> str:
    """The text of tried.md in this folder: a list of all trials, written by hand, so that the choice is transparent."""
    return (Path(__file__).parent / "tried.md").read_text(encoding="utf-8").strip()
