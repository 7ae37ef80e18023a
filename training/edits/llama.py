"""Cases with edits of every kind for the tiny Llama, and for a generation with it."""

from contextlib import contextmanager

import torch
from goldens import GOLDEN, random_ids
from transformers import LlamaForCausalLM

from .hooks import ALL, at, chain, hooked, put, recorded, unchanged
from .normalisers import from_masked, renormalise, sparsemax

SOURCE, OTHER = 13, 13


def cases_of(model: LlamaForCausalLM, ids: torch.Tensor, other: torch.Tensor, modules: dict) -> list[tuple]:
    """The cases (name, edits, hook). The model has N = 6, K = 2, H = 8, C = 48 and L = 3."""
    run = lambda tokens: (lambda: model(input_ids=tokens[None], use_cache=False))
    own, away = recorded(model, run(ids), modules), recorded(model, run(other), modules)
    steer = torch.linspace(-1, 1, 48, dtype=torch.float64)
    pattern, output = "blocks.1.attn.pattern", "blocks.1.attn.head_output"

    def visible_mean(t, _first):
        rows, columns = t.shape[-2:]
        seen = torch.ones(rows, columns).tril().to(t)
        t[:, 2] = t[:, 2].sum(-1, keepdim=True) / seen.sum(-1, keepdim=True) * seen

    def kept(t, _first):
        t[:, 4, 7, 3] = 0.75
        rest = t[:, 4, 7].clone()
        rest[:, 3] = 0
        t[:, 4, 7] = rest * (0.25 / rest.sum(-1, keepdim=True))
        t[:, 4, 7, 3] = 0.75

    def divided(t, _first):
        t[:, 4, 7, 3] = 0.75
        t[:, 4, 7] = renormalise(t[:, 4, 7])

    def window(t, _first):
        rows, columns = t.shape[-2:]
        far = torch.arange(rows)[:, None] - torch.arange(columns) > 2
        t.masked_fill_(far, float("-inf"))

    def distances(t, _first):
        rows, columns = t.shape[-2:]
        away = (torch.arange(rows)[:, None] - torch.arange(columns)).abs().to(t)
        # ALiBi's slopes for 6 heads (Press et al. 2022): those of 4 heads, then the first and third of 8 heads.
        slopes = [2.0 ** -2, 2.0 ** -4, 2.0 ** -6, 2.0 ** -8, 2.0 ** -1, 2.0 ** -3]
        t -= torch.tensor(slopes).to(t)[:, None, None] * away

    def steps(t, first):
        places = torch.arange(first, first + t.shape[-2])
        t[:, :, places >= 7] *= 0.25

    return [
        ("zero", [{"at": pattern, "head": 2, "op": "zero"}], at(pattern, put(2, value=0))),
        ("zero-output", [{"at": output, "head": 5, "op": "zero"}], at(output, put(5, value=0))),
        ("mean", [{"at": pattern, "head": 2, "op": "mean"}], at(pattern, visible_mean)),
        ("mean-output", [{"at": output, "head": 3, "op": "mean"}],
         at(output, put(3, value=own[output][:, 3].mean(1, keepdim=True)))),
        ("mean-twice", [{"at": "blocks.2.attn.head_output", "op": "mean"}, {"at": output, "op": "mean"}],
         chain(*(at(f"blocks.{i}.attn.head_output", lambda t, _: t.copy_(t.mean(-2, keepdim=True).expand_as(t)))
                 for i in (1, 2)))),
        ("mean-of-others", [{"at": output, "head": 1, "op": "mean",
                             "from": [{"ids": ids.tolist()}, {"ids": other[:5].tolist()}]}],
         at(output, put(1, value=torch.cat(
             [own[output][0, 1], recorded(model, run(other[:5]), modules)[output][0, 1]]).mean(0)))),
        ("scale", [{"at": output, "op": "scale", "value": 1.5}], at(output, lambda t, _: t.mul_(1.5))),
        ("score", [{"at": "blocks.0.attn.scaled", "head": 1, "query": 9, "key": 4, "op": "add", "value": 3}],
         at("blocks.0.attn.scaled", lambda t, _: t[:, 1, 9, 4].add_(3))),
        ("score-raw", [{"at": "blocks.0.attn.scores", "query": 9, "key": 4, "op": "set", "value": 9}],
         at("blocks.0.attn.scores", put(ALL, 9, 4, value=9))),
        ("score-masked", [{"at": "blocks.2.attn.masked", "head": 0, "query": 11, "op": "zero"}],
         at("blocks.2.attn.masked", lambda t, _: t[:, 0, 11, :12].zero_())),
        ("weight", [{"at": pattern, "head": 4, "query": 7, "key": 3, "op": "set", "value": 0.75}],
         at(pattern, put(4, 7, 3, value=0.75))),
        ("weight-renormalised", [{"at": pattern, "head": 4, "query": 7, "key": 3, "op": "set", "value": 0.75},
                                 {"at": pattern, "head": 4, "query": 7, "op": "renormalise"}], at(pattern, divided)),
        ("weight-kept", [{"at": pattern, "head": 4, "query": 7, "key": 3, "op": "set", "value": 0.75},
                         {"at": pattern, "head": 4, "query": 7, "key": 3, "op": "renormalise"}], at(pattern, kept)),
        ("mask-token", [{"at": "blocks.*.attn", "set": {"mask": [0]}}],
         # Query 0 then sees no key: its weights must be zeros, although a softmax gives NaN.
         chain(*(at(f"blocks.{i}.attn.pattern", lambda t, _: t.copy_(torch.nan_to_num(renormalise(
             t * (torch.arange(t.shape[-1]) != 0))))) for i in range(3)))),
        ("mask-layer", [{"at": "blocks.1.attn", "set": {"mask": {"keys": [3, 4]}}, "head": 2}],
         at(pattern, lambda t, _: t[:, 2].copy_(renormalise(t[:, 2] * torch.tensor(
             [1.0 if s not in (3, 4) else 0.0 for s in range(t.shape[-1])]).to(t))))),
        ("temperature", [{"at": "blocks.1.attn", "head": 3, "set": {"temperature": 0.5}}],
         at("blocks.1.attn.masked", lambda t, _: t[:, 3].div_(0.5))),
        ("squash", [{"at": "blocks.1.attn", "set": {"squash": "tanh"}}],
         at("blocks.1.attn.scaled", lambda t, _: t.tanh_())),
        ("sparsemax", [{"at": "blocks.1.attn", "set": {"normalizer": "sparsemax"}}],
         from_masked("blocks.1.attn", sparsemax)),
        ("sigmoid", [{"at": "blocks.0.attn", "head": 2, "set": {"normalizer": "sigmoid"}}],
         from_masked("blocks.0.attn", torch.sigmoid, head=2)),
        ("window", [{"at": "blocks.*.attn", "set": {"window": {"left": 2}}}],
         chain(*(at(f"blocks.{i}.attn.masked", window) for i in range(3)))),
        ("no-positions", [{"at": "positions", "set": {"kind": "none"}}], "no-positions"),
        ("no-positions-1", [{"at": "blocks.1.attn", "set": {"positions": {"kind": "none"}}}], "no-positions-1"),
        ("alibi", [{"at": "positions", "set": {"kind": "alibi"}}],
         ("no-positions", chain(*(at(f"blocks.{i}.attn.scaled", distances) for i in range(3))))),
        ("rotary-base", [{"at": "positions", "set": {"kind": "rotary", "base": 500}}], "rotary-500"),
        ("steer", [{"at": "blocks.0.residual", "op": "add", "value": steer.tolist()}],
         at("blocks.0.residual", lambda t, _: t.add_(steer))),
        ("steer-one", [{"at": "embedding", "query": 6, "op": "add", "value": steer.tolist()}],
         at("embedding", lambda t, _: t[:, 6].add_(steer))),
        ("patch-residual", [{"at": "blocks.1.residual", "query": 5, "op": "patch",
                             "from": {"input": {"ids": other.tolist()}, "query": 8}}],
         at("blocks.1.residual", put(5, value=away["blocks.1.residual"][:, 8]))),
        ("patch-pattern", [{"at": pattern, "head": 0, "op": "patch", "from": {"input": {"ids": other.tolist()}}}],
         at(pattern, put(0, value=away[pattern][:, 0]))),
        ("patch-output", [{"at": output, "op": "patch", "from": {"input": {"ids": other.tolist()}}}],
         at(output, lambda t, _: t.copy_(away[output]))),
        ("attn-output", [{"at": "blocks.1.attn.output", "query": 4, "op": "zero"}],
         at("blocks.1.attn.output", put(4, value=0))),
        ("feed-forward", [{"at": "blocks.0.feed_forward.output", "op": "scale", "value": -1}],
         at("blocks.0.feed_forward.output", lambda t, _: t.mul_(-1))),
        ("final-norm", [{"at": "final_norm", "op": "scale", "value": 2}], at("final_norm", lambda t, _: t.mul_(2))),
        ("queries", [{"at": "blocks.2.attn.q", "head": 1, "op": "scale", "value": 0.5}],
         at("blocks.2.attn.q", lambda t, _: t[:, 1].mul_(0.5))),
        ("two-places", [{"at": pattern, "head": 2, "op": "zero"},
                        {"at": "blocks.2.attn.head_output", "head": 0, "op": "scale", "value": -2}],
         chain(at(pattern, put(2, value=0)), at("blocks.2.attn.head_output", lambda t, _: t[:, 0].mul_(-2)))),
        ("steps", [{"at": output, "op": "scale", "value": 0.25, "step": 3}], at(output, steps)),
    ]


