"""Trains the tokenizer and the story model, evaluates the model, and writes models/stories."""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from .. import optimizers, runtime
from ..bits import bits_per_byte, document_nats
from ..commands import EXPORTS, add_run_options
from ..loop import LoopSettings, train
from ..text import PackedRows, read_documents
from . import data
from . import model as architecture
from .settings import SIZES, Settings

VALIDATION_STORIES = 300  # of 2,507, during training; the card's figure uses all


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m attenscope_training.stories", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="medium")
    parser.add_argument("--tokens", type=int, dest="total_tokens",
                        help="length of the run in tokens; a resumed run may have another length")
    parser.add_argument("--optimizer", choices=["adamw", "muon"])
    parser.add_argument("--learning-rate", type=float)
    parser.add_argument("--weight-decay", type=float)
    parser.add_argument("--dropout", type=float)
    parser.add_argument("--short-share", type=float,
                        help="share of the run, at its beginning, with rows of half the context (faster)")
    parser.add_argument("--bfloat16", action="store_true",
                        help="compute matrix products in bfloat16 (faster on CPUs with instructions for it)")
    parser.add_argument("--start-from", type=Path, metavar="FOLDER",
                        help="an exported model; the run starts with its weights and tokenizer")
    parser.add_argument("--compile", action="store_true", help="torch.compile the model (needs a C++ compiler)")
    parser.add_argument("--train-sha256", help="SHA-256 of the public training file, for a download")
    parser.add_argument("--valid-sha256", help="SHA-256 of the public validation file")
    add_run_options(parser, "stories", {**EXPORTS, "choices": [*EXPORTS["choices"], "mean"],
                                        "help": "do not train; export this checkpoint, or the mean of both"})
    return parser.parse_args()


def main() -> None:
    options = arguments()
    chosen = {name: value
              for name in ("total_tokens", "optimizer", "learning_rate", "weight_decay", "dropout", "short_share",
                           "start_from")
              if (value := getattr(options, name)) is not None}
    settings = replace(SIZES[options.size], **chosen)
    settings = replace(settings, runs=settings.runs.parent / options.name)
    process = runtime.start(options.threads, options.yield_cores, options.bfloat16)
    files = data.locate(options.train_sha256, options.valid_sha256, settings.runs / "downloads")
    if process.is_main:
        data.tokenizer_for(settings, files)
    process.broadcast_flag(True)  # the other processes wait here for the tokenizer
    tokenizer = data.tokenizer_for(settings, files)
    if not options.export_only:
        fit(settings, process, files, tokenizer, options)
    if process.is_main and not options.no_export:
        from .release import release
        release(settings, files, tokenizer, options.export_only or "best", process.device)
    process.close()


def fit(settings: Settings, process: runtime.Runtime, files: data.StoryFiles, tokenizer,
        options: argparse.Namespace) -> None:
    """Train in the folder `settings.runs`, or resume the run in that folder."""
    stories = data.encode(tokenizer, read_documents(files.train))
    rows = PackedRows(stories, settings.context, settings.seed)
    short_rows = PackedRows(stories, settings.context // 2, settings.seed)
    held_out = read_documents(files.valid)[:VALIDATION_STORIES]
    held_out_ids = data.encode(tokenizer, held_out, closed=True)
    held_out_bytes = sum(len(story.encode()) for story in held_out)
    model = architecture.begin(settings).to(process.device)
    if process.is_main:
        count = sum(p.numel() for p in model.parameters())
        print(f"{count:,} parameters; {rows.tokens:,} tokens an epoch; {settings.total_steps:,} steps "
              f"= {settings.total_tokens / rows.tokens:.1f} epochs", flush=True)
    run_model = torch.compile(model, dynamic=False) if options.compile else model

    def batch_at(step: int, rank: int, world: int) -> torch.Tensor:
        batch: np.ndarray = (short_rows.batch(step, 2 * settings.rows_per_step, rank, world)
                             if step < settings.short_steps else
                             rows.batch(step, settings.rows_per_step, rank, world))
        return torch.from_numpy(batch).to(process.device)

    def validate(plain: torch.nn.Module) -> float:
        plain.eval()
        return bits_per_byte(document_nats(plain, held_out_ids, settings.context, process.device), held_out_bytes)

    train(model, optimizers.build(model, settings.optimizer, settings.learning_rate, settings.weight_decay,
                                  dtype=process.dtype),
          batch_at, architecture.loss, validate, process, forward=run_model,
          settings=LoopSettings(settings.total_steps, settings.warmup_steps, settings.runs, settings.seed))


if __name__ == "__main__":
    main()
