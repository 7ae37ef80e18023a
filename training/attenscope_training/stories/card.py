"""Writes the model card of the story model, with the figures measured on the exported weights."""

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

This model writes short children's stories in plain English. It is a Llama with {parameters:,} parameters, trained from random weights on two CPU
cores. Each of its {layers} × {heads} attention heads can be viewed while
it writes.

## Evaluation

**{bits_per_byte:.4f} bits per byte** on the whole validation split ({valid_stories:,} stories, {valid_bytes:,} bytes,
{valid_tokens:,} tokens, {nats_per_token:.4f} nats per token), measured with the exported F16 weights computed in
float32. Each story begins a new context after `<|endoftext|>`. All its tokens are scored, including the final `<|endoftext|>`. A story longer than the context
is scored in windows that overlap by half. Bits per byte are the sum of nats / ln 2 / UTF-8 bytes of the text. The first 300 of these stories were
also used to choose the checkpoint. None was used for training.

{comparison}

## Architecture

| | |
|---|---|
| family | Llama (`LlamaForCausalLM`): RMS norm, rotary positions (base {rope_theta:,.0f}), SiLU-gated feed-forward, tied embeddings |
| layers L, width C, feed-forward width F | {layers}, {width}, {feed_forward} |
| query heads N, key/value heads K, head width H | {heads}, {key_value_heads}, {head_width} |
| context | {context} tokens |
| tokenizer | byte-level BPE, trained for this model, V = {vocabulary:,}, with all 256 bytes, so that it can encode any UTF-8 text |
| special token | `<|endoftext|>` (id 0) begins and ends a story; the tokenizer adds it at the start |
| file | model.safetensors, F16, {bytes:,} bytes |

## Data

TinyStories (Eldan & Li 2023, arXiv:2305.07759), licence CDLA-Sharing-1.0: a part of the public set, with duplicates removed and the encoding repaired: {train_stories:,} stories, {train_tokens:,} tokens for training. The stories were
written by GPT-3.5 and GPT-4. The text itself is not part of this folder.

## Training

{optimizer};
peak rate {learning_rate}, weight decay {weight_decay}, gradients clipped at norm 1, {tokens_per_step:,} tokens per step in packed rows of
{context}{short}; linear warm-up over {warmup_tokens:,} tokens, then linear decay to zero at {total_tokens:,} tokens ({epochs:.1f} epochs),
dropout {dropout}.{begun} Exported from {exported} of {total_steps:,}.
`python -m attenscope_training.stories` in `training/` trains it again.

{tried}

## Samples

Temperature 0.8, top-k 40, seed 7; one story without a prompt, one with a prompt (in bold). Each is the first story that the model wrote.

{samples}

## Limits

The model knows the English of young children's stories only: no facts, no other language and no instructions. (It can encode Chinese or emoji and show
their attention, but it was not trained on them.) It forgets the story after a few sentences, confuses its persons, and repeats names and morals that
are frequent in its data. It was trained on about two million tokens several times and may repeat short passages of the data.
"""

SHORT = " ({length} in the first {share:.0%} of the steps)"
BEGUN = " It began with the weights of an earlier run, described below."

# The figures of stories260K were measured with the same code, on the folder from training/convert-llama2c.mjs.
COMPARISON = """On the same stories, with the same measure, karpathy's stories260K (0.26 M parameters, trained on the whole of TinyStories)
scores 0.9155. Figures that also count the bytes of the `<|endoftext|>` lines between stories are 1.9 % smaller:
{with_marks:.4f} for this model, 0.898 for stories260K."""
MARK_BYTES = len("<|endoftext|>") + 2  # with two line breaks; there is one mark per story


def render(settings: Settings, figures: dict, samples: list[tuple[str, str]]) -> str:
    """The card in Markdown; `samples` has (prompt, story)."""
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
    """The words that name the exported checkpoint: a step, or the mean of several steps."""
    said = [f"{step:,}" for step in steps]
    return f"step {said[0]}" if len(said) == 1 else f"the mean of the weights at steps {' and '.join(said)}"


def tried() -> str:
    """The text of tried.md in this folder: a list of all trials, written by hand, so that the choice is transparent."""
    return (Path(__file__).parent / "tried.md").read_text(encoding="utf-8").strip()


def quote(prompt: str, story: str) -> str:
    """A story as a quotation in Markdown, with its prompt in bold."""
    text = f"**{prompt}**{story[len(prompt):]}" if prompt else story
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())
