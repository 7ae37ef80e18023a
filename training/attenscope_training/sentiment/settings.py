"""The sizes of the sentiment model and the settings of its training."""

from dataclasses import dataclass
from pathlib import Path

from ..sources import REPOSITORY


@dataclass(frozen=True)
class Settings:
    """Sizes of the vocabulary and the model, settings of the run, and the folders for its files."""

    # The vocabulary: words that occur in `least_count` sentences or more, and pieces for other words.
    least_count: int = 2
    pieces: int = 3_000

    # The model.
    embedding: int = 128   # E
    width: int = 128       # D, per direction
    attention: int = 64    # A
    layers: int = 1
    longest: int = 256

    # The run.
    epochs: float = 2.0
    tokens_per_step: int = 1_024
    rows_per_step: int = 128   # the most phrases in a batch
    warmup_steps: int = 100
    learning_rate: float = 2e-3
    weight_decay: float = 0.1
    label_smoothing: float = 0.1
    length_weight: float = 0.5  # a phrase of n tokens has the weight n ** length_weight
    unknown_words: float = 0.05
    spelt_words: float = 0.1   # share of words that are replaced by their pieces
    embedding_dropout: float = 0.3
    state_dropout: float = 0.3
    pooled_dropout: float = 0.3
    embedding_spread: float = 0.3
    average_decay: float = 0.998
    validate_every: int = 200
    patience: int | None = 8
    held_out: int = 640         # validation sentences; each teacher has its own
    seed: int = 1

    # The student, which is the exported model.
    teachers: int = 3
    student_epochs: float = 2.0
    student_pieces: int = 40_000   # random pieces of sentences, labelled by the teachers
    teachers_share: float = 0.8    # weight of the teachers' probabilities; the treebank's labels have the rest
    student_held_out: int = 300

    runs: Path = REPOSITORY / "training" / "runs" / "sentiment"
    model_folder: Path = REPOSITORY / "models" / "sentiment"
