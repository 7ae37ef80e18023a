"""Writes attention/forms.safetensors and forms.json: PyTorch's results and gradients for the options of attention.

    python wasm-tests/golden/make-attention-forms.py

forms.json lists each case's name, operation and options; forms.safetensors holds its tensors under `case.name`, with
`case.output`, `case.gradOutput` and the gradients `case.grad.name`. Inputs are random float32 numbers; autograd computes
in float64, and the results are stored as F32. A boolean mask is stored as 1 at visible keys and 0 at hidden keys.
"""

import json
import math
from itertools import product
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from transformers.models.bloom.modeling_bloom import build_alibi_tensor
from transformers.models.t5.modeling_t5 import T5Attention

OUT = Path(__file__).resolve().parent / "attention"
B, N, T, S, P, H, HV, A = 2, 4, 3, 5, 2, 4, 3, 5

torch.manual_seed(21)
torch.set_num_threads(1)
tensors: dict[str, torch.Tensor] = {}
cases: list[dict] = []


def drawn(*shape: int) -> torch.Tensor:
    """Normal random numbers in float64, each exactly equal to a float32 number."""
    return torch.randn(*shape, dtype=torch.float32).double()


def record(name: str, op: str, options: dict, inputs: dict, forward, constants: dict | None = None) -> None:
    """Run `forward` on the inputs; store the inputs, the constants, the output and the gradients of the inputs."""
    leaves = {key: value.clone().requires_grad_() for key, value in inputs.items()}
    output = forward(leaves)
    grad_output = drawn(*output.shape)
    gradients = torch.autograd.grad(output, list(leaves.values()), grad_output)
    stored = {**inputs, **(constants or {}), "output": output, "gradOutput": grad_output}
    stored |= {f"grad.{key}": gradient for key, gradient in zip(leaves, gradients)}
    tensors.update({f"{name}.{key}": value.detach().float().contiguous() for key, value in stored.items()})
    cases.append({"name": name, "op": op, "options": options})


def scores_of(score: str, x: dict, q: torch.Tensor, k: torch.Tensor) -> torch.Tensor:
    """The scores (B, N, T, S) of queries (B, N, T, H) and keys (B, N, S, Hk), without scaling."""
    if score == "general":
        return q @ x["parameters.weight"] @ k.mT
    if score == "additive":
        query = (q @ x["parameters.query"].T)[..., :, None, :]
        key = (k @ x["parameters.key"].T)[..., None, :, :]
        return torch.tanh(query + key + x["parameters.bias"]) @ x["parameters.hidden"]
    if score == "cosine":
        return F.cosine_similarity(q[..., :, None, :], k[..., None, :, :], dim=-1)
    return q @ k.mT


def attend(x: dict, options: dict, hidden: torch.Tensor, seen: torch.Tensor | None = None) -> torch.Tensor:
    """Attention by its formula; `hidden` broadcasts to (B, N, T, P + S), with P past keys, and is true at hidden keys."""
    score = options.get("score", "scaled-dot")
    groups = x["q"].shape[1] // x["k"].shape[1]
    k = torch.cat([x["pastKey"], x["k"]], 2) if "pastKey" in x else x["k"]
    v = torch.cat([x["pastValue"], x["v"]], 2) if "pastValue" in x else x["v"]
    k, v = k.repeat_interleave(groups, 1), v.repeat_interleave(groups, 1)
    s = scores_of(score, x, x["q"], k) * options.get("scale", 1 / math.sqrt(x["q"].shape[-1]) if score == "scaled-dot" else 1)
    if "softcap" in options:
        s = options["softcap"] * torch.tanh(s / options["softcap"])
    if options.get("squash") == "tanh":
        s = torch.tanh(s)
    if "mask" in x:
        s = s + x["mask"]
    if seen is not None:
        hidden = hidden | ~seen
    s = s.masked_fill(hidden, -math.inf)
    normalizer = options.get("normalizer", "softmax")
    if normalizer == "softmax":
        # A row without visible keys gives zeros.
        p = torch.softmax(s, -2 if options.get("over") == "queries" else -1).nan_to_num(0.0)
    else:
        p = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "none": lambda y: y}[normalizer](s).masked_fill(hidden, 0.0)
    return (p.mT if options.get("weighting") == "backward" else p) @ v


