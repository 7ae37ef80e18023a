"""Checkpoints of a run: written whole or not at all, so that a run can be killed at any moment."""

import os
from pathlib import Path

import torch


def save(path: Path, state: dict) -> None:
    """Write beside `path`, then rename: a reader never sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    os.replace(partial, path)


def load(path: Path, device: torch.device | str = "cpu") -> dict | None:
    """The state saved at `path`, or None where there is none."""
    if not path.exists():
        return None
    return torch.load(path, map_location=device, weights_only=True)


def restore(path: Path, model: torch.nn.Module) -> dict:
    """Put the weights saved at `path` into `model`; the rest of what was saved. Ends the program where nothing was."""
    state = load(path)
    if state is None:
        raise SystemExit(f"{path} is not there: train first")
    model.load_state_dict(state["model"])
    return state


def restore_mean(paths: list[Path], model: torch.nn.Module) -> list[dict]:
    """Put the mean of the weights saved at `paths` into `model` (Izmailov et al. 2018); the rest of what was saved."""
    states = [restore(path, model) for path in paths]
    model.load_state_dict({name: torch.stack([state["model"][name] for state in states]).mean(0)
                           for name in states[0]["model"]})
    return states
