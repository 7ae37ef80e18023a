"""Keeps a moving average of the weights, which often scores better than the last weights (Polyak & Juditsky 1992)."""

import contextlib
from collections.abc import Iterator

import torch


class WeightAverage:
    """The exponential moving average of a model's weights: w̄ ← decay · w̄ + (1 − decay) · w."""

    def __init__(self, model: torch.nn.Module, decay: float):
        self._model, self._decay = model, decay
        self.weights = self.copy()

    def copy(self) -> dict[str, torch.Tensor]:
        """A copy of the model's present weights, by name."""
        return {name: value.detach().clone() for name, value in self._model.named_parameters()}

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Update the average; call this after each step.

        The decay is at most (1 + step) / (10 + step), so that the random initial weights are forgotten quickly.
        """
        decay = min(self._decay, (1 + step) / (10 + step))
        for name, value in self._model.named_parameters():
            self.weights[name].lerp_(value, 1 - decay)

    @contextlib.contextmanager
    def in_place(self) -> Iterator[None]:
        """A context manager inside which the model has the averaged weights."""
        present = self.copy()
        self._write(self.weights)
        try:
            yield
        finally:
            self._write(present)

    @torch.no_grad()
    def _write(self, weights: dict[str, torch.Tensor]) -> None:
        for name, value in self._model.named_parameters():
            value.copy_(weights[name])
