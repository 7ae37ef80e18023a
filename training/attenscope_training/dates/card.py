"""Writes the model card of the dates model, with the figures measured on the exported weights."""

from dataclasses import asdict
from pathlib import Path

from .settings import Settings

TEMPLATE = """---
license: mit
language: [en, zh]
---

# attenscope dates

This model turns a date in English or Chinese, as people write it, into ISO 8601, character by character. A bidirectional LSTM reads the
date, an LSTM writes the result, and additive attention (Bahdanau et al. 2015) shows which characters it reads at each step. It has {parameters:,} parameters.

## Evaluation

The figures are exact matches of the whole date with greedy decoding.

| | examples | as exported ({form}) | matrices in 8 bits, one scale per row |
|---|---|---|---|
| dates of the generator that were not trained on | {unseen_count:,} | **{exported_unseen:.2%}** | {int8_unseen:.2%} |
| dates written by hand | {by_hand_count} | **{exported_by_hand:.2%}** | {int8_by_hand:.2%} |

The dates by hand (`training/attenscope_training/dates/by_hand.tsv`) were written before the generator. Neither they nor the same dates in
another form were trained on. {mistakes}

## Accepted dates

| | |
|---|---|
| years | 1900 to 2099; a year of two digits means 1950 to 2049 |
| slashes | month first: 3/4/2021 is 4 March 2021 |
| dots, dashes | day first: 3.4.2021 and 3-4-2021 are 3 April 2021 |
| year first | then month, then day, with any separator: 2021-3-4, 2021/3/4, 2021.3.4, 20210304 |
| a number above 12 | the day, in any position |
| English | full and short months, "3rd", "third", "twenty twenty-one", weekdays, any case, small spelling mistakes |
| Chinese | 2021年3月4日, 号, 二〇二一年三月四日, 零 and ○, 廿 and 卅, 星期四, 周四, 礼拜四, traditional forms, full-width digits |

The model ignores weekdays and does not check them. It also gives a date for a text that is no date.

## Architecture

| | |
|---|---|
| form | `attenscope-lstm-seq2seq` (docs/checkpoint-forms.md), context `attention` |
| sizes | E {embedding}, D {width} per direction, G {decoder}, A {attention} |
| tokenizer | one token per character, V = {vocabulary}, after NFKC and lower-casing |
| special tokens | `</s>` ends source and target, `<s>` begins the target |

## Data and training

A generator (`writing.py`) writes new dates for each batch. Its {train_dates:,} dates are those of 1900–2099 without
{valid_dates:,} for validation, {test_dates:,} for the test above, and those of the examples by hand. No other data was used.
AdamW (betas 0.9, 0.95), peak rate {learning_rate}, weight decay {weight_decay}, {rows_per_step} texts per step, linear
warm-up and decay over {total_steps:,} steps, gradients clipped at norm 1, dropout {dropout}, a moving average of the weights ({average_decay}); exported from step {step:,}. `python -m attenscope_training.dates` in `training/` trains it again.

{tried}
"""


def render(settings: Settings, figures: dict[str, float], mistakes: list[tuple[str, str, str]]) -> str:
    """The card in Markdown; `mistakes` has (text, right date, wrong answer)."""
    shown = ", ".join(f"“{text}” as {answer} instead of {iso}" for text, iso, answer in mistakes[:12])
    return TEMPLATE.format(
        **figures,
        **asdict(settings),
        form="F16",
        tried=tried(),
        mistakes=(
            f"Wrong results{', among others' if len(mistakes) > 12 else ''}: {shown}."
            if mistakes
            else "No result was wrong."
        ),
    )


def tried() -> str:
    """The text of tried.md in this folder, a list of the trials that is written by hand."""
    return (Path(__file__).parent / "tried.md").read_text(encoding="utf-8").strip()
