"""Writes the test sentences of the sentiment model, one per line: text, tab, label (1 positive), without a header.

    python -m attenscope_training.sentiment.split [--natural]

The sentences are SST-2's development set, which is not trained on. With --natural, they have natural spelling.
"""

import argparse
import re
import sys

from . import data

# Replacements that restore natural spelling, in the order in which they are applied.
_JOINS = [
    (r" (n't|'(?:s|m|d|re|ve|ll)\b)", r"\1"),
    (r"\bca n't", "can't"),
    (r"\b(can) (not)\b", r"\1\2"),
    (r"\b(gon|wan) (na)\b", r"\1\2"),
    (r"\b(got) (ta)\b", r"\1\2"),
    (r"`` (.*?) ''", r'"\1"'),
    (r"(^| )` (.*?) '(?= |$)", r"\1'\2'"),
    (r"``|''", '"'),
    (r"\( ", "("),
    (r" \)", ")"),
    (r" (\.\.\.|[.,;:?!%])", r"\1"),
    (r"\$ (?=\d)", "$"),
    ("# (?=[0-9])", "#"),
]


def natural(text: str) -> str:
    """A line of the treebank without its extra spaces, and with a capital first letter."""
    for pattern, joined in _JOINS:
        text = re.sub(pattern, joined, text)
    return text[:1].upper() + text[1:]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--natural", action="store_true")
    spell = natural if parser.parse_args().natural else str
    for phrase in data.read(data.locate().dev):
        sys.stdout.write(f"{spell(phrase.text)}\t{phrase.label}\n")
