"""Trains the tokenizer, the teachers and the student on SST-2, evaluates the student, and writes models/sentiment."""

import argparse
from dataclasses import replace

import numpy as np
import torch
from tokenizers import Tokenizer

from .. import checkpoint, optimizers, runtime
from ..commands import add_run_options
from ..loop import loop_settings, train
from ..recurrent import LstmClassifier
from . import data, teaching
from . import model as architecture
from . import tokenizer as words
from .batches import Batch, PhraseBatches
from .settings import Settings


def arguments() -> argparse.Namespace:
    defaults = Settings()
    parser = argparse.ArgumentParser(prog="python -m attenscope_training.sentiment", description=__doc__)
    parser.add_argument("--teachers", type=int, default=defaults.teachers,
                        help="number of teacher models; with 0, the student learns only from the labels")
    parser.add_argument("--epochs", type=float, default=defaults.epochs, help="epochs of each teacher")
    parser.add_argument("--student-epochs", type=float, default=defaults.student_epochs)
    parser.add_argument("--sha256", help="SHA-256 of GLUE's SST-2.zip, for a download")
    add_run_options(parser, "sentiment", {
        "metavar": "RUN", "help": "train no further; export the best of that run, e.g. teacher-1"})
    return parser.parse_args()


def main() -> None:
    options = arguments()
    settings = Settings()
    settings = replace(
        settings,
        teachers=options.teachers,
        epochs=options.epochs,
        student_epochs=options.student_epochs,
        runs=settings.runs.parent / options.name,
    )
    process = runtime.start(options.threads, options.yield_cores)
    files = data.locate(options.sha256, settings.runs / "downloads")
    phrases = data.read(files.train)
    if process.is_main:
        tokenizer_for(settings, phrases)
    process.broadcast_flag(True)  # the other processes wait here for the tokenizer
    tokenizer = tokenizer_for(settings, phrases)
    if not options.export_only:
        for number in range(1, settings.teachers + 1):
            teach(settings, process, tokenizer, phrases, number)
        learn(settings, process, tokenizer, phrases)
    if process.is_main and not options.no_export:
        from .release import release
        release(settings, tokenizer, phrases, data.read(files.dev), options.export_only or "student")
    process.close()


def tokenizer_for(settings: Settings, phrases: list[data.Phrase]) -> Tokenizer:
    """The tokenizer in the run's folder; the first call trains it on the whole sentences among `phrases`."""
    path = settings.runs / "tokenizer" / "tokenizer.json"
    if not path.exists():
        sentences = [phrase.text for phrase, is_whole in zip(phrases, data.whole(phrases)) if is_whole]
        words.save(words.train(sentences, settings.least_count, settings.pieces), path.parent, settings.longest)
    return Tokenizer.from_file(str(path))


def teach(settings: Settings, process: runtime.Runtime, tokenizer: Tokenizer, phrases: list[data.Phrase], number: int) -> None:
    """Train teacher `number`; each teacher has its own random seed and its own held-out sentences."""
    settings = replace(settings, seed=settings.seed * 100 + number, runs=settings.runs / f"teacher-{number}")
    kept, held_out = data.split(phrases, settings.held_out, settings.seed)
    fit(settings, process, tokenizer, [phrase.text for phrase in kept],
        teaching.smoothed(kept, settings.label_smoothing, len(architecture.LABELS)), held_out)


def learn(
    settings: Settings, process: runtime.Runtime, tokenizer: Tokenizer, phrases: list[data.Phrase]
) -> None:
    """Train the student on the phrases and on random pieces of sentences, both labelled by the teachers."""
    kept, held_out = data.split(phrases, settings.student_held_out, settings.seed)
    texts = [phrase.text for phrase in kept]
    folder = settings.runs / "student"
    if settings.teachers:
        sentences = [phrase for phrase, is_whole in zip(kept, data.whole(kept)) if is_whole]
        pieces = teaching.pieces_of(sentences, settings.student_pieces, settings.seed)
        said = consensus_for(settings, tokenizer, texts + pieces)
        targets = np.concatenate([teaching.targets(kept, said[:len(kept)], settings.teachers_share), said[len(kept):]])
        texts = texts + pieces
    else:
        targets = teaching.smoothed(kept, settings.label_smoothing, len(architecture.LABELS))
    fit(
        replace(settings, epochs=settings.student_epochs, runs=folder),
        process,
        tokenizer,
        texts,
        targets,
        held_out,
    )


def consensus_for(settings: Settings, tokenizer: Tokenizer, texts: list[str]) -> np.ndarray:
    """The teachers' mean probabilities (texts, labels), computed once and stored in the run's folder."""
    path = settings.runs / "student" / f"consensus-{settings.teachers}.pt"
    found = checkpoint.load(path)
    if found is None:
        teachers = [trained(settings, tokenizer, f"teacher-{n}") for n in range(1, settings.teachers + 1)]
        found = {"probabilities": torch.from_numpy(teaching.consensus(teachers, tokenizer, texts))}
        checkpoint.save(path, found)
    return found["probabilities"].numpy()


def trained(settings: Settings, tokenizer: Tokenizer, run: str) -> LstmClassifier:
    """The model with the best weights of a run, in evaluation mode."""
    model = architecture.build(settings, tokenizer)
    checkpoint.restore(settings.runs / run / "best.pt", model)
    return model.eval()


def fit(settings: Settings, process: runtime.Runtime, tokenizer: Tokenizer, texts: list[str], targets: np.ndarray,
        held_out: list[data.Phrase]) -> None:
    """Train in the folder `settings.runs`, or resume the run in that folder."""
    batches = PhraseBatches(tokenizer, texts, targets, settings)
    model = architecture.build(settings, tokenizer).to(process.device)
    steps = int(settings.epochs * batches.steps_per_epoch)
    if process.is_main:
        print(f"{settings.runs.name}: {sum(p.numel() for p in model.parameters()):,} parameters; {len(texts):,} texts; "
              f"{steps:,} steps = {settings.epochs:.1f} epochs", flush=True)

    def batch_at(step: int, rank: int, world: int) -> Batch:
        batch = batches.batch(step, rank, world)
        return Batch(
            batch.ids.to(process.device),
            batch.lengths,
            batch.targets.to(process.device),
            batch.weights.to(process.device),
        )

    def validate(plain: torch.nn.Module) -> dict[str, float]:
        found = architecture.figures(architecture.logits(plain, tokenizer, [phrase.text for phrase in held_out]),
                                     [phrase.label for phrase in held_out])
        return {"figure": found["nats"], "accuracy": found["accuracy"]}

    train(model, optimizers.build(model, "adamw", settings.learning_rate, settings.weight_decay), batch_at,
          architecture.loss, validate, process, settings=loop_settings(settings, steps, log_every=100))


if __name__ == "__main__":
    main()
