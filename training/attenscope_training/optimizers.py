"""Which optimizer updates which parameter."""

import torch

from .muon import Muon


def build(model: torch.nn.Module, kind: str, lr: float, weight_decay: float, adam_lr: float | None = None,
          iterations: int = 5, dtype: torch.dtype = torch.float32) -> list[torch.optim.Optimizer]:
    """AdamW (betas 0.9, 0.95) for everything, or Muon for the layers' matrices and AdamW for the rest.

    Only matrices decay: shrinking norms' gains and biases towards zero has no use. `adam_lr` is AdamW's rate where it
    is to differ from Muon's, whose Newton-Schulz `iterations`, in `dtype`, cost more than small batches do. A matrix that no
    gradient reaches (Marian's table of sinusoids) belongs to neither.
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
