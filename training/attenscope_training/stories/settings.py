"""The sizes of the story model and the settings of its training."""

from dataclasses import dataclass, replace
from pathlib import Path

from ..sources import REPOSITORY


@dataclass(frozen=True)
class Settings:
    """Sizes of the model, settings of the run, and the folders for its files."""

    # The model: about 5 million parameters, 5 MB in 8 bits.
    vocabulary: int = 2_048
    width: int = 256          # C
    layers: int = 6           # L
    heads: int = 8            # N, each 32 wide
    key_value_heads: int = 4  # K
    feed_forward: int = 704   # F
    context: int = 512
    rope_theta: float = 10_000.0

    # The run.
    total_tokens: int = 36_000_000
    rows_per_step: int = 8
    warmup_tokens: int = 800_000
    short_share: float = 0.75  # share of the run, at its beginning, with rows of half the context: attention is cheaper
    optimizer: str = "muon"
    learning_rate: float = 4e-3
    weight_decay: float = 0.1
    dropout: float = 0.15  # the run has about sixteen epochs
    seed: int = 1
    start_from: Path | None = None  # an exported model of the same shapes; the run starts with it

    runs: Path = REPOSITORY / "training" / "runs" / "stories"
    model_folder: Path = REPOSITORY / "models" / "stories"

    @property
    def tokens_per_step(self) -> int:
        """The number of tokens in a batch."""
        return self.rows_per_step * self.context

    @property
    def short_steps(self) -> int:
        """The number of steps, at the beginning, with rows of half the context."""
        return round(self.short_share * self.total_steps)

    @property
    def total_steps(self) -> int:
        """The length of the run in steps."""
        return self.total_tokens // self.tokens_per_step

    @property
    def warmup_steps(self) -> int:
        """The number of steps in which the learning rate rises."""
        return self.warmup_tokens // self.tokens_per_step


SIZES = {
    "medium": Settings(),
    # About 2.8 million parameters; training takes less than half the time.
    "small": replace(Settings(), width=192, heads=6, key_value_heads=3, feed_forward=512, dropout=0.0, short_share=0.0,
                     total_tokens=13_600_000),
}
