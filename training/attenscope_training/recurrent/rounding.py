"""Rounds weights to eight bits, to measure the loss of quality before a release."""

import copy

import torch


@torch.no_grad()
def as_int8(model: torch.nn.Module) -> torch.nn.Module:
    """A copy of `model` with matrices rounded as docs/checkpoint-forms.md defines: symmetric, with 255 steps per row."""
    rounded = copy.deepcopy(model)
    for parameter in rounded.parameters():
        if parameter.ndim == 2:
            scale = parameter.abs().amax(1, keepdim=True).clamp_min(1e-12) / 127
            parameter.copy_((parameter / scale).round() * scale)
    return rounded
