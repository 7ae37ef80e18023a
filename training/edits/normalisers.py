"""The functions that an edit can put in place of the softmax."""

import torch

from .hooks import Hook


def renormalise(tensor: torch.Tensor) -> torch.Tensor:
    """Weights (…, S) divided by their sum."""
    return tensor / tensor.sum(-1, keepdim=True)


def sparsemax(scores: torch.Tensor) -> torch.Tensor:
    """Sparsemax of scores (…, S), by sorting (Martins & Astudillo 2016, algorithm 1)."""
    ordered, _ = scores.sort(-1, descending=True)
    places = torch.arange(1, scores.shape[-1] + 1, dtype=scores.dtype)
    finite = torch.where(ordered.isinf(), torch.full_like(ordered, -1e30), ordered)
    sums = finite.cumsum(-1)
    support = (1 + places * finite > sums).sum(-1, keepdim=True)
    threshold = (sums.gather(-1, support - 1) - 1) / support
    return (scores - threshold).clamp_min(0)


def from_masked(path: str, normalise, head: int | None = None) -> Hook:
    """A hook that replaces the pattern, of one head or of all heads, by `normalise` of the masked scores."""
    kept = {}

    def hook(name, tensor, _first):
        if name == f"{path}.masked":
            kept["scores"] = tensor
        if name != f"{path}.pattern":
            return tensor
        made = normalise(kept["scores"])
        if head is None:
            return made
        copy = tensor.clone()
        copy[:, head] = made[:, head]
        return copy
    return hook
