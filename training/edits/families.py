"""Cases with edits of each kind, for a tiny checkpoint of every family and for each kind of attention in it."""

import json
import math
import re
from contextlib import contextmanager

import torch
import transformers
from goldens_families import FOLDER
from torch import Tensor

from .hooks import Hook, at, chain, hooked, layers_of, put, recorded
from .normalisers import from_masked, renormalise, sparsemax

TOKENS, TARGET = 7, 6
ALIBI = ("bloom", "mpt")
# The model heads in order of preference: a family uses the first one for which it has a checkpoint.
HEADS = ("masked", "causal", "seq2seq")
# The number of last tokens whose logits are stored: they depend on all tokens before them.
ROWS = 3


def distances_of(tensor: Tensor) -> Tensor:
    """The distances t − s (T, S) between queries and keys, for scores (…, T, S)."""
    rows, columns = tensor.shape[-2:]
    return (torch.arange(rows)[:, None] - torch.arange(columns)).to(tensor)


def slopes(count: int) -> Tensor:
    """ALiBi's slopes of `count` heads (Press et al. 2022, §3 and its code).

    If `count` is no power of two, the first slopes are those of the next lower power of two, and the others are every
    second slope of the next higher power of two.
    """
    whole = 2 ** int(math.log2(count))
    of = lambda n: [2.0 ** (-8 * (i + 1) / n) for i in range(n)]
    return torch.tensor(of(whole) + of(2 * whole)[0::2][: count - whole], dtype=torch.float64)


def hide(key: int, heads=slice(None)):
    """A change that hides a key of masked scores from some heads."""
    return lambda t, _: t[:, heads, :, key].fill_(float("-inf"))


def kept(row: Tensor, key: int, value: float) -> Tensor:
    """`row` with `value` at `key`; the other weights are scaled so that the sum is 1."""
    rest = row.clone()
    rest[..., key] = 0
    rest *= (1 - value) / rest.sum(-1, keepdim=True)
    rest[..., key] = value
    return rest


def squash_of(path: str, config) -> Hook:
    """A hook that applies tanh to the scores, before a bias, and after the soft cap in models that have one."""
    if getattr(config, "attn_logit_softcapping", None) is None:
        return at(f"{path}.scaled", lambda t, _: t.tanh_())
    return at(f"{path}.masked", lambda t, _: t.copy_(t.tanh().masked_fill(t.isinf(), float("-inf"))))


def sigmoid_of(path: str, config) -> Hook:
    """A hook that replaces the softmax of head 1 by a sigmoid.

    ALiBi's bias is −slope · (t − s) (Press et al. 2022). transformers adds slope · s, in MPT slope · (s − T + 1): this
    gives the same softmax, but another sigmoid, so the hook subtracts the difference.
    """
    def gates(scores: Tensor) -> Tensor:
        if config.model_type not in ALIBI:
            return scores.sigmoid()
        N, T = scores.shape[1:3]
        start = torch.arange(T) if config.model_type == "bloom" else torch.arange(T) - T + 1
        return (scores - slopes(N).to(scores)[:, None, None] * start.to(scores)[:, None]).sigmoid()
    return from_masked(path, gates, head=1)


