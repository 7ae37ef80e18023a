"""What stands in for a softmax."""

import torch

from .hooks import Hook


def renormalise(tensor: torch.Tensor) -> torch.Tensor:
    return tensor / tensor.sum(-1, keepdim=True)


def sparsemax(scores: torch.Tensor) -> torch.Tensor:
    """By sorting (Martins & Astudillo 2016, algorithm 1)."""
    ordered, _ = scores.sort(-1, descending=True)
    places = torch.arange(1, scores.shape[-1] + 1, dtype=scores.dtype)
    finite = torch.where(ordered.isinf(), torch.full_like(ordered, -1e30), ordered)
    sums = finite.cumsum(-1)
    support = (1 + places * finite > sums).sum(-1, keepdim=True)
    threshold = (sums.gather(-1, support - 1) - 1) / support
    return (scores - threshold).clamp_min(0)


def from_masked(path: str, normalise, head: int | None = None) -> Hook:
    """The pattern anew from masked scores, which have to be kept until it comes."""
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
