"""Learning-rate schedules as plain functions of progress."""


def warmup_linear_decay(step: int, total_steps: int, warmup_steps: int) -> float:
    """Factor on the peak rate: linear from 0 to 1, then linear down to 0 at `total_steps`.

    Decay all the way to zero, after Bergsma et al. 2025 (arXiv:2502.15938). It depends on the
    step alone, so a resumed run, or one given another total, simply continues on the right line.
    """
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    remaining = (total_steps - step) / max(1, total_steps - warmup_steps)
    return min(1.0, max(0.0, remaining))
