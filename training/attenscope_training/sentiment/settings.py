"""What the sentiment model is and how it trains."""

from dataclasses import dataclass
from pathlib import Path

from ..sources import REPOSITORY


@dataclass(frozen=True)
class Settings:
    # The vocabulary: words of so many sentences or more, and pieces for the others.
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
    rows_per_step: int = 128   # at most, of short phrases
    warmup_steps: int = 100
    learning_rate: float = 2e-3
    weight_decay: float = 0.1
    label_smoothing: float = 0.1
    length_weight: float = 0.5  # a phrase of n tokens counts n to this power
    unknown_words: float = 0.05
    spelt_words: float = 0.1   # whole words given in pieces
    embedding_dropout: float = 0.3
    state_dropout: float = 0.3
    pooled_dropout: float = 0.3
    embedding_spread: float = 0.3
    average_decay: float = 0.998
    validate_every: int = 200
    patience: int | None = 8
    held_out: int = 640         # sentences, others for each teacher, on which it is validated
    seed: int = 1

    # The student that ships.
    teachers: int = 3
    student_epochs: float = 2.0
    student_pieces: int = 40_000   # runs of words that only the teachers label
    teachers_share: float = 0.8    # of what the student is told; the treebank has the rest
    student_held_out: int = 300

    runs: Path = REPOSITORY / "training" / "runs" / "sentiment"
    model_folder: Path = REPOSITORY / "models" / "sentiment"
