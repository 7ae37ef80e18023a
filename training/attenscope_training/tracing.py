"""Runs a transformers Llama and records every intermediate value under the project's trace names.

transformers chooses its attention function by name. The function registered here receives q, k and v after rotary
positions and computes one stage after the other, so that an edit can change the pattern. The callers compare the
results with transformers' own "eager" attention.
"""

from collections.abc import Callable
from contextlib import contextmanager

import torch
from transformers import LlamaForCausalLM
from transformers.models.llama.modeling_llama import ALL_ATTENTION_FUNCTIONS

# (block index, pattern (N, T, S)) → the pattern to use instead
PatternEdit = Callable[[int, torch.Tensor], torch.Tensor]
_IMPLEMENTATION = "attenscope_traced"


def trace(model: LlamaForCausalLM, ids: torch.Tensor, edit: PatternEdit | None = None) -> dict[str, torch.Tensor]:
    """All traced values of one sequence `ids` (T), by name and without a batch dimension; `edit` can change patterns."""
    values: dict[str, torch.Tensor] = {}

    def attention(module, query, key, value, attention_mask, scaling, dropout=0.0, **_):
        """softmax(q·kᵀ·scaling + causal mask)·v (Vaswani et al. 2017, eq. 1).

        Query (1, N, T, H), key and value (1, K, S, H); returns the output (1, T, N, H) and the pattern (1, N, T, S).
        """
        name = f"blocks.{module.layer_idx}.attn"
        q, k, v = query[0], key[0], value[0]
        group = q.shape[0] // k.shape[0]  # N / K query heads share one key/value head
        scores = q @ k.repeat_interleave(group, 0).mT  # (N, T, S)
        scaled = scores * scaling
        hidden = torch.ones(scores.shape[-2:], dtype=torch.bool).triu(1)
        pattern = scaled.masked_fill(hidden, float("-inf")).softmax(-1)
        if edit:
            pattern = edit(module.layer_idx, pattern)
        output = pattern @ v.repeat_interleave(group, 0)  # (N, T, H)
        values.update({f"{name}.q": q, f"{name}.k": k, f"{name}.v": v, f"{name}.scores": scores,
                       f"{name}.scaled": scaled, f"{name}.pattern": pattern, f"{name}.head_output": output})
        return output.transpose(0, 1)[None], pattern[None]

    ALL_ATTENTION_FUNCTIONS.register(_IMPLEMENTATION, attention)
    before = model.config._attn_implementation
    model.config._attn_implementation = _IMPLEMENTATION
    try:
        with _recording(model, values), torch.no_grad():
            values["logits"] = model(input_ids=ids[None].long(), use_cache=False).logits[0]
    finally:
        model.config._attn_implementation = before
    return values


@contextmanager
def _recording(model: LlamaForCausalLM, values: dict[str, torch.Tensor]):
    """A context in which hooks record the outputs (1, T, C) of the modules around attention."""
    modules = {"embedding": model.model.embed_tokens, "final_norm": model.model.norm}
    for index, layer in enumerate(model.model.layers):
        modules[f"blocks.{index}.attn.output"] = layer.self_attn
        modules[f"blocks.{index}.feed_forward.output"] = layer.mlp
        modules[f"blocks.{index}.residual"] = layer

    def recorder(name: str):
        def hook(_module, _inputs, output):
            tensor = output[0] if isinstance(output, tuple) else output
            values[name] = tensor[0]
        return hook

    handles = [module.register_forward_hook(recorder(name)) for name, module in modules.items()]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def eager(model: LlamaForCausalLM, ids: torch.Tensor) -> tuple[torch.Tensor, tuple[torch.Tensor, ...]]:
    """The results of transformers' own attention: logits (T, V) and the pattern (N, T, S) of each block."""
    model.set_attn_implementation("eager")
    with torch.no_grad():
        output = model(input_ids=ids[None].long(), use_cache=False, output_attentions=True)
    return output.logits[0], tuple(attention[0] for attention in output.attentions)


def greedy(model: LlamaForCausalLM, ids: torch.Tensor, count: int) -> torch.Tensor:
    """The `count` ids after `ids` (T) by greedy search, which does not stop at an end token.

    Raises ValueError if the two largest logits are too close.
    """
    for _ in range(count):
        with torch.no_grad():
            top = model(input_ids=ids[None].long(), use_cache=False).logits[0, -1].topk(2)
        # With a smaller difference, another order of additions could choose the other token.
        if top.values[0] - top.values[1] < 1e-4:
            raise ValueError("two logits are too close for a greedy reference: take another seed")
        ids = torch.cat([ids, top.indices[:1].to(ids.dtype)])
    return ids[-count:]
