"""Writes the sentences that the sentiment model is scored on, one a line: text, tab, label (1 positive), no header.

    python -m attenscope_training.sentiment.split [--natural]

SST-2's development set, of which no training saw a sentence. With --natural, as people would type them.
"""

import argparse
import re
import sys

from . import data

# What the treebank's spaces come from; in this order.
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
    """A treebank's line without its spaces, and with a capital letter in front."""
    for pattern, joined in _JOINS:
        text = re.sub(pattern, joined, text)
    return text[:1].upper() + text[1:]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--natural", action="store_true")
    spell = natural if parser.parse_args().natural else str
    for phrase in data.read(data.locate().dev):
        sys.stdout.write(f"{spell(phrase.text)}\t{phrase.label}\n")
