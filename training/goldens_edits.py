"""Writes wasm-tests/golden/edits: what transformers and PyTorch compute when a hook changes something on the way.

    python training/goldens_edits.py

Each case stands in edits.json as the project writes it, and here as a hook of its own on the models of the other golden
files. Results are computed in float64 and kept as F32; a generation or a search is kept only where float32 finds the
same.
"""

import json
from collections.abc import Callable
from contextlib import contextmanager

import torch
from safetensors.torch import save_file
from transformers import LlamaForCausalLM, MarianMTModel
from transformers.models.llama.modeling_llama import ALL_ATTENTION_FUNCTIONS

from attenscope_training import recurrent
from goldens import GOLDEN, random_ids

# (trace name, tensor (B, …, T, …), the first row's place in its text) → the tensor to use instead
Hook = Callable[[str, torch.Tensor, int], torch.Tensor]
FOLDER = GOLDEN / "edits"
_IMPLEMENTATION = "attenscope_edited"
SOURCE, OTHER = 13, 13


def attention_of(hook: Hook, paths: dict):
    """Attention stage by stage (Vaswani et al. 2017, eq. 1), each stage through the hook."""
    def attention(module, query, key, value, attention_mask, scaling=None, dropout=0.0, **_):
        path, causal = paths[module]
        group = query.shape[1] // key.shape[1]
        past = key.shape[-2] - query.shape[-2] if causal else paths["row"]
        scale = scaling if scaling is not None else query.shape[-1] ** -0.5
        query = hook(f"{path}.q", query, past)
        scores = hook(f"{path}.scores", query @ key.repeat_interleave(group, 1).mT, past)
        masked = hook(f"{path}.scaled", scores * scale, past)
        rows, columns = masked.shape[-2:]
        hidden = torch.zeros(rows, columns, dtype=torch.bool)
        if causal:
            hidden = torch.ones(rows, columns, dtype=torch.bool).triu(1 + columns - rows)
        masked = hook(f"{path}.masked", masked.masked_fill(hidden, float("-inf")), past)
        pattern = hook(f"{path}.pattern", masked.softmax(-1), past)
        output = hook(f"{path}.head_output", pattern @ value.repeat_interleave(group, 1), past)
        return output.transpose(1, 2), pattern
    return attention


@contextmanager
def hooked(model, hook: Hook):
    """transformers' own model with the hook at every name that edits reach."""
    handles, paths = [], {"row": 0}

    def after(module, name):
        def run(_module, _inputs, output):
            tensor = output[0] if isinstance(output, tuple) else output
            changed = hook(name, tensor, paths["row"] if name.startswith("decoder") or not is_pair else 0)
            return (changed, *output[1:]) if isinstance(output, tuple) else changed
        handles.append(module.register_forward_hook(run))

    is_pair = isinstance(model, MarianMTModel)
    if is_pair:
        for part, stack in (("encoder", model.model.encoder), ("decoder", model.model.decoder)):
            for index, layer in enumerate(stack.layers):
                name = f"{part}.blocks.{index}"
                paths[layer.self_attn] = (f"{name}.attn", part == "decoder")
                after(layer.self_attn, f"{name}.attn.output")
                if part == "decoder":
                    paths[layer.encoder_attn] = (f"{name}.cross", False)
                    after(layer.encoder_attn, f"{name}.cross.output")
                after(layer, f"{name}.residual")
                after(layer.fc2, f"{name}.feed_forward.output")
    else:
        after(model.model.embed_tokens, "embedding")
        after(model.model.norm, "final_norm")
        for index, layer in enumerate(model.model.layers):
            paths[layer.self_attn] = (f"blocks.{index}.attn", True)
            after(layer.self_attn, f"blocks.{index}.attn.output")
            after(layer.mlp, f"blocks.{index}.feed_forward.output")
            after(layer, f"blocks.{index}.residual")
    if is_pair:
        def count(_module, args, kwargs):
            cache = kwargs.get("past_key_values")
            paths["row"] = cache.get_seq_length() if cache is not None else 0
        handles.append(model.model.decoder.register_forward_pre_hook(count, with_kwargs=True))
    ALL_ATTENTION_FUNCTIONS.register(_IMPLEMENTATION, attention_of(hook, paths))
    before = model.config._attn_implementation
    model.config._attn_implementation = _IMPLEMENTATION
    try:
        with torch.no_grad():
            yield
    finally:
        model.config._attn_implementation = before
        for handle in handles:
            handle.remove()


