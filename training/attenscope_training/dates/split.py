"""Writes examples that the dates model is scored on, one a line: text, tab, date as ISO 8601.

    python -m attenscope_training.dates.split [--count 1000] > attenscope_training/dates/unseen.tsv

Texts are the generator's, dates those that no training saw. by_hand.tsv, written one by one, is the other test.
"""

import argparse
import sys

from . import data

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1_000)
    for text, iso in data.unseen("test", parser.parse_args().count):
        sys.stdout.write(f"{text}\t{iso}\n")
