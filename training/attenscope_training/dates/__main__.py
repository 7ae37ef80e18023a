"""Trains, exports and evaluates the dates model, and writes it to models/dates."""

import argparse
from dataclasses import replace

import torch

from .. import optimizers, runtime
from ..commands import EXPORTS, add_run_options
from ..loop import loop_settings, train
from . import data
from . import model as architecture
from . import tokenizer as letters
from .settings import Settings

VALIDATION_EXAMPLES = 2_000


def arguments() -> argparse.Namespace:
    defaults = Settings()
    parser = argparse.ArgumentParser(prog="python -m attenscope_training.dates", description=__doc__)
    parser.add_argument("--steps", type=int, default=defaults.total_steps, help="number of training steps")
    parser.add_argument("--learning-rate", type=float, default=defaults.learning_rate)
    add_run_options(parser, "dates", EXPORTS)
    return parser.parse_args()


def main() -> None:
    options = arguments()
    settings = Settings()
    settings = replace(settings, total_steps=options.steps, learning_rate=options.learning_rate,
                       runs=settings.runs.parent / options.name)
    process = runtime.start(options.threads, options.yield_cores)
    tokenizer = letters.build()
    if not options.export_only:
        fit(settings, process, tokenizer)
    if process.is_main and not options.no_export:
        from .release import release
        release(settings, tokenizer, options.export_only or "best")
    process.close()


def fit(settings: Settings, process: runtime.Runtime, tokenizer) -> None:
    """Train in the folder `settings.runs`, or resume the run in that folder."""
    written = architecture.WrittenDates(tokenizer, settings)
    model = architecture.build(settings, tokenizer).to(process.device)
    held_out = data.unseen("valid", VALIDATION_EXAMPLES)
    if process.is_main:
        print(f"{sum(p.numel() for p in model.parameters()):,} parameters; {settings.total_steps:,} steps", flush=True)

    def batch_at(step: int, rank: int, world: int) -> architecture.Batch:
        batch = written.batch(step, rank, world)
        return architecture.Batch(batch.source.to(process.device), batch.targets.to(process.device), batch.share)

    def validate(plain: torch.nn.Module) -> dict[str, float]:
        return {"figure": architecture.nats(plain, tokenizer, held_out),
                "exact": architecture.exact(plain, tokenizer, held_out[:500])}

    train(model, optimizers.build(model, "adamw", settings.learning_rate, settings.weight_decay), batch_at,
          architecture.loss, validate, process, settings=loop_settings(settings, log_every=100))


if __name__ == "__main__":
    main()