def recorded(model, run: Callable) -> dict[str, torch.Tensor]:
    """Everything that a hook sees while nothing is changed."""
    seen = {}

    def hook(name, tensor, _first):
        seen[name] = tensor
        return tensor
    with hooked(model, hook):
        run()
    return seen


def at(name: str, change: Callable[[torch.Tensor, int], None]) -> Hook:
    """A hook at one name that writes into a copy."""
    def hook(where, tensor, first):
        if where != name:
            return tensor
        copy = tensor.clone()
        change(copy, first)
        return copy
    return hook


def chain(*hooks: Hook) -> Hook:
    def hook(name, tensor, first):
        for each in hooks:
            tensor = each(name, tensor, first)
        return tensor
    return hook


def put(*index, value):
    def change(tensor, _first):
        tensor[(slice(None), *index)] = value
    return change


ALL = slice(None)


def renormalise(tensor: torch.Tensor) -> torch.Tensor:
    return tensor / tensor.sum(-1, keepdim=True)


def sparsemax(scores: torch.Tensor) -> torch.Tensor:
    """By sorting (Martins & Astudillo 2016, algorithm 1)."""
    ordered, _ = scores.sort(-1, descending=True)
    places = torch.arange(1, scores.shape[-1] + 1, dtype=scores.dtype)
    finite = torch.where(ordered.isinf(), torch.full_like(ordered, -1e30), ordered)
    sums = finite.cumsum(-1)
    support = (1 + places * finite > sums).sum(-1, keepdim=True)
    threshold = (sums.gather(-1, support - 1) - 1) / support
    return (scores - threshold).clamp_min(0)


def llama_cases(model: LlamaForCausalLM, ids: torch.Tensor, other: torch.Tensor) -> list[tuple[str, list, Hook]]:
    """Name, edits, hook. N 6, K 2, H 8, C 48, L 3."""
    run = lambda tokens: (lambda: model(input_ids=tokens[None], use_cache=False))
    own, away = recorded(model, run(ids)), recorded(model, run(other))
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
        # Press et al. 2022, for 6 heads: those of 4, then the first two odd ones of 8.
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
             [own[output][0, 1], recorded(model, run(other[:5]))[output][0, 1]]).mean(0)))),
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
         # Query 0 sees nothing then: zeros, where a softmax would give no numbers.
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
         _from_masked("blocks.1.attn", sparsemax)),
        ("sigmoid", [{"at": "blocks.0.attn", "head": 2, "set": {"normalizer": "sigmoid"}}],
         _from_masked("blocks.0.attn", torch.sigmoid, head=2)),
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


def _from_masked(path: str, normalise, head: int | None = None) -> Hook:
    """The pattern anew from masked scores, which have to be kept until it comes."""
    kept = {}

    def hook(name, tensor, _first):
        if name == f"{path}.masked":
            kept["scores"] = tensor
        if name != f"{path}.pattern":
            return tensor
        made = normalise(kept["scores"])
        if head is None:
            return made
        copy = tensor.clone()
        copy[:, head] = made[:, head]
        return copy
    return hook


@contextmanager
def angles(model: LlamaForCausalLM, what: str | None):
    """Other rotary angles than the model's, by hooks at what makes or takes them."""
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


def unchanged(_name, tensor, _first):
    return tensor


