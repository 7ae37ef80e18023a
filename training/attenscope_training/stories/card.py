"""The story teller's model card, with the figures measured on the exported weights."""

from pathlib import Path

from .settings import Settings

TEMPLATE = """---
license: cdla-sharing-1.0
language: en
library_name: transformers
pipeline_tag: text-generation
datasets: [roneneldan/TinyStories]
---

# attenscope stories

A story teller small enough to watch: a Llama with {parameters:,} parameters, trained from random weights on two CPU
cores. It writes short children's stories in plain English, and every one of its {layers} × {heads} attention heads can
be looked at while it writes.

## What it scores

**{bits_per_byte:.4f} bits per byte** on the whole validation split ({valid_stories:,} stories, {valid_bytes:,} bytes,
{valid_tokens:,} tokens, {nats_per_token:.4f} nats per token), measured with the exported F16 weights computed in
float32. Each story stands alone in its context after `<|endoftext|>`; all its tokens are scored, the closing
`<|endoftext|>` too, and a story longer than the context is scored in windows that overlap by half. Bits per byte are
the summed nats / ln 2 / UTF-8 bytes of the text. The first 300 of these stories also chose the checkpoint; none was
trained on.

{comparison}

## What it is

| | |
|---|---|
| family | Llama (`LlamaForCausalLM`): RMS norm, rotary positions (base {rope_theta:,.0f}), SiLU-gated feed-forward, tied embeddings |
| layers L, width C, feed-forward width F | {layers}, {width}, {feed_forward} |
| query heads N, key/value heads K, head width H | {heads}, {key_value_heads}, {head_width} |
| context | {context} tokens |
| tokenizer | byte-level BPE of our own, V = {vocabulary:,}, all 256 bytes included, so any UTF-8 can be encoded |
| special token | `<|endoftext|>` (id 0) begins and ends a story; the tokenizer puts it first |
| file | model.safetensors, F16, {bytes:,} bytes |

## Data

TinyStories (Eldan & Li 2023, arXiv:2305.07759), licence CDLA-Sharing-1.0: a piece of the public set with duplicates
removed and the encoding repaired, {train_stories:,} stories, {train_tokens:,} tokens to train on. The stories were
written by GPT-3.5 and GPT-4. The text itself is not part of this folder.

## Training

{optimizer};
peak rate {learning_rate}, weight decay {weight_decay}, gradients clipped at norm 1, {tokens_per_step:,} tokens a step in packed rows of
{context}{short}; linear warm-up over {warmup_tokens:,} tokens, then linear decay to zero at {total_tokens:,} tokens ({epochs:.1f} epochs),
dropout {dropout}.{begun} Exported from {exported} of {total_steps:,}.
`python -m attenscope_training.stories` in `training/` makes it again.

{tried}

## Samples

Temperature 0.8, top-k 40, seed 7; first without a prompt, then from one (in bold). Not chosen: the first of each.

{samples}

## Limits

It knows three-year-olds' English and nothing else: no facts, no other language (Chinese or emoji can be encoded and
their attention looked at, but it has never seen them mean anything), no instructions. It loses the thread after a few
sentences, mixes up who owns what, and repeats names and morals that are common in its data. With about two million
tokens of data it has seen every story several times and may repeat short passages from them.
"""

SHORT = " ({length} in the first {share:.0%} of the steps)"
BEGUN = " It began with the weights of an earlier run, described below."

# Measured with the same code on the folder that training/convert-llama2c.mjs makes.
COMPARISON = """By the same measure on the same stories, karpathy's stories260K (0.26 M parameters, trained on the whole of TinyStories)
scores 0.9155. Figures that also count the bytes of the `<|endoftext|>` lines between stories are 1.9 % smaller:
{with_marks:.4f} for this model, 0.898 for stories260K."""
MARK_BYTES = len("<|endoftext|>") + 2  # with the line breaks around it, once a story


def render(settings: Settings, figures: dict, samples: list[tuple[str, str]]) -> str:
    """The card as Markdown."""
    optimizers = {"adamw": "AdamW (betas 0.9, 0.95)",
                  "muon": "Muon (momentum 0.95) for the layers' matrices, AdamW (betas 0.9, 0.95) for the rest"}
    text_bytes = figures["valid_bytes"]
    with_marks = figures["bits_per_byte"] * text_bytes / (text_bytes + MARK_BYTES * figures["valid_stories"])
    return TEMPLATE.format(
        **figures, comparison=COMPARISON.format(with_marks=with_marks), tried=tried(), samples="\n\n".join(quote(*pair) for pair in samples),
        optimizer=optimizers[settings.optimizer], learning_rate=settings.learning_rate,
        weight_decay=settings.weight_decay, dropout=settings.dropout,
        short=SHORT.format(share=settings.short_share, length=settings.context // 2) if settings.short_share else "",
        begun=BEGUN if settings.start_from else "", exported=exported(figures["steps"]), tokens_per_step=settings.tokens_per_step,
        warmup_tokens=settings.warmup_tokens, total_tokens=settings.total_tokens, total_steps=settings.total_steps,
        epochs=settings.total_tokens / figures["train_tokens"], layers=settings.layers, width=settings.width,
        feed_forward=settings.feed_forward, heads=settings.heads, key_value_heads=settings.key_value_heads,
        head_width=settings.width // settings.heads, context=settings.context, vocabulary=settings.vocabulary,
        rope_theta=settings.rope_theta)


def exported(steps: list[int]) -> str:
    """Where the weights come from."""
    said = [f"{step:,}" for step in steps]
    return f"step {said[0]}" if len(said) == 1 else f"the mean of the weights at steps {' and '.join(said)}"


def tried() -> str:
    """The trials, written by hand in tried.md beside this file: a card that shows only the winner hides its choice."""
    return (Path(__file__).parent / "tried.md").read_text(encoding="utf-8").strip()


def quote(prompt: str, story: str) -> str:
    """A sample as a Markdown quotation, its prompt in bold."""
    text = f"**{prompt}**{story[len(prompt):]}" if prompt else story
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())
