"""Muon: momentum whose matrix updates are made orthogonal (Jordan et al. 2024, kellerjordan.github.io/posts/muon)."""

import torch


def orthogonalise(updates: torch.Tensor, iterations: int = 5) -> torch.Tensor:
    """Push every singular value of each matrix in `updates` (matrices, rows, columns) towards one.

    Newton-Schulz in the quintic form X ← aX + (bA + cA²)X with A = XXᵀ. The coefficients are the
    published ones: they rise fast near zero and settle in about [0.7, 1.2] rather than at 1.
    """
    a, b, c = 3.4445, -4.7750, 2.0315
    transposed = updates.shape[-2] > updates.shape[-1]
    x = updates.mT if transposed else updates
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(iterations):
        gram = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.mT if transposed else x


class Muon(torch.optim.Optimizer):
    """Nesterov momentum, orthogonalised per matrix, with decoupled weight decay.

    The update is scaled by 0.2·√max(rows, columns), so that its root mean square is near AdamW's
    and one learning rate serves both (Liu et al. 2025, arXiv:2502.16982). Equal shapes go through
    Newton-Schulz together: small matrices alone would not fill the cores. It computes in `dtype`:
    bfloat16 is as good, and faster where there are instructions for it.
    """

    def __init__(self, params, lr: float, momentum: float = 0.95, weight_decay: float = 0.1, iterations: int = 5,
                 dtype: torch.dtype = torch.float32):
        self._dtype = dtype
        super().__init__(params, {
            "lr": lr, "momentum": momentum, "weight_decay": weight_decay, "iterations": iterations})

    def __setstate__(self, state: dict) -> None:
        """Checkpoints from before `iterations` could be chosen had five."""
        super().__setstate__(state)
        for group in self.param_groups:
            group.setdefault("iterations", 5)

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            by_shape: dict[torch.Size, list[torch.nn.Parameter]] = {}
            for parameter in group["params"]:
                if parameter.grad is not None:
                    by_shape.setdefault(parameter.shape, []).append(parameter)
            for shape, parameters in by_shape.items():
                updates = torch.stack([self._nesterov(p, group["momentum"]) for p in parameters])
                scale = group["lr"] * 0.2 * max(shape) ** 0.5
                for parameter, update in zip(parameters, orthogonalise(updates.to(self._dtype), group["iterations"])):
                    parameter.mul_(1 - group["lr"] * group["weight_decay"])
                    parameter.add_(update, alpha=-scale)

    def _nesterov(self, parameter: torch.nn.Parameter, momentum: float) -> torch.Tensor:
        state = self.state[parameter]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(parameter)
        average = state["momentum"].lerp_(parameter.grad, 1 - momentum)
        return parameter.grad.lerp(average, momentum)
