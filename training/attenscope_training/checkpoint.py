"""Saves and loads the checkpoints of a run; an interrupted save leaves the previous checkpoint as it was."""

import os
from pathlib import Path

import torch


def save(path: Path, state: dict) -> None:
    """Write `state` to a temporary file and rename it to `path`, so that a reader never sees an incomplete file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    os.replace(partial, path)


def load(path: Path, device: torch.device | str = "cpu") -> dict | None:
    """The state saved at `path`, or None if the file does not exist."""
    if not path.exists():
        return None
    return torch.load(path, map_location=device, weights_only=True)


def restore(path: Path, model: torch.nn.Module) -> dict:
    """Load the weights saved at `path` into `model`; returns the saved state.

    Raises SystemExit if the file does not exist.
    """
    state = load(path)
    if state is None:
        raise SystemExit(f"{path} is not there: train first")
    model.load_state_dict(state["model"])
    return state


def restore_mean(paths: list[Path], model: torch.nn.Module) -> list[dict]:
    """Load the mean of the weights saved at `paths` into `model` (Izmailov et al. 2018); returns the saved states."""
    states = [restore(path, model) for path in paths]
    model.load_state_dict({name: torch.stack([state["model"][name] for state in states]).mean(0)
                           for name in states[0]["model"]})
    return states
