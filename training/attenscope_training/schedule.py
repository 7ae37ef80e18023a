"""The learning-rate schedule, a function of the step."""


def warmup_linear_decay(step: int, total_steps: int, warmup_steps: int) -> float:
    """The factor of the peak learning rate: linear from 0 to 1, then linear to 0 at `total_steps`.

    The decay to zero follows Bergsma et al. 2025 (arXiv:2502.15938). The factor depends only on the arguments, so a
    run can be resumed, also with another `total_steps`.
    """
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    remaining = (total_steps - step) / max(1, total_steps - warmup_steps)
    return min(1.0, max(0.0, remaining))
