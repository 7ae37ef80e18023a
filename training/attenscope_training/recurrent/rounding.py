"""Weights as eight bits would leave them, to see before shipping what they cost."""

import copy

import torch


@torch.no_grad()
def as_int8(model: torch.nn.Module) -> torch.nn.Module:
    """A copy whose matrices are rounded as docs/checkpoint-forms.md says: 255 steps a row, symmetric."""
    rounded = copy.deepcopy(model)
    for parameter in rounded.parameters():
        if parameter.ndim == 2:
            scale = parameter.abs().amax(1, keepdim=True).clamp_min(1e-12) / 127
            parameter.copy_((parameter / scale).round() * scale)
    return rounded
