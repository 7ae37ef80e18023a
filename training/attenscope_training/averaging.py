"""A moving average of the weights: a steadier model than the last step's (Polyak & Juditsky 1992)."""

import contextlib
from collections.abc import Iterator

import torch


class WeightAverage:
    def __init__(self, model: torch.nn.Module, decay: float):
        self._model, self._decay = model, decay
        self.weights = self.copy()

    def copy(self) -> dict[str, torch.Tensor]:
        return {name: value.detach().clone() for name, value in self._model.named_parameters()}

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Call after each step. Early on it forgets faster: the random weights it began with are worth nothing."""
        decay = min(self._decay, (1 + step) / (10 + step))
        for name, value in self._model.named_parameters():
            self.weights[name].lerp_(value, 1 - decay)

    @contextlib.contextmanager
    def in_place(self) -> Iterator[None]:
        """Inside, the model has the average as its weights."""
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
