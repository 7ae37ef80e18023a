"""The optimizer Muon: momentum with orthogonalised updates (Jordan et al. 2024, kellerjordan.github.io/posts/muon)."""

import torch


def orthogonalise(updates: torch.Tensor, iterations: int = 5) -> torch.Tensor:
    """Move every singular value of each matrix in `updates` (matrices, rows, columns) towards 1.

    Newton-Schulz iteration: X ← aX + (bA + cA²)X with A = XXᵀ. With the published coefficients, small singular values
    grow fast, and the values end between about 0.7 and 1.2 instead of at 1.
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
    """Nesterov momentum whose update is orthogonalised for each matrix, with decoupled weight decay.

    The update is scaled by 0.2·√max(rows, columns). Its root mean square is then close to AdamW's, so one learning rate
    suits both optimizers (Liu et al. 2025, arXiv:2502.16982). Matrices of equal shape are orthogonalised together,
    because small matrices do not use all cores. Newton-Schulz computes in `dtype`: bfloat16 is exact enough, and faster
    on CPUs with instructions for it.
    """

    def __init__(self, params, lr: float, momentum: float = 0.95, weight_decay: float = 0.1, iterations: int = 5,
                 dtype: torch.dtype = torch.float32):
        self._dtype = dtype
        super().__init__(params, {
            "lr": lr, "momentum": momentum, "weight_decay": weight_decay, "iterations": iterations})

    def __setstate__(self, state: dict) -> None:
        """Set `iterations` to 5 for old checkpoints, which do not store it."""
        super().__setstate__(state)
        for group in self.param_groups:
            group.setdefault("iterations", 5)

    @torch.no_grad()
    def step(self, closure=None):
        """Update all parameters by their gradients."""
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