def attention_cases(path: str, layers: int, own: dict, other: dict, config) -> list[tuple[str, list, Hook]]:
    """Cases (name, edits, hook) at the first and the last layer of one attention, such as 'decoder.blocks.{}.cross'.

    `own` has the recorded tensors of the case's input, and `other` those of another input.
    """
    first, last = path.format(0), path.format(layers - 1)
    pattern, output = f"{last}.pattern", f"{first}.head_output"
    # Of the keys that query 5 sees in every window, the key with the smallest weight.
    least = lambda name: 2 + own[name][0, 0, 5, 2:6].argmin().item()
    key, other_key = least(pattern), least(f"{first}.pattern")
    place = {"at": pattern, "head": 0, "query": 5, "key": key}
    weight = {**place, "op": "set", "value": 0.75}
    each_layer = [path.format(i) for i in range(layers)]
    from_other = {"from": other["from"]}

    def divided(t, _):
        t[:, 0, 5, key] = 0.75
        t[:, 0, 5] = renormalise(t[:, 0, 5])

    return [
        ("zero", [{"at": output, "head": 1, "op": "zero"}], at(output, put(1, value=0))),
        ("scale", [{"at": f"{last}.head_output", "head": 0, "op": "scale", "value": -2}],
         at(f"{last}.head_output", lambda t, _: t[:, 0].mul_(-2))),
        ("mean", [{"at": output, "head": 1, "op": "mean"}],
         at(output, lambda t, _: t[:, 1].copy_(t[:, 1].mean(-2, keepdim=True).expand_as(t[:, 1])))),
        ("score", [{"at": f"{first}.scaled", "query": 5, "key": other_key, "op": "add", "value": 9}],
         at(f"{first}.scaled", lambda t, _: t[:, :, 5, other_key].add_(9))),
        ("weight", [weight], at(pattern, put(0, 5, key, value=0.75))),
        ("weight-renormalised", [weight, {"at": pattern, "head": 0, "query": 5, "op": "renormalise"}],
         at(pattern, divided)),
        ("weight-kept", [weight, {**place, "op": "renormalise"}],
         at(pattern, lambda t, _: t[:, 0, 5].copy_(kept(t[:, 0, 5], key, 0.75)))),
        ("mask-head", [{"at": first, "head": 1, "set": {"mask": [2]}}], at(f"{first}.masked", hide(2, 1))),
        ("mask-layer", [{"at": last, "set": {"mask": [2]}}], at(f"{last}.masked", hide(2))),
        ("mask-all", [{"at": path.format("*"), "set": {"mask": [2]}}],
         chain(*(at(f"{each}.masked", hide(2)) for each in each_layer))),
        ("temperature", [{"at": first, "head": 1, "set": {"temperature": 0.5}}],
         at(f"{first}.masked", lambda t, _: t[:, 1].div_(0.5))),
        ("squash", [{"at": first, "set": {"squash": "tanh"}}], squash_of(first, config)),
        ("normalizer", [{"at": last, "set": {"normalizer": "sparsemax"}}], from_masked(last, sparsemax)),
        ("normalizer-head", [{"at": first, "head": 1, "set": {"normalizer": "sigmoid"}}],
         sigmoid_of(first, config)),
        ("patch-output", [{"at": output, "head": 0, "op": "patch", **from_other}],
         at(output, put(0, value=other[output][:, 0]))),
        ("patch-pattern", [{"at": pattern, "head": 1, "op": "patch", **from_other}],
         at(pattern, put(1, value=other[pattern][:, 1]))),
    ]


def own_cases(stack: str, path: str, layers: int, other: dict, has_slopes: bool) -> list[tuple[str, list, Hook]]:
    """Cases (name, edits, hook) for self-attention and residuals, which do not apply to cross-attention."""
    stream, away = f"{stack}blocks.0.residual", f"{stack}blocks.{layers - 1}.residual"
    N, C = other[f"{path.format(0)}.pattern"].shape[1], other[stream].shape[-1]
    steer = torch.linspace(-1, 1, C, dtype=torch.float64)

    def narrow(t, _):
        back = distances_of(t)
        t.masked_fill_((back > 2) | (back < -1), float("-inf"))

    found = [
        ("window", [{"at": path.format("*"), "set": {"window": {"left": 2, "right": 1}}}],
         chain(*(at(f"{path.format(i)}.masked", narrow) for i in range(layers)))),
        ("steer", [{"at": stream, "op": "add", "value": steer.tolist()}], at(stream, lambda t, _: t.add_(steer))),
        ("patch-residual", [{"at": away, "query": 4, "op": "patch", "from": other["from"]}],
         at(away, put(4, value=other[away][:, 4]))),
        ("no-positions", [{"at": f"{stack}positions", "set": {"kind": "none"}}], "none"),
        ("alibi", [{"at": f"{stack}positions", "set": {"kind": "alibi"}}],
         ("alibi", chain(*(at(f"{path.format(i)}.masked", lambda t, _: t.sub_(
             slopes(N).to(t)[:, None, None] * distances_of(t).abs())) for i in range(layers))))),
    ]
    # A model that has ALiBi already has no case for it.
    return found[:-1] if has_slopes else found


