"""Cases with edits for a tiny translator: edits of each kind of attention, and of a beam search."""

from contextlib import contextmanager

import torch
from goldens import GOLDEN
from transformers import MarianMTModel

from .hooks import ALL, at, chain, hooked, put, recorded, unchanged


def cases_of(model, source, target, other) -> list[tuple]:
    """The cases (name, edits, hook). The encoder has 2 layers and 4 heads, the decoder 3 layers and 2 heads; C = 32."""
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
    """A context with zeros as positions ('encoder' or 'both'), or with interleaved sinusoids in the encoder.

    With None, the positions are not changed.
    """
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
    """The cases for the tiny translator, and their results by name."""
    folder = GOLDEN / "marian-translate"
    model = MarianMTModel.from_pretrained(folder, dtype=torch.float64, attn_implementation="eager").eval()
    generator = torch.Generator().manual_seed(9)
    source, other = (torch.randint(3, 349, (7,), generator=generator) for _ in range(2))
    target = torch.cat([torch.tensor([2]), torch.randint(3, 349, (5,), generator=generator)])
    modules = {}
    for part, stack in (("encoder", model.model.encoder), ("decoder", model.model.decoder)):
        for index, layer in enumerate(stack.layers):
            modules |= {f"{part}.blocks.{index}.attn.output": layer.self_attn,
                        f"{part}.blocks.{index}.feed_forward.output": layer.fc2}
            if part == "decoder":
                modules[f"{part}.blocks.{index}.cross.output"] = layer.encoder_attn
    cases, values = [], {}
    for name, edits, given in cases_of(model, source, target, other):
        what, hook = (given, unchanged) if isinstance(given, str) else (None, given)
        case = {"model": "marian-translate", "name": name, "input": source.tolist(), "edits": edits}
        with without_positions(model, what):
            if name.startswith("search"):
                case["beams"] = 3
                found = []
                for dtype in (torch.float32, torch.float64):
                    with hooked(model.to(dtype), hook, modules):
                        found.append(model.generate(
                            source[None], attention_mask=torch.ones_like(source[None]), do_sample=False, num_beams=3,
                            max_length=24, output_scores=True, return_dict_in_generate=True))
                if not torch.equal(found[0].sequences, found[1].sequences):
                    raise ValueError(f"{name}: float32 and float64 give different texts")
                case |= {"ids": found[1].sequences[0].tolist(), "score": found[1].sequences_scores[0].item()}
            else:
                case["target"] = target.tolist()
                with hooked(model, hook, modules):
                    values[f"marian-translate.{name}.logits"] = model(
                        input_ids=source[None], decoder_input_ids=target[None], use_cache=False).logits[0]
        cases.append(case)
    return cases, values
