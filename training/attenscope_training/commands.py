"""What the commands that train a model have in common."""

import argparse


def add_run_options(parser: argparse.ArgumentParser, name: str, exports: dict) -> None:
    """How a run uses the machine, where it keeps its files, and whether it trains or only exports.

    `name` is its folder by default; `exports` goes to add_argument: what may be exported without training.
    """
    parser.add_argument("--threads", type=int, help="CPU threads; default: every core")
    parser.add_argument("--yield-cores", action="store_true",
                        help="fewer threads while other work needs the cores; no longer repeatable to the last bit")
    parser.add_argument("--name", default=name, help="folder under training/runs")
    parser.add_argument("--export-only", **exports)
    parser.add_argument("--no-export", action="store_true", help="stop after training (for trials)")


EXPORTS = {"choices": ["best", "last"], "help": "train no further; export that checkpoint"}
