"""The sentiment model's card, with the figures measured on the exported weights."""

from dataclasses import asdict
from pathlib import Path

import numpy as np

from .settings import Settings

# Of our own; the card shows what the model says of them, right or wrong.
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

Says whether an English sentence is positive or negative, and on which words that hung: embeddings, a bidirectional
LSTM, and additive attention pooling with a learned query. {parameters:,} parameters, trained from random weights on a
CPU.

## What it scores

| SST-2 development set, {dev_sentences} sentences | accuracy | nats a sentence |
|---|---|---|
| as exported ({form}, computed in float32) | **{dev_accuracy:.2%}** | {dev_nats:.4f} |
| matrices rounded to 8 bits a row | {int8_accuracy:.2%} | {int8_nats:.4f} |
| written as one types ("don't", "It's …", capitals, no spaces before signs) | {natural_accuracy:.2%} | |

No training saw these sentences or parts of them, nor did they choose anything; one standard error is {error:.1%}.
Choices were made on held-out sentences of the training file, with all phrases that only they contain taken out of
training.

## What it is

| | |
|---|---|
| form | `attenscope-lstm-classifier` (docs/checkpoint-forms.md), {layers} layer |
| sizes | E {embedding}, D {width} a direction, A {attention} |
| vocabulary | WordPiece of our own, V = {vocabulary:,}: words of {least_count} sentences or more, pieces for the rest |
| normalizer | lower case, no accents; "don't" and the treebank's "do n't" give the same tokens |
| labels | 0 negative, 1 positive |

## Data

SST-2, the Stanford Sentiment Treebank with two labels (Socher et al. 2013) as in GLUE (Wang et al. 2019):
{train_phrases:,} labelled phrases of film reviews (Pang & Lee 2005), all of about {train_sentences:,} sentences and
pieces of sentences. The data set states no licence; its sentences are not part of this folder, of its words those in
the tokenizer's vocabulary are.

## Training

{teachers} teachers, each with other random numbers and {held_out} other sentences held out for early stopping; then
one student, the model here, that is told the teachers' mean probability ({teachers_share:.0%}, the treebank's label
the rest) for each phrase, and that alone for {student_pieces:,} other runs of words. AdamW (betas 0.9, 0.95), peak
rate {learning_rate}, weight decay {weight_decay}, linear warm-up and decay, gradients clipped at norm 1, batches of
like length of about {tokens_per_step:,} tokens, phrases of n tokens weighed by n^{length_weight}, label smoothing
{label_smoothing} (teachers), dropout of whole columns of embeddings ({embedding_dropout}) and states
({state_dropout}), words unknown ({unknown_words}) or in pieces ({spelt_words}) at random, a moving average of the
weights ({average_decay}). `python -m attenscope_training.sentiment` in `training/` makes it again.

{tried}

## What it says

| | positive |
|---|---|
{examples}

Not chosen for their answers.

## Limits

It knows film reviews of about 2000, in English. There is no neutral: it must take a side. It has no knowledge of the
world, takes irony at its word, and loses itself in negations of negations. Words that it never saw are pieces to it,
often without meaning. What its attention looks at is where the weighted sum came from, no proof of why."""


def render(settings: Settings, figures: dict[str, float], examples: list[tuple[str, np.ndarray]]) -> str:
    """The card as Markdown."""
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
    """The trials, written by hand in tried.md beside this file: a card that shows only the winner hides its choice."""
    return (Path(__file__).parent / "tried.md").read_text(encoding="utf-8").strip()
