"""The training loop of every model: steps, logs, validation, checkpoints and resuming."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.nn.parallel import DistributedDataParallel

from . import checkpoint
from .averaging import WeightAverage
from .runtime import Runtime
from .schedule import warmup_linear_decay


@dataclass(frozen=True)
class LoopSettings:
    """The settings of a run that do not depend on the model."""

    total_steps: int
    warmup_steps: int
    folder: Path
    seed: int = 0
    clip_norm: float = 1.0
    log_every: int = 20
    validate_every: int = 250
    checkpoint_seconds: float = 180.0
    # With a decay such as 0.99, validation and best.pt use the moving average of the weights.
    average_decay: float | None = None
    # Early stopping: the run ends after this number of validations in a row without a new best figure.
    patience: int | None = None


def loop_settings(settings, total_steps: int | None = None, **more) -> LoopSettings:
    """The loop's settings from a model's `settings`; `total_steps` is for models whose settings lack it."""
    return LoopSettings(settings.total_steps if total_steps is None else total_steps, settings.warmup_steps,
                        settings.runs, settings.seed, validate_every=settings.validate_every,
                        average_decay=settings.average_decay, patience=settings.patience, **more)


# (step, rank, world) → batch, of any type that `loss` accepts. The batch depends only on these three numbers, so a
# resumed run needs only its step to continue with the right data.
BatchAt = Callable[[int, int, int], object]
Loss = Callable[[torch.nn.Module, object], torch.Tensor]
# Returns one figure, or several figures by name; all are logged. The best model has the smallest "figure".
Validate = Callable[[torch.nn.Module], float | dict[str, float]]


def train(model: torch.nn.Module, optimizers: list[torch.optim.Optimizer], batch_at: BatchAt, loss: Loss,
          validate: Validate, runtime: Runtime, settings: LoopSettings,
          forward: torch.nn.Module | None = None, stop_after: int | None = None) -> int:
    """Train until `total_steps` or until early stopping; returns the last step. Resumes from `folder`/last.pt.

    `validate` returns a figure to minimise; `folder`/best.pt has the weights with the smallest figure.
    `forward`, if given, is the compiled `model`; both share their parameters.
    `stop_after` ends the run at this step, for tests of an interruption.
    Raises ValueError if last.pt was trained with another seed.
    """
    average = WeightAverage(model, settings.average_decay) if settings.average_decay else None
    step, best, stale = _resume(model, optimizers, average, settings, runtime)
    peak_rates = [[group.setdefault("peak_lr", group["lr"]) for group in o.param_groups] for o in optimizers]
    wrapped = model if forward is None else forward
    if runtime.world > 1:
        wrapped = DistributedDataParallel(wrapped)
    log = _open_log(settings.folder, step) if runtime.is_main else None
    last_save = last_log = time.monotonic()
    model.train()
    while step < settings.total_steps and step != stop_after and not _is_stale(stale, settings):
        # The seed depends on step and rank, so that a resumed run draws the same random numbers as an uninterrupted run.
        torch.manual_seed((settings.seed * 1_000_003 + step) * 1_009 + runtime.rank)
        factor = warmup_linear_decay(step, settings.total_steps, settings.warmup_steps)
        for optimizer, rates in zip(optimizers, peak_rates):
            for group, rate in zip(optimizer.param_groups, rates):
                group["lr"] = rate * factor
            optimizer.zero_grad(set_to_none=True)
        with runtime.autocast():
            value = loss(wrapped, batch_at(step, runtime.rank, runtime.world))
        value.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), settings.clip_norm)
        for optimizer in optimizers:
            optimizer.step()
        step += 1
        if average:
            average.update(step)
        if runtime.thread_count:
            runtime.thread_count.adapt()

        if step % settings.log_every == 0:
            mean = runtime.mean(value.detach()).item()
            if log:
                now = time.monotonic()
                log.write(step, {"train/nats": mean, "train/gradient_norm": norm.item(), "train/rate_factor": factor,
                                 "train/seconds_per_step": (now - last_log) / settings.log_every})
                last_log = now
        finished = step == settings.total_steps or step == stop_after
        if step % settings.validate_every == 0 or finished:
            if runtime.is_main:
                started = time.monotonic()
                with average.in_place() if average else contextlib.nullcontext():
                    found = validate(model)
                    figures = found if isinstance(found, dict) else {"figure": found}
                    log.write(step, {f"valid/{name}": value for name, value in figures.items()})
                    stale += 1
                    if figures["figure"] < best:
                        best, stale = figures["figure"], 0
                        checkpoint.save(settings.folder / "best.pt",
                                        {"model": model.state_dict(), "step": step, "figure": best})
                model.train()
                last_log += time.monotonic() - started
            if settings.patience is not None and runtime.broadcast_flag(_is_stale(stale, settings)):
                finished, stale = True, settings.patience
        if runtime.broadcast_flag(finished or time.monotonic() - last_save > settings.checkpoint_seconds):
            if runtime.is_main:
                _save(model, optimizers, average, settings, step, best, stale)
            last_save = time.monotonic()
    return step


def _is_stale(stale: int, settings: LoopSettings) -> bool:
    return settings.patience is not None and stale >= settings.patience


def _save(model, optimizers, average, settings: LoopSettings, step: int, best: float, stale: int) -> None:
    checkpoint.save(settings.folder / "last.pt", {
        "model": model.state_dict(), "optimizers": [o.state_dict() for o in optimizers],
        "average": average.weights if average else None,
        "step": step, "best": best, "stale": stale, "seed": settings.seed})


def _resume(model, optimizers, average, settings: LoopSettings, runtime: Runtime) -> tuple[int, float, int]:
    state = checkpoint.load(settings.folder / "last.pt", runtime.device)
    if state is None:
        return 0, float("inf"), 0
    if state["seed"] != settings.seed:
        raise ValueError(f"{settings.folder / 'last.pt'} was trained with seed {state['seed']}, not {settings.seed}")
    model.load_state_dict(state["model"])
    for optimizer, saved in zip(optimizers, state["optimizers"], strict=True):
        optimizer.load_state_dict(saved)
    if average:
        # If the checkpoint has no average, the average starts with the present weights.
        average.weights = state.get("average") or average.copy()
    return state["step"], state["best"], state.get("stale", 0)


class _Log:
    """Writes figures to TensorBoard and prints them."""

    def __init__(self, folder: Path, first_step: int):
        from torch.utils.tensorboard import SummaryWriter
        self._writer = SummaryWriter(str(folder / "tensorboard"), purge_step=first_step)

    def write(self, step: int, values: dict[str, float]) -> None:
        for name, value in values.items():
            self._writer.add_scalar(name, value, step)
        print(f"step {step:6d}  " + "  ".join(f"{name} {value:.4f}" for name, value in values.items()), flush=True)


def _open_log(folder: Path, first_step: int) -> _Log:
    return _Log(folder, first_step)