def llama() -> tuple[list, dict]:
    model = LlamaForCausalLM.from_pretrained(GOLDEN / "llama-tiny", dtype=torch.float64, attn_implementation="eager").eval()
    ids, other = random_ids(67, seed=21)[:SOURCE].long(), random_ids(67, seed=22)[:OTHER].long()
    cases, values = [], {}
    for name, edits, given in llama_cases(model, ids, other):
        turned, hook = given if isinstance(given, tuple) else (given, unchanged) if isinstance(given, str) else (None, given)
        run = [{key: value for key, value in edit.items() if key != "step"} for edit in edits]
        case = {"model": "llama-tiny", "name": name, "input": ids.tolist(), "edits": edits}
        with hooked(model, hook), angles(model, turned):
            if run == edits:
                values[f"llama-tiny.{name}.logits"] = model(input_ids=ids[None], use_cache=False).logits[0]
            else:
                # A generation: greedy after the first 5 tokens, so that step 3 computes row 7.
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


def marian_cases(model, source, target, other) -> list[tuple[str, list, Hook]]:
    """Encoder: 2 layers, 4 heads; decoder: 3 layers, 2 heads; C 32."""
    away = recorded(model, lambda: model(input_ids=other[None], decoder_input_ids=target[None], use_cache=False))
    own, cross = "encoder.blocks.1.attn.pattern", "decoder.blocks.1.cross.pattern"
    bent = torch.zeros(source.shape[0], dtype=torch.float64)
    bent[3] = 1

    def bend(t, first):
        places = torch.arange(first, first + t.shape[-2])
        t[:, :, places >= 2] = bent.to(t)

    def late(t, first):
        places = torch.arange(first, first + t.shape[-2])
        t[:, 1, places >= 2] /= 3.0

    return [
        ("encoder-zero", [{"at": own, "head": 2, "op": "zero"}], at(own, put(2, value=0))),
        ("encoder-causal", [{"at": "encoder.blocks.0.attn", "set": {"mask": "causal"}}],
         at("encoder.blocks.0.attn.masked", lambda t, _: t.masked_fill_(
             torch.ones(t.shape[-2:], dtype=torch.bool).triu(1), float("-inf")))),
        ("encoder-output", [{"at": "encoder.blocks.0.attn.head_output", "head": 1, "op": "mean"}],
         at("encoder.blocks.0.attn.head_output", lambda t, _: t[:, 1].copy_(
             t[:, 1].mean(-2, keepdim=True).expand_as(t[:, 1])))),
        ("encoder-residual", [{"at": "encoder.blocks.1.residual", "query": 2, "op": "patch",
                               "from": {"input": {"ids": other.tolist()}, "target": {"ids": target.tolist()}}}],
         at("encoder.blocks.1.residual", put(2, value=away["encoder.blocks.1.residual"][:, 2]))),
        ("cross-zero", [{"at": cross, "head": 1, "op": "zero"}], at(cross, put(1, value=0))),
        ("cross-weight", [{"at": cross, "head": 0, "query": 2, "key": 1, "op": "set", "value": 0.9}],
         at(cross, put(0, 2, 1, value=0.9))),
        ("cross-mask", [{"at": "decoder.blocks.*.cross", "set": {"mask": [2]}}],
         chain(*(at(f"decoder.blocks.{i}.cross.masked", put(ALL, ALL, 2, value=float("-inf"))) for i in range(3)))),
        ("cross-output", [{"at": "decoder.blocks.2.cross.output", "op": "scale", "value": 0.3}],
         at("decoder.blocks.2.cross.output", lambda t, _: t.mul_(0.3))),
        ("decoder-temperature", [{"at": "decoder.blocks.0.attn", "head": 1, "set": {"temperature": 3}}],
         at("decoder.blocks.0.attn.masked", lambda t, _: t[:, 1].div_(3))),
        ("decoder-feed-forward", [{"at": "decoder.blocks.1.feed_forward.output", "query": 3, "op": "zero"}],
         at("decoder.blocks.1.feed_forward.output", put(3, value=0))),
        ("encoder-positions", [{"at": "encoder.positions", "set": {"kind": "none"}}], "encoder"),
        ("positions", [{"at": "positions", "set": {"kind": "none"}}], "both"),
        ("interleaved", [{"at": "encoder.positions", "set": {"kind": "sinusoidal", "layout": "interleaved"}}], "interleaved"),
        ("search", [{"at": "encoder.blocks.*.attn", "set": {"mask": [1]}},
                    {"at": cross, "head": 1, "op": "zero"}],
         chain(*(at(f"encoder.blocks.{i}.attn.masked", put(ALL, ALL, 1, value=float("-inf"))) for i in range(2)),
               at(cross, put(1, value=0)))),
        ("search-steps", [{"at": "decoder.blocks.2.cross.pattern", "key": 3, "op": "set", "value": 1, "step": 2},
                          *({"at": "decoder.blocks.2.cross.pattern", "key": s, "op": "zero", "step": 2}
                            for s in range(source.shape[0]) if s != 3),
                          {"at": "decoder.blocks.0.attn", "head": 1, "set": {"temperature": 3}, "step": 2}],
         chain(at("decoder.blocks.2.cross.pattern", bend), at("decoder.blocks.0.attn.masked", late))),
    ]