def hidden_by(options: dict, past: int, keys: int) -> torch.Tensor:
    """The mask (B, 1, T, past + keys) of the options `keyLengths` and `causal`, true at hidden keys."""
    s = torch.arange(past + keys)
    t = torch.arange(T)[:, None]
    hidden = torch.zeros(B, 1, T, past + keys, dtype=torch.bool)
    for b in range(B):
        length = options.get("keyLengths", [past + keys] * B)[b]
        before = length - T if "keyLengths" in options else past
        hidden[b] |= s >= length
        if options.get("causal"):
            hidden[b] |= s > t + before
    return hidden


def qkv(K: int, score: str = "scaled-dot", past: int = 0, rows: int = S) -> dict[str, torch.Tensor]:
    Hk = H + 1 if score in ("general", "additive") else H
    x = {"q": drawn(B, N, T, H), "k": drawn(B, K, S, Hk), "v": drawn(B, K, rows, HV)}
    if past:
        x |= {"pastKey": drawn(B, K, past, Hk), "pastValue": drawn(B, K, past, HV)}
    if score == "general":
        x["parameters.weight"] = drawn(H, Hk)
    if score == "additive":
        x |= {"parameters.query": drawn(A, H), "parameters.key": drawn(A, Hk), "parameters.hidden": drawn(A), "parameters.bias": drawn(A)}
    return x


def attention_cases() -> None:
    """Cases for every score with every kind of mask, with K = N and with K < N; T ≠ S and Hv ≠ H in all cases."""
    masks = {
        "bare": {},
        "seen": {},
        "added": {},
        "causal": {"causal": True},
        "lengths": {"keyLengths": [S, 2]},
        "past": {"causal": True},
        "past-lengths": {"causal": True, "keyLengths": [P + S, 4]},
    }
    for (score, (mask, visible), K) in product(["scaled-dot", "dot", "general", "additive", "cosine"], masks.items(), [N, 1]):
        past = P if mask.startswith("past") else 0
        options = {"score": score, **visible, **({"scale": 2.5} if score == "cosine" else {})}
        inputs = qkv(K, score, past)
        if mask == "added":
            inputs["mask"] = drawn(N, T, S)
        seen = torch.rand(B, 1, T, S) > 0.4
        constants = {"mask": seen} if mask == "seen" else None
        forward = lambda x: attend(x, options, hidden_by(options, past, S), seen if mask == "seen" else None)
        record(f"{score}-{mask}-{'own' if K == N else 'shared'}", "attention", options, inputs, forward, constants)
    for options in [
        {"softcap": 1.5},
        {"squash": "tanh", "scale": 0.9},
        {"softcap": 1.5, "squash": "tanh", "causal": True},
        {"normalizer": "sigmoid", "keyLengths": [S, 3]},
        {"normalizer": "tanh", "causal": True},
        {"normalizer": "none", "scale": 0.4},
        {"over": "queries"},
        {"over": "queries", "causal": True},
        {"weighting": "backward"},
        {"weighting": "backward", "over": "queries"},
    ]:
        rows = T if "weighting" in options else S
        name = "form-" + "-".join(str(value) if isinstance(value, str) else key for key, value in options.items())
        record(name, "attention", options, qkv(2, rows=rows), lambda x: attend(x, options, hidden_by(options, 0, S)))


