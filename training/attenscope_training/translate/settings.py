"""What the translator is and how long it trains."""

from dataclasses import dataclass
from pathlib import Path

from ..sources import REPOSITORY


@dataclass(frozen=True)
class Settings:
    # The model: about 4.3 million parameters, 4.3 MB in 8 bits.
    vocabulary: int = 7_000
    width: int = 192            # C
    encoder_layers: int = 4
    decoder_layers: int = 2
    heads: int = 4              # N, each 48 wide
    feed_forward: int = 768     # F
    activation: str = "relu"
    positions: int = 256        # the longest source and target

    # The run.
    total_steps: int = 4_600
    warmup_steps: int = 100
    tokens_per_step: int = 3_000        # target tokens of a batch, about
    optimizer: str = "muon"
    learning_rate: float = 4e-3         # Muon's, or AdamW's for all
    vector_rate: float = 1.5e-3         # AdamW's for embeddings, norms and biases beside Muon
    muon_iterations: int = 4            # of Newton-Schulz
    weight_decay: float = 0.1
    dropout: float = 0.2
    label_smoothing: float = 0.1
    source_merge_dropout: float = 0.025  # merges that a batch does without
    target_merge_dropout: float = 0.05
    lower_case: float = 0.1             # sources written without capitals
    caption_copies: int = 1             # how often a pass meets each pair of captions
    start_from: Path | None = None      # an exported model whose weights and tokenizer the run begins with
    average_decay: float = 0.995        # of the moving average of weights that is exported
    validate_every: int = 150
    patience: int = 10                  # validations without a new best before the run ends
    seed: int = 1

    # How it translates.
    beams: int = 4
    length_penalty: float = 1.6

    test_pairs: int = 1_000
    valid_pairs: int = 700

    runs: Path = REPOSITORY / "training" / "runs" / "translate"
    model_folder: Path = REPOSITORY / "models" / "translate"
