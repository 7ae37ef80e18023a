"""The sizes of the dates model and the settings of its training."""

from dataclasses import dataclass
from pathlib import Path

from ..sources import REPOSITORY


@dataclass(frozen=True)
class Settings:
    """Sizes of the model, settings of the run, and the folders for its files."""

    # The model.
    embedding: int = 32    # E
    width: int = 64        # D, per direction
    decoder: int = 96      # G
    attention: int = 48    # A
    longest: int = 96

    # The run. Every batch has new texts: there are no epochs.
    total_steps: int = 3_600
    rows_per_step: int = 64 
    pool_steps: int = 400       # number of steps whose texts are written together and grouped by length
    warmup_steps: int = 200
    learning_rate: float = 3e-3
    weight_decay: float = 0.01
    dropout: float = 0.1
    average_decay: float = 0.998
    validate_every: int = 500
    patience: int | None = 8
    unknown_signs: float = 0.002
    seed: int = 1

    runs: Path = REPOSITORY / "training" / "runs" / "dates"
    model_folder: Path = REPOSITORY / "models" / "dates"
