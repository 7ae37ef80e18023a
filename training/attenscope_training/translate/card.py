"""Writes the model card of the translator, with the figures measured on the exported weights."""

from pathlib import Path

from .settings import Settings

TEMPLATE = """---
license: cc-by-2.0
language: [en, zh]
library_name: transformers
pipeline_tag: translation
---

# attenscope translate

This model translates English to simplified Chinese and is small enough for a phone. It is a Marian encoder–decoder with {parameters:,} parameters,
trained from random weights on two CPU cores. While it translates, its cross-attention shows which English words each
Chinese word comes from.

## Evaluation

| held-out set | pairs | BLEU, beam {beams} |
|---|---|---|
| Tatoeba | {test_pairs:,} | **{tatoeba_test:.2f}** (greedy: {tatoeba_greedy:.2f}) |
| 3AM test, captions | 1,000 | **{caption_test:.2f}** |

sacreBLEU 2.6.0, `tokenize="zh"`, one reference per sentence, length penalty {length_penalty}; measured with the exported F16
weights computed in float32. No source and no reference of a test pair was trained on, whatever the capitalisation, punctuation or script. References were converted to simplified
characters and otherwise unchanged. The checkpoint and the length penalty were chosen on {valid_pairs:,} other Tatoeba pairs and 3AM's validation captions.

For comparison, opus-mt-en-zh (77 M parameters) reports 31.4 BLEU on another Tatoeba test set.

## Architecture

| | |
|---|---|
| family | Marian (`MarianMTModel`): norms after each layer, sinusoidal positions, ReLU, embeddings scaled by √C |
| layers | {encoder_layers} in the encoder, {decoder_layers} in the decoder |
| width C, feed-forward width F | {width}, {feed_forward} |
| heads N, head width H | {heads}, {head_width} |
| embeddings | one matrix for source, target and output, V = {vocabulary:,} |
| tokenizer | byte-pair encoding over characters, shared by both languages; rare characters are bytes |
| special tokens | `</s>` (0) ends source and target; `<pad>` (2) begins the target; `<unk>` (1) never occurs |
| longest text | {positions} tokens |
| file | model.safetensors, F16, {bytes:,} bytes |

## Data

Tatoeba English–Mandarin pairs (as at ManyThings.org, and the Mandarin part of the Tatoeba challenge's test set
v2021-08-07), CC-BY 2.0 FR; and the captions of 3AM (LREC-COLING 2024), MIT. {train_pairs:,} pairs, {train_tokens:,} target
tokens for training, after these steps:

- traditional characters were simplified (OpenCC `t2s`, and 著 to 着 as a particle), half-width punctuation beside Chinese was made full-width, quotes were
  unified, and the names Tom, Mary and John were written in Chinese;
- {removed_held_out:,} pairs were removed that share a sentence with a held-out pair, compared without case, punctuation and script;
- {removed_twice:,} duplicates and {removed_unusable:,} pairs without Chinese or with lengths that do not match were removed.

`python -m attenscope_training.translate.split --out FOLDER` writes the held-out sets. The texts of the data are not part of this
folder.

## Training

{optimizer}, weight decay
{weight_decay}, gradients clipped at norm 1, about {tokens_per_step:,} target tokens per step in batches of similar length; warm-up over
{warmup_steps} steps, then linear decay to zero at step {total_steps:,} ({epochs:.1f} epochs). Dropout {dropout}, none inside attention; label
smoothing {label_smoothing}; {source_merge_dropout:.1%} of the merges (source) and {target_merge_dropout:.1%} (target) left out at random in each batch, fewer when the rate is lower;
{lower_case:.0%} of the sources in lower case. The weights are a moving average ({average_decay} per step). Exported from step {step:,}.{begun}

{tried}

## Samples

Beam {beams}; the sentences were written before the model translated any of them.

| English | Chinese |
|---|---|
{samples}

## Limits

The model was trained on {train_pairs:,} short sentences: everyday language and descriptions of pictures. It often translates long sentences,
rare words, names, numbers, idioms and technical texts wrongly, although the result may read well: it may replace an unknown word by another word, or
leave out a clause. Tatoeba's sentences have the habits and biases of their writers (many are about Tom and Mary). The model translates single
sentences from English to Chinese only. Do not rely on it.
"""

BEGUN = """ It began with the
weights of an earlier run, described below, and read each caption {caption_copies} times per epoch."""


def render(settings: Settings, figures: dict[str, float], removed: dict[str, int],
           samples: list[tuple[str, str]]) -> str:
    """The card in Markdown; `removed` counts removed pairs by reason, `samples` has (English, Chinese)."""
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
    """The text of tried.md in this folder: a list of all trials, written by hand, so that the choice is transparent."""
    return (Path(__file__).parent / "tried.md").read_text(encoding="utf-8").strip()
