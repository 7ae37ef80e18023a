"""Chooses the optimizer of each parameter."""

import torch

from .muon import Muon


def build(model: torch.nn.Module, kind: str, lr: float, weight_decay: float, adam_lr: float | None = None,
          iterations: int = 5, dtype: torch.dtype = torch.float32) -> list[torch.optim.Optimizer]:
    """AdamW (betas 0.9, 0.95) for all parameters, or Muon for the layers' matrices and AdamW for the others.

    Only matrices have weight decay, not the biases and the gains of norms. `adam_lr` is AdamW's learning rate beside
    Muon; by default it is `lr`. Muon runs `iterations` of Newton-Schulz in `dtype`. A matrix without a gradient, such
    as Marian's table of sinusoids, has no optimizer. Raises ValueError for an unknown `kind`.
    """
    matrices, embeddings, vectors = [], [], []
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        if parameter.ndim < 2:
            vectors.append(parameter)
        elif "embed" in name or "lm_head" in name or name.endswith("shared.weight"):
            embeddings.append(parameter)
        else:
            matrices.append(parameter)
    if kind not in ("adamw", "muon"):
        raise ValueError(f"optimizer is {kind!r}, expected 'adamw' or 'muon'")
    adam_matrices = embeddings + (matrices if kind == "adamw" else [])
    adam = torch.optim.AdamW(
        [{"params": adam_matrices, "weight_decay": weight_decay}, {"params": vectors, "weight_decay": 0.0}],
        lr=lr if adam_lr is None else adam_lr, betas=(0.9, 0.95), fused=True)
    if kind == "adamw":
        return [adam]
    return [adam, Muon(matrices, lr, weight_decay=weight_decay, iterations=iterations, dtype=dtype)]
