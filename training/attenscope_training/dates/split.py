"""Writes test examples for the dates model, one per line: text, tab, date in ISO 8601.

    python -m attenscope_training.dates.split [--count 1000] > attenscope_training/dates/unseen.tsv

The generator writes the texts, for dates that are not in the training set. The second test set, by_hand.tsv, is
written by hand.
"""

import argparse
import sys

from . import data

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1_000)
    for text, iso in data.unseen("test", parser.parse_args().count):
        sys.stdout.write(f"{text}\t{iso}\n")
