"""The sizes of the translator and the settings of its training."""

from dataclasses import dataclass
from pathlib import Path

from ..sources import REPOSITORY


@dataclass(frozen=True)
class Settings:
    """Sizes of the model, settings of the run and of the search, and the folders for the run's files."""

    # The model: about 4.3 million parameters, 4.3 MB in 8 bits.
    vocabulary: int = 7_000
    width: int = 192            # C
    encoder_layers: int = 4
    decoder_layers: int = 2
    heads: int = 4              # N, each 48 wide
    feed_forward: int = 768     # F
    activation: str = "relu"
    positions: int = 256        # length of the longest source and target

    # The run.
    total_steps: int = 4_600
    warmup_steps: int = 100
    tokens_per_step: int = 3_000        # about the number of target tokens in a batch
    optimizer: str = "muon"
    learning_rate: float = 4e-3         # Muon's, or AdamW's without Muon
    vector_rate: float = 1.5e-3         # AdamW's for embeddings, norms and biases beside Muon
    muon_iterations: int = 4            # number of Newton-Schulz iterations
    weight_decay: float = 0.1
    dropout: float = 0.2
    label_smoothing: float = 0.1
    source_merge_dropout: float = 0.025  # share of merges that a batch does not use
    target_merge_dropout: float = 0.05
    lower_case: float = 0.1             # share of sources in lower case
    caption_copies: int = 1             # how often an epoch contains each pair of captions
    start_from: Path | None = None      # an exported model; the run starts with its weights and tokenizer
    average_decay: float = 0.995        # of the moving average of the weights, which is exported
    validate_every: int = 150
    patience: int = 10                  # the run ends after this number of validations without a new best
    seed: int = 1

    # The beam search.
    beams: int = 4
    length_penalty: float = 1.6

    test_pairs: int = 1_000
    valid_pairs: int = 700

    runs: Path = REPOSITORY / "training" / "runs" / "translate"
    model_folder: Path = REPOSITORY / "models" / "translate"
