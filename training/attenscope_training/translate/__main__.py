"""Trains the tokenizer and the translator, evaluates the model, and writes models/translate."""

import argparse
from dataclasses import replace
from pathlib import Path

import torch

from .. import optimizers, runtime
from ..commands import EXPORTS, add_run_options
from ..loop import loop_settings, train
from . import data, score
from . import model as architecture
from .settings import Settings
from .split import Split, data_folder, split

PROBE = 150  # validation pairs of each kind that are translated by greedy search, to log BLEU during training


def arguments() -> argparse.Namespace:
    defaults = Settings()
    parser = argparse.ArgumentParser(prog="python -m attenscope_training.translate", description=__doc__)
    parser.add_argument("--steps", type=int, default=defaults.total_steps,
                        help="number of training steps; a resumed run may have another number")
    parser.add_argument("--optimizer", choices=["adamw", "muon"], default=defaults.optimizer)
    parser.add_argument("--learning-rate", type=float, default=defaults.learning_rate)
    parser.add_argument("--vector-rate", type=float, default=defaults.vector_rate,
                        help="AdamW's learning rate for embeddings, norms and biases, beside Muon")
    parser.add_argument("--dropout", type=float, default=defaults.dropout)
    parser.add_argument("--caption-copies", type=int, default=defaults.caption_copies,
                        help="how often an epoch contains each pair of captions")
    parser.add_argument("--start-from", type=Path, metavar="FOLDER",
                        help="an exported model; the run starts with its weights and tokenizer")
    add_run_options(parser, "translate", EXPORTS)
    return parser.parse_args()


def main() -> None:
    options = arguments()
    settings = Settings()
    settings = replace(settings, total_steps=options.steps, optimizer=options.optimizer, dropout=options.dropout,
                       caption_copies=options.caption_copies, start_from=options.start_from,
                       learning_rate=options.learning_rate, vector_rate=options.vector_rate,
                       runs=settings.runs.parent / options.name)
    process = runtime.start(options.threads, options.yield_cores)
    parts = split(data_folder(), settings.test_pairs, settings.valid_pairs)
    if process.is_main:
        data.tokenizer_for(settings, parts)
    process.broadcast_flag(True)  # the other processes wait here for the tokenizer
    tokenizer = data.tokenizer_for(settings, parts)
    if not options.export_only:
        fit(settings, process, parts, tokenizer, options)
    if process.is_main and not options.no_export:
        from .release import release
        release(settings, parts, tokenizer, options.export_only or "best", process.device)
    process.close()


def fit(settings: Settings, process: runtime.Runtime, parts: Split, tokenizer, options: argparse.Namespace) -> None:
    """Train in the folder `settings.runs`, or resume the run in that folder."""
    batches = data.training_batches(settings, parts, tokenizer)
    model = architecture.begin(settings).to(process.device)
    packed = architecture.PackedMarian(model, settings.label_smoothing)
    if process.is_main:
        count = sum(p.numel() for p in model.parameters() if p.requires_grad)
        print(f"{count:,} parameters; {len(batches):,} pairs, {batches.tokens:,} target tokens an epoch; "
              f"{settings.total_steps:,} steps = {settings.total_steps / batches.steps_per_epoch:.1f} epochs", flush=True)
    held_out = data.fixed_batches(parts.tatoeba_valid + parts.caption_valid, tokenizer, process.device)

    def validate(plain: torch.nn.Module) -> dict[str, float]:
        packed.eval()
        with torch.inference_mode():
            weights = [(batch.target != data.PAD_ID).sum().item() for batch in held_out]
            total = sum(packed(batch).item() * weight for batch, weight in zip(held_out, weights))
        figures = {"figure": total / sum(weights)}
        for name, pairs in (("tatoeba", parts.tatoeba_valid[:PROBE]), ("captions", parts.caption_valid[:PROBE])):
            texts = [pair.english for pair in pairs]
            figures[f"bleu_{name}"] = score.bleu(score.translate(plain, tokenizer, texts, beams=1), pairs)
        packed.train()
        return figures

    train(model, optimizers.build(model, settings.optimizer, settings.learning_rate, settings.weight_decay,
                                  adam_lr=settings.vector_rate, iterations=settings.muon_iterations),
          lambda step, rank, world: batches.batch(step, rank, world, process.device),
          lambda forward, batch: forward(batch), validate, process, forward=packed,
          settings=loop_settings(settings))


if __name__ == "__main__":
    main()