@contextmanager
def angles(model: LlamaForCausalLM, what: str | None):
    """A context in which the model has other rotary angles, by hooks at the modules that make or use them."""
    handles = []
    if what and what.startswith("no-positions"):
        def unturned(_module, args, kwargs):
            cosines, sines = kwargs["position_embeddings"]
            return args, {**kwargs, "position_embeddings": (torch.ones_like(cosines), torch.zeros_like(sines))}
        layers = model.model.layers if what == "no-positions" else [model.model.layers[1]]
        handles = [each.self_attn.register_forward_pre_hook(unturned, with_kwargs=True) for each in layers]
    elif what == "rotary-500":
        def other_base(_module, _inputs, output):
            H = output[0].shape[-1]
            places = torch.arange(output[0].shape[-2], dtype=torch.float64)
            turned = places[:, None] * 500.0 ** (-torch.arange(0, H, 2, dtype=torch.float64) / H)
            turned = torch.cat([turned, turned], -1)[None]
            return turned.cos(), turned.sin()
        handles = [model.model.rotary_emb.register_forward_hook(other_base)]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def llama() -> tuple[list, dict]:
    """The cases for the tiny Llama, and their logits by name."""
    model = LlamaForCausalLM.from_pretrained(GOLDEN / "llama-tiny", dtype=torch.float64, attn_implementation="eager").eval()
    ids, other = random_ids(67, seed=21)[:SOURCE].long(), random_ids(67, seed=22)[:OTHER].long()
    modules = {"embedding": model.model.embed_tokens, "final_norm": model.model.norm}
    for index, layer in enumerate(model.model.layers):
        modules |= {f"blocks.{index}.attn.output": layer.self_attn, f"blocks.{index}.feed_forward.output": layer.mlp}
    cases, values = [], {}
    for name, edits, given in cases_of(model, ids, other, modules):
        turned, hook = given if isinstance(given, tuple) else (given, unchanged) if isinstance(given, str) else (None, given)
        run = [{key: value for key, value in edit.items() if key != "step"} for edit in edits]
        case = {"model": "llama-tiny", "name": name, "input": ids.tolist(), "edits": edits}
        with hooked(model, hook, modules), angles(model, turned):
            if run == edits:
                values[f"llama-tiny.{name}.logits"] = model(input_ids=ids[None], use_cache=False).logits[0]
            else:
                # A greedy generation after the first 5 tokens: step 3 computes row 7.
                case |= {"input": ids[:5].tolist(), "greedy": greedy(model, ids[:5], 12)}
        cases.append(case)
    return cases, values


def greedy(model, ids: torch.Tensor, count: int) -> list[int]:
    for _ in range(count):
        top = model(input_ids=ids[None], use_cache=False).logits[0, -1].topk(2)
        if top.values[0] - top.values[1] < 1e-3:
            raise ValueError("two logits are too close for a greedy reference")
        ids = torch.cat([ids, top.indices[:1]])
    return ids[-count:].tolist()