def position_cases() -> None:
    """Cases for attention with positions: T5's bias with the gradient of its table, ALiBi, and rotary positions."""
    for bidirectional in [True, False]:
        buckets = T5Attention._relative_position_bucket(
            torch.arange(S)[None, :] - torch.arange(T)[:, None], bidirectional=bidirectional, num_buckets=8, max_distance=16
        )
        options = {"bidirectional": bidirectional, "maxDistance": 16}
        forward = lambda x: attend({**x, "mask": x["table"][buckets].permute(2, 0, 1)}, {}, hidden_by({}, 0, S))
        record(f"t5-{'both' if bidirectional else 'back'}", "t5", options, {**qkv(2), "table": drawn(8, N)}, forward)
    # BLOOM adds slope · s, not −slope · (t − s). The difference is constant in a row, so the softmax is the same.
    alibi = build_alibi_tensor(torch.ones(1, S, dtype=torch.long), N, torch.float64).reshape(1, N, 1, S)
    causal = {"causal": True}
    forward = lambda x: attend({**x, "mask": alibi}, {}, hidden_by(causal, 0, S))
    record("alibi", "alibi", causal, qkv(2), forward)
    angles = drawn(9, H // 2)
    cos, sin = angles.cos(), angles.sin()
    query_positions, key_positions = torch.tensor([4, 0, 8]), torch.tensor([1, 3, 2, 7, 6])

    def turn(x: torch.Tensor, positions: torch.Tensor, interleaved: bool) -> torch.Tensor:
        c, s = cos[positions], sin[positions]
        first, second = (x[..., ::2], x[..., 1::2]) if interleaved else x.chunk(2, -1)
        turned = first * c - second * s, first * s + second * c
        return torch.stack(turned, -1).flatten(-2) if interleaved else torch.cat(turned, -1)

    for interleaved in [False, True]:
        forward = lambda x: attend(
            {**x, "q": turn(x["q"], query_positions, interleaved), "k": turn(x["k"], key_positions, interleaved)}, {}, hidden_by({}, 0, S)
        )
        constants = {"cos": cos, "sin": sin, "queryPositions": query_positions, "keyPositions": key_positions}
        record(f"rotary-{'neighbours' if interleaved else 'halves'}", "rotary", {"interleaved": interleaved}, qkv(2), forward, constants)


def multi_head_cases() -> None:
    """Cases for nn.MultiheadAttention: with and without biases, as self- and cross-attention, with each of its masks."""
    C, Cc = 8, 6
    padding = torch.tensor([[False] * S, [False] * 2 + [True] * (S - 2)])
    for (is_self, bias, mask) in product([True, False], [True, False], ["bare", "causal", "added", "padding", "added-padding"]):
        keys = T if is_self else S
        module = torch.nn.MultiheadAttention(C, N, bias=bias, kdim=None if is_self else Cc, vdim=None if is_self else Cc, batch_first=True).double()
        own = {name: drawn(*value.shape) * 0.5 for name, value in module.named_parameters()}
        inputs = {"x": drawn(B, T, C), **({} if is_self else {"context": drawn(B, keys, Cc)}), **own}
        call: dict = {"average_attn_weights": False}
        options: dict = {"heads": N}
        if mask == "causal":
            call["attn_mask"] = torch.arange(keys)[None, :] > torch.arange(T)[:, None]
            options["causal"] = True
        if mask.endswith("padding"):
            call["key_padding_mask"] = padding[:, :keys]
            options["keyLengths"] = [keys, 2]
        if mask.startswith("added"):
            inputs["mask"] = drawn(B * N, T, keys)

        def forward(x: dict) -> torch.Tensor:
            context = x.get("context", x["x"])
            parameters = {name: x[name] for name in own}
            added = dict(call)
            if "mask" in x:
                added["attn_mask"] = x["mask"]
            if "mask" in x and "key_padding_mask" in call:
                # torch needs both masks in the same type.
                added["key_padding_mask"] = torch.zeros(B, keys, dtype=torch.float64).masked_fill(call["key_padding_mask"], -math.inf)
            return torch.func.functional_call(module, parameters, (x["x"], context, context), added)[0]

        record(f"mha-{'self' if is_self else 'context'}-{'bias' if bias else 'bare'}-{mask}", "multiHead", options, inputs, forward)


def pool_cases() -> None:
    """Cases for pooling: one query over a sequence, by scaled_dot_product_attention with an additive mask."""
    x = {"x": drawn(B, S, H), "parameters.query": drawn(H), "mask": drawn(S)}
    forward = lambda x: F.scaled_dot_product_attention(
        x["parameters.query"].expand(B, 1, 1, H), x["x"][:, None], x["x"][:, None], attn_mask=x["mask"].expand(B, 1, 1, S)
    )[:, 0, 0]
    record("pool", "pool", {"score": "scaled-dot"}, x, forward)


attention_cases()
position_cases()
multi_head_cases()
pool_cases()
save_file(tensors, OUT / "forms.safetensors", {"torch": torch.__version__})
(OUT / "forms.json").write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
size = sum((OUT / name).stat().st_size for name in ["forms.safetensors", "forms.json"])
print(f"{len(cases)} cases, {len(tensors)} tensors, {size} bytes")
