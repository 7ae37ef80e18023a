"""Cases with edits of the attention in the recurrent models."""

from collections.abc import Callable

import torch
from goldens import GOLDEN

from attenscope_training import recurrent

from .normalisers import renormalise


def recurrent_cases(self_path: str | None, attention: str) -> list[tuple[str, list, Callable]]:
    """The cases (name, edits, edit function) for the pattern (N, T, S) of `attention`, and of `self_path` if given."""
    def only(path, change):
        return lambda where, pattern: change(pattern.clone()) if where == path else pattern

    def hide(pattern):
        pattern[..., 2] = 0
        return renormalise(pattern)

    found = [
        ("mean", [{"at": f"{attention}.pattern", "op": "mean"}],
         only(attention, lambda p: torch.full_like(p, 1 / p.shape[-1]))),
        ("mask", [{"at": attention, "set": {"mask": [2]}}], only(attention, hide)),
        ("temperature", [{"at": attention, "set": {"temperature": 0.4}}],
         only(attention, lambda p: (p.log() / 0.4).softmax(-1))),
        ("weight", [{"at": f"{attention}.pattern", "key": 3, "op": "set", "value": 0.8}],
         only(attention, lambda p: torch.cat([p[..., :3], torch.full_like(p[..., :1], 0.8), p[..., 4:]], -1))),
    ]
    if self_path:
        found += [("self-mask", [{"at": self_path, "head": 1, "set": {"mask": [2]}}],
                   only(self_path, lambda p: torch.stack([p[0], hide(p[1:])[0], *p[2:]]))),
                  ("self-temperature", [{"at": self_path, "set": {"temperature": 2}}],
                   only(self_path, lambda p: (p.log() / 2).softmax(-1)))]
    return found


@torch.no_grad()
def recurrents() -> tuple[list, dict]:
    """The cases for the recurrent models, and their logits by name."""
    cases, values = [], {}
    for folder, attention, self_path in (
            ("lstm-classifier", "blocks.0.attn", None), ("lstm-seq2seq", "decoder.blocks.0.cross", None),
            ("lstm-seq2seq-pooled", "decoder.blocks.0.cross", None),
            ("lstm-seq2seq-self", "decoder.blocks.0.cross", "encoder.blocks.1.attn")):
        model = recurrent.load(GOLDEN / folder).double()
        generator = torch.Generator().manual_seed(4)
        ids = torch.randint(4, 29, (8,), generator=generator)
        target = torch.cat([torch.tensor([1]), torch.randint(4, 29, (4,), generator=generator)])
        for name, edits, edit in recurrent_cases(self_path, attention):
            case = {"model": folder, "name": name, "input": ids.tolist(), "edits": edits}
            if folder == "lstm-classifier":
                found = model.trace(ids, edit)
            else:
                case["target"] = target.tolist()
                found = model.trace(ids, target, edit)
            values[f"{folder}.{name}.logits"] = found["logits"]
            cases.append(case)
    return cases, values
