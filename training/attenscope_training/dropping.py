"""Dropout that costs a CPU less."""

import torch
from torch.nn.functional import dropout


def drop(x: torch.Tensor, rate: float, training: bool) -> torch.Tensor:
    """Dropout (Srivastava et al. 2014), on a CPU with `rate` rounded to 1/256.

    There PyTorch draws one random number an element, which took 5 to 7 % of a step; eight elements share one here.
    """
    steps = round(rate * 256)
    if not training or steps == 0:
        return x
    if x.device.type != "cpu":
        return dropout(x, rate)
    words = torch.empty((x.numel() + 7) // 8, dtype=torch.int64).random_(-2**63, None)
    kept = (words.view(torch.uint8)[:x.numel()] >= steps).view(x.shape)
    return x * kept.to(x.dtype).mul_(256 / (256 - steps))