@contextmanager
def without_positions(model: MarianMTModel, what: str | None):
    handles = []
    if what in ("encoder", "both"):
        clear = lambda _module, _inputs, output: torch.zeros_like(output)
        parts = [model.model.encoder] if what == "encoder" else [model.model.encoder, model.model.decoder]
        handles = [part.embed_positions.register_forward_hook(clear) for part in parts]
    elif what == "interleaved":
        def by_turns(_module, _inputs, output):
            T, C = output.shape[-2:]
            turned = torch.arange(T, dtype=torch.float64)[:, None] * 10000.0 ** (
                -torch.arange(0, C, 2, dtype=torch.float64) / C)
            return torch.stack([turned.sin(), turned.cos()], -1).flatten(-2).to(output)
        handles = [model.model.encoder.embed_positions.register_forward_hook(by_turns)]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def marian() -> tuple[list, dict]:
    folder = GOLDEN / "marian-translate"
    model = MarianMTModel.from_pretrained(folder, dtype=torch.float64, attn_implementation="eager").eval()
    generator = torch.Generator().manual_seed(9)
    source, other = (torch.randint(3, 349, (7,), generator=generator) for _ in range(2))
    target = torch.cat([torch.tensor([2]), torch.randint(3, 349, (5,), generator=generator)])
    cases, values = [], {}
    for name, edits, given in marian_cases(model, source, target, other):
        what, hook = (given, unchanged) if isinstance(given, str) else (None, given)
        case = {"model": "marian-translate", "name": name, "input": source.tolist(), "edits": edits}
        with without_positions(model, what):
            if name.startswith("search"):
                case["beams"] = 3
                found = []
                for dtype in (torch.float32, torch.float64):
                    with hooked(model.to(dtype), hook):
                        found.append(model.generate(
                            source[None], attention_mask=torch.ones_like(source[None]), do_sample=False, num_beams=3,
                            max_length=24, output_scores=True, return_dict_in_generate=True))
                if not torch.equal(found[0].sequences, found[1].sequences):
                    raise ValueError(f"{name}: float32 and float64 find different texts")
                case |= {"ids": found[1].sequences[0].tolist(), "score": found[1].sequences_scores[0].item()}
            else:
                case["target"] = target.tolist()
                with hooked(model, hook):
                    values[f"marian-translate.{name}.logits"] = model(
                        input_ids=source[None], decoder_input_ids=target[None], use_cache=False).logits[0]
        cases.append(case)
    return cases, values


def recurrent_cases(self_path: str | None, attention: str) -> list[tuple[str, list, Callable]]:
    """An edit of a pattern (N, T, S), at a path."""
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


if __name__ == "__main__":
    torch.set_num_threads(1)
    all_cases, all_values = [], {}
    for made in (llama, marian, recurrents):
        cases, values = made()
        all_cases += cases
        all_values |= values
    FOLDER.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join("  " + json.dumps(case) for case in all_cases)
    (FOLDER / "edits.json").write_text(f"[\n{lines}\n]\n")
    path = FOLDER / "golden.safetensors"
    save_file({name: value.float().contiguous().clone() for name, value in all_values.items()}, path)
    path.chmod(0o644)
    print(f"{len(all_cases)} cases, {len(all_values)} logits")
