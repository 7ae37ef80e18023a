"""The dates model's card, with the figures measured on the exported weights."""

from dataclasses import asdict
from pathlib import Path

from .settings import Settings

TEMPLATE = """---
license: mit
language: [en, zh]
---

# attenscope dates

Reads a date as people write it, in English or Chinese, and writes it as ISO 8601, character by character: a
bidirectional LSTM reads, an LSTM writes, and additive attention (Bahdanau et al. 2015) says at each character where
it looks. {parameters:,} parameters.

## What it scores

Greedy decoding; right means every character.

| | examples | as exported ({form}) | matrices rounded to 8 bits a row |
|---|---|---|---|
| unseen dates, the generator's writing | {unseen_count:,} | **{exported_unseen:.2%}** | {int8_unseen:.2%} |
| written by hand | {by_hand_count} | **{exported_by_hand:.2%}** | {int8_by_hand:.2%} |

Those by hand (`training/attenscope_training/dates/by_hand.tsv`) were written one by one, before the generator, and are
no part of training; nor are their dates, in any writing. {mistakes}

## What it reads

| | |
|---|---|
| years | 1900 to 2099; of two digits, 1950 to 2049 |
| slashes | month first: 3/4/2021 is 4 March 2021 |
| dots, dashes | day first: 3.4.2021 and 3-4-2021 are 3 April 2021 |
| year first | then month, then day, with any sign: 2021-3-4, 2021/3/4, 2021.3.4, 20210304 |
| a number above 12 | is the day, wherever it stands |
| English | months whole or short, "3rd", "third", "twenty twenty-one", weekdays, any case, small slips of spelling |
| Chinese | 2021年3月4日, 号, 二〇二一年三月四日, 零 and ○, 廿 and 卅, 星期四, 周四, 礼拜四, traditional forms, full-width digits |

A weekday is read over: nothing checks it. What is no date gives a date all the same.

## What it is

| | |
|---|---|
| form | `attenscope-lstm-seq2seq` (docs/checkpoint-forms.md), context `attention` |
| sizes | E {embedding}, D {width} a direction, G {decoder}, A {attention} |
| tokenizer | characters, V = {vocabulary}, after NFKC and lower-casing |
| special tokens | `</s>` ends both sides, `<s>` begins the target |

## Data and training

A generator (`writing.py`) writes dates anew for each batch; its {train_dates:,} dates are those of 1900–2099 less
{valid_dates:,} for validation, {test_dates:,} for the test above, and those of the examples by hand. No outside data.
AdamW (betas 0.9, 0.95), peak rate {learning_rate}, weight decay {weight_decay}, {rows_per_step} texts a step, linear
warm-up and decay over {total_steps:,} steps, gradients clipped at norm 1, dropout {dropout}, a moving average of the
weights ({average_decay}); exported from step {step:,}. `python -m attenscope_training.dates` in `training/` makes it
again.

{tried}
"""


def render(settings: Settings, figures: dict[str, float], mistakes: list[tuple[str, str, str]]) -> str:
    """The card as Markdown."""
    shown = ", ".join(f"“{text}” as {answer} instead of {iso}" for text, iso, answer in mistakes[:12])
    return TEMPLATE.format(
        **figures,
        **asdict(settings),
        form="F16",
        tried=tried(),
        mistakes=(
            f"Read wrongly{', among others' if len(mistakes) > 12 else ''}: {shown}."
            if mistakes
            else "None was read wrongly."
        ),
    )


def tried() -> str:
    """The trials, written by hand in tried.md beside this file."""
    return (Path(__file__).parent / "tried.md").read_text(encoding="utf-8").strip()
