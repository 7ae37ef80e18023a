"""Splits the dates into training, validation and test dates, and writes examples of them."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np

from .writing import Writer

FIRST, LAST = date(1900, 1, 1), date(2099, 12, 31)
_HERE = Path(__file__).parent
_SPLIT_SEED, _HELD_OUT = 20_210_303, 0.05

Example = tuple[str, str]  # the date as text, and in ISO 8601


def by_hand() -> list[Example]:
    """The examples of by_hand.tsv, which were written by hand, without the generator."""
    rows = [line.rsplit("\t", 1) for line in (_HERE / "by_hand.tsv").read_text(encoding="utf-8").splitlines()]
    return [(text, iso) for text, iso in rows]


def days() -> dict[str, list[date]]:
    """The dates from 1900 to 2099, split into `train` (90 %), `valid` (5 %) and `test` (5 %).

    Dates in by_hand.tsv are removed from `train`.
    """
    every = [FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)]
    order = np.random.default_rng(_SPLIT_SEED).permutation(len(every))
    size, reserved = int(len(every) * _HELD_OUT), {iso for _, iso in by_hand()}
    parts = {"valid": order[:size], "test": order[size:2 * size], "train": order[2 * size:]}
    split = {name: [every[i] for i in places] for name, places in parts.items()}
    split["train"] = [day for day in split["train"] if day.isoformat() not in reserved]
    return split


def unseen(part: str, count: int) -> list[Example]:
    """`count` examples of the dates in `part` ('valid' or 'test'); every call gives the same examples."""
    rng = np.random.default_rng([_SPLIT_SEED, {"valid": 1, "test": 2}[part]])
    writer, choices = Writer(rng), days()[part]
    chosen = [choices[i] for i in rng.integers(len(choices), size=count)]
    return [(writer.write(day), day.isoformat()) for day in chosen]
