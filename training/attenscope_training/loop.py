"""The training loop that every model here shares: steps, logs, validation, checkpoints, resuming."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.nn.parallel import DistributedDataParallel

from . import checkpoint
from .runtime import Runtime
from .schedule import warmup_linear_decay
from .thread_count import ThreadCount


@dataclass(frozen=True)
class LoopSettings:
    total_steps: int
    warmup_steps: int
    folder: Path
    seed: int = 0
    clip_norm: float = 1.0
    log_every: int = 20
    validate_every: int = 250
    checkpoint_seconds: float = 180.0


# A batch is whatever `loss` takes: (step, rank, world) → batch. Because it is a function of the
# step, a run's place in the data is its step, and nothing else need be saved.
BatchAt = Callable[[int, int, int], object]
Loss = Callable[[torch.nn.Module, object], torch.Tensor]


def train(model: torch.nn.Module, optimizers: list[torch.optim.Optimizer], batch_at: BatchAt, loss: Loss,
          validate: Callable[[torch.nn.Module], float], runtime: Runtime, settings: LoopSettings,
          forward: torch.nn.Module | None = None, thread_count: ThreadCount | None = None,
          stop_after: int | None = None) -> int:
    """Train until `total_steps`, resuming from `folder`/last.pt; returns the step reached.

    `validate` gives the figure to be small; the weights with the best one lie in `folder`/best.pt.
    `forward` is the compiled `model`, where there is one; it shares the model's parameters.
    `stop_after` ends the process early at that step, as an interruption would.
    """
    step, best = _resume(model, optimizers, settings, runtime)
    peak_rates = [[group.setdefault("peak_lr", group["lr"]) for group in o.param_groups] for o in optimizers]
    wrapped = forward or model
    if runtime.world > 1:
        wrapped = DistributedDataParallel(wrapped)
    log = _open_log(settings.folder, step) if runtime.is_main else None
    last_save = last_log = time.monotonic()
    model.train()
    while step < settings.total_steps and step != stop_after:
        # Seeded by step and rank: a resumed run draws the same random numbers as one never interrupted.
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
        if thread_count:
            thread_count.adapt()

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
                figure = validate(model)
                model.train()
                log.write(step, {"valid/figure": figure})
                if figure < best:
                    best = figure
                    checkpoint.save(settings.folder / "best.pt", {"model": model.state_dict(), "step": step, "figure": figure})
                last_log += time.monotonic() - started
        if runtime.broadcast_flag(finished or time.monotonic() - last_save > settings.checkpoint_seconds):
            if runtime.is_main:
                _save(model, optimizers, settings, step, best)
            last_save = time.monotonic()
    return step


def _save(model, optimizers, settings: LoopSettings, step: int, best: float) -> None:
    checkpoint.save(settings.folder / "last.pt", {
        "model": model.state_dict(), "optimizers": [o.state_dict() for o in optimizers],
        "step": step, "best": best, "seed": settings.seed})


def _resume(model, optimizers, settings: LoopSettings, runtime: Runtime) -> tuple[int, float]:
    state = checkpoint.load(settings.folder / "last.pt", runtime.device)
    if state is None:
        return 0, float("inf")
    if state["seed"] != settings.seed:
        raise ValueError(f"{settings.folder / 'last.pt'} was trained with seed {state['seed']}, not {settings.seed}")
    model.load_state_dict(state["model"])
    for optimizer, saved in zip(optimizers, state["optimizers"], strict=True):
        optimizer.load_state_dict(saved)
    return state["step"], state["best"]


class _Log:
    """TensorBoard scalars, and the same figures as lines of text."""

    def __init__(self, folder: Path, first_step: int):
        from torch.utils.tensorboard import SummaryWriter
        self._writer = SummaryWriter(str(folder / "tensorboard"), purge_step=first_step)

    def write(self, step: int, values: dict[str, float]) -> None:
        for name, value in values.items():
            self._writer.add_scalar(name, value, step)
        print(f"step {step:6d}  " + "  ".join(f"{name} {value:.4f}" for name, value in values.items()), flush=True)


def _open_log(folder: Path, first_step: int) -> _Log:
    return _Log(folder, first_step)
