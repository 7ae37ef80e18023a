"""The command-line options that all training commands share."""

import argparse


def add_run_options(parser: argparse.ArgumentParser, name: str, exports: dict) -> None:
    """Add the options for the use of the CPU, for the run's folder and for exporting.

    `name` is the default name of the run's folder. `exports` has the keyword arguments of --export-only.
    """
    parser.add_argument("--threads", type=int, help="CPU threads; default: every core")
    parser.add_argument("--yield-cores", action="store_true",
                        help="use fewer threads while other programs need the cores; results then vary in the last bits")
    parser.add_argument("--name", default=name, help="folder under training/runs")
    parser.add_argument("--export-only", **exports)
    parser.add_argument("--no-export", action="store_true", help="train only, without an export (for trials)")


EXPORTS = {"choices": ["best", "last"], "help": "do not train; export this checkpoint"}
