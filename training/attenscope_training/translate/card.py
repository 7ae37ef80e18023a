"""The translator's model card, with the figures measured on the exported weights."""

from pathlib import Path

from .settings import Settings

TEMPLATE = """---
license: cc-by-2.0
language: [en, zh]
library_name: transformers
pipeline_tag: translation
---

# attenscope translate

English to simplified Chinese, small enough for a phone: a Marian encoder–decoder with {parameters:,} parameters,
trained from random weights on two CPU cores. While it translates, one can see which English words each Chinese word
comes from.

## What it scores

| held-out set | pairs | BLEU, beam {beams} |
|---|---|---|
| Tatoeba | {test_pairs:,} | **{tatoeba_test:.2f}** (greedy: {tatoeba_greedy:.2f}) |
| 3AM test, captions | 1,000 | **{caption_test:.2f}** |

sacreBLEU 2.6.0, `tokenize="zh"`, one reference a sentence, length penalty {length_penalty}; measured with the exported F16
weights computed in float32. Neither side of a Tatoeba test pair was trained on, nor of a 3AM one, in any
capitalisation, punctuation or script. References were made simplified and otherwise left as written. The checkpoint,
and the length penalty, were chosen on {valid_pairs:,} other Tatoeba pairs and 3AM's validation captions.

Beside it: opus-mt-en-zh (77 M parameters) reports 31.4 BLEU on a Tatoeba test set of its own.

## What it is

| | |
|---|---|
| family | Marian (`MarianMTModel`): norms after each sum, sinusoidal positions, ReLU, embeddings scaled by √C |
| layers | {encoder_layers} in the encoder, {decoder_layers} in the decoder |
| width C, feed-forward width F | {width}, {feed_forward} |
| heads N, head width H | {heads}, {head_width} |
| embeddings | one matrix for source, target and output, V = {vocabulary:,} |
| tokenizer | byte-pair encoding over characters, one for both languages; rare characters are spelt in bytes |
| special tokens | `</s>` (0) ends each side; `<pad>` (2) begins the target; `<unk>` (1) never occurs |
| longest text | {positions} tokens |
| file | model.safetensors, F16, {bytes:,} bytes |

## Data

Tatoeba English–Mandarin pairs (as at ManyThings.org, and the Mandarin part of the Tatoeba challenge's test set
v2021-08-07), CC-BY 2.0 FR; and the captions of 3AM (LREC-COLING 2024), MIT. {train_pairs:,} pairs, {train_tokens:,} target
tokens, to train on, after these steps:

- traditional characters made simplified (OpenCC `t2s`, and 著 to 着 where it is the particle), half-width signs beside
  Chinese made full-width, quotes made alike, and Tom, Mary and John put in Chinese where a writer had not;
- {removed_held_out:,} pairs left out that share a side with a held-out pair, compared without case, punctuation and script;
- {removed_twice:,} left out that were there twice, {removed_unusable:,} without Chinese or with lengths that do not match.

`python -m attenscope_training.translate.split --out FOLDER` writes the held-out sets. No text of the data is part of this
folder.

## Training

{optimizer}, weight decay
{weight_decay}, gradients clipped at norm 1, about {tokens_per_step:,} target tokens a step in batches of like length; warm-up over
{warmup_steps} steps, then linear decay to zero at step {total_steps:,} ({epochs:.1f} epochs). Dropout {dropout}, none inside attention; label
smoothing {label_smoothing}; {source_merge_dropout:.1%} of the merges (source) and {target_merge_dropout:.1%} (target) left out, drawn anew each batch, fewer as the rate falls;
{lower_case:.0%} of the sources in lower case. The weights are a moving average ({average_decay} a step). Exported from step {step:,}.{begun}

{tried}

## Samples

Beam {beams}; the list was written before anything on it was translated.

| English | Chinese |
|---|---|
{samples}

## Limits

It has seen {train_pairs:,} short sentences: everyday talk and descriptions of pictures. Long sentences, rare words, names,
numbers, idioms and anything technical come out wrong, often fluently so: a word that it does not know may become another,
and a clause may be left out. Tatoeba's sentences are its writers' (many are about Tom and Mary), with their habits and
biases. It translates single sentences, one way. Do not rely on it.
"""

BEGUN = """ It began with the
weights of an earlier run, described below, and met each caption {caption_copies} times a pass."""


def render(settings: Settings, figures: dict[str, float], removed: dict[str, int],
           samples: list[tuple[str, str]]) -> str:
    """The card as Markdown."""
    optimizers = {
        "adamw": f"AdamW (betas 0.9, 0.95), peak rate {settings.learning_rate}",
        "muon": f"Muon (momentum 0.95, {settings.muon_iterations} Newton-Schulz iterations, peak rate "
                f"{settings.learning_rate}) for the layers' matrices,\nAdamW (betas 0.9, 0.95, peak rate "
                f"{settings.vector_rate}) for the rest"}
    return TEMPLATE.format(
        **figures, **{name: value for name, value in vars(settings).items() if name != "optimizer"},
        optimizer=optimizers[settings.optimizer], head_width=settings.width // settings.heads,
        begun=BEGUN.format(**vars(settings)) if settings.start_from else "",
        epochs=settings.total_steps / figures["steps_per_epoch"], tried=tried(),
        removed_held_out=removed.get("shares a side with a held-out pair", 0), removed_twice=removed.get("twice", 0),
        removed_unusable=removed.get("no Chinese, or lengths that do not match", 0),
        samples="\n".join(f"| {english} | {chinese} |" for english, chinese in samples))


def tried() -> str:
    """The trials, written by hand in tried.md beside this file: a card that shows only the winner hides its choice."""
    return (Path(__file__).parent / "tried.md").read_text(encoding="utf-8").strip()