@contextmanager
def without_positions(model, stack: str):
    """A context in which a model has no positions: rotary angles, position vectors and position biases are 0.

    Raises ValueError if the model's positions are not found.
    """
    handles = []
    clear = lambda _module, _inputs, output: torch.zeros_like(output)
    unturned = lambda _module, _inputs, output: (torch.ones_like(output[0]), torch.zeros_like(output[1]))
    own = lambda name: stack in name or not model.config.is_encoder_decoder
    for name, module in model.named_modules():
        if re.search(r"rotary_emb$", name):
            handles.append(module.register_forward_hook(unturned))
        elif own(name) and re.search(r"(wpe|embed_positions|position_embeddings|relative_attention_bias)$", name):
            handles.append(module.register_forward_hook(clear))
    # ALiBi's biases are arguments of the layers.
    no_bias = lambda _module, args, kwargs: (args, {name: torch.zeros_like(value) if name in ("alibi", "position_bias")
                                                    and value is not None else value for name, value in kwargs.items()})
    if model.config.model_type in ALIBI:
        for layer in layers_of(model).values():
            handles.append(layer.register_forward_pre_hook(no_bias, with_kwargs=True))
    if not handles:
        raise ValueError(f"{model.config.model_type}: no positions were found")
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def checkpoints() -> list[str]:
    """The names of the checkpoints, one for each family, chosen by the order of `HEADS`."""
    names = sorted(path.name for path in FOLDER.iterdir() if (path / "config.json").exists())
    heads_of = {family: [name.partition("-")[2] for name in names if name.startswith(f"{family}-")]
                for family in (name.partition("-")[0] for name in names)}
    return [f"{family}-{next(head for head in HEADS if head in heads)}" for family, heads in heads_of.items()]


def family(name: str) -> tuple[list, dict]:
    """The cases of one checkpoint, and their logits by name."""
    config = json.loads((FOLDER / name / "config.json").read_text())
    model_class = getattr(transformers, config["architectures"][0])
    model = model_class.from_pretrained(FOLDER / name, dtype=torch.float64, attn_implementation="eager").eval()
    generator = torch.Generator().manual_seed(17)
    ids, away, target, away_target = (torch.randint(3, 31, (count,), generator=generator)
                                      for count in (TOKENS, TOKENS, TARGET, TARGET))
    pair = model.config.is_encoder_decoder

    def run(source, begun):
        targets = {"decoder_input_ids": begun[None]} if pair else {}
        return model(input_ids=source[None], **targets, use_cache=False).logits[0]

    own, other = recorded(model, lambda: run(ids, target)), recorded(model, lambda: run(away, away_target))
    other["from"] = {"input": {"ids": away.tolist()}, **({"target": {"ids": away_target.tolist()}} if pair else {})}
    cases = []
    for stack in ("encoder.", "decoder.") if pair else ("",):
        layers = sum(place.startswith(stack) for place in layers_of(model))
        for part in ("attn", "cross") if stack == "decoder." else ("attn",):
            path = f"{stack}blocks.{{}}.{part}"
            label = "" if not pair else "cross." if part == "cross" else stack
            cases += [(label + case, *rest)
                      for case, *rest in attention_cases(path, layers, own, other, model.config)]
        self_cases = own_cases(stack, f"{stack}blocks.{{}}.attn", layers, other, model.config.model_type in ALIBI)
        cases += [((stack if pair else "") + case, *rest) for case, *rest in self_cases]
    return written(name, model, cases, lambda: run(ids, target), {
        "input": ids.tolist(), **({"target": target.tolist()} if pair else {})})


def written(name: str, model, cases: list, run, inputs: dict) -> tuple[list, dict]:
    """The cases in the notation of the golden file, and their last logits. Raises ValueError without an effect."""
    plain, found, values = run(), [], {}
    for case, edits, given in cases:
        stack = edits[0]["at"].split(".")[0]
        keep = lambda _name, tensor, _first: tensor
        swapped, hook = given if isinstance(given, tuple) else (given, keep) if isinstance(given, str) else (None, given)
        with hooked(model, hook):
            if swapped is None:
                logits = run()
            else:
                with without_positions(model, stack):
                    logits = run()
        if (logits - plain)[-ROWS:].abs().max() < 2e-3:
            raise ValueError(f"{name} {case}: the edit changes nothing")
        found.append({"model": f"families/{name}", "name": case, **inputs, "edits": edits})
        values[f"families/{name}.{case}.logits"] = logits[-ROWS:].detach()
    return found, values


def families() -> tuple[list, dict]:
    """The cases of all families, and their logits by name."""
    cases, values = [], {}
    for name in checkpoints():
        some, theirs = family(name)
        cases += some
        values |= theirs
    return cases, values
