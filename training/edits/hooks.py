"""Adds hooks to transformers' models at every traced name that an edit can change.

In every family, attention is the same sequence of calls: a product, in some families a scaling, a softmax and a product.
The hooks intercept these calls, so that this file contains no attention of its own.
"""

import re
from collections.abc import Callable
from contextlib import contextmanager

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

# (trace name, tensor (B, …, T, …), position of the first row in its text) → the tensor to use instead
Hook = Callable[[str, Tensor, int], Tensor]
ALL = slice(None)
_PRODUCTS = {torch.matmul, Tensor.matmul, Tensor.__matmul__, torch.bmm, Tensor.bmm}
_TIMES = {Tensor.mul, Tensor.__mul__, Tensor.div, Tensor.__truediv__, torch.mul, torch.div}
_SOFTMAX = {torch.nn.functional.softmax, torch.softmax, Tensor.softmax}


class _Stages(TorchFunctionMode):
    """Intercepts the calls of attention while a layer runs, and passes their results to the hook."""

    def __init__(self, hook: Hook, is_scaled: bool):
        super().__init__()
        self.hook, self.is_scaled = hook, is_scaled
        self.layer, self.attentions, self.stage, self.product = None, 0, "scores", None
        # The position of the first row that the decoder computes; a decoder with a cache skips earlier rows.
        self.row = 0

    def enter(self, layer: str | None) -> None:
        self.layer, self.attentions, self.stage = layer, 0, "scores"

    def _seen(self, kind: str, tensor: Tensor) -> Tensor:
        place = "attn" if self.attentions == 0 else "cross"
        first = 0 if self.layer.startswith("encoder") else self.row
        changed = self.hook(f"{self.layer}.{place}.{kind}", tensor if tensor.dim() == 4 else tensor[None], first)
        return changed.reshape(tensor.shape)

    def __torch_function__(self, called, types, args=(), kwargs=None):
        kwargs = dict(kwargs or {})
        if self.layer is None:
            return called(*args, **kwargs)
        if self.stage == "scores" and called is Tensor.baddbmm:
            bias, query, key = args[0], kwargs["batch1"], kwargs["batch2"]
            self.stage = "softmax"
            scores = self._seen("scores", self._seen("q", query) @ key)
            return self._seen("scaled", scores * kwargs["alpha"]) + kwargs["beta"] * bias
        if self.stage == "scores" and called in _PRODUCTS:
            self.stage = "softmax"
            scores = self._seen("scores", called(self._seen("q", args[0]), *args[1:], **kwargs))
            self.product = scores if self.is_scaled else self._seen("scaled", scores)
            return self.product
        if self.is_scaled and self.product is not None and called in _TIMES and args[0] is self.product:
            self.product = None
            return self._seen("scaled", called(*args, **kwargs))
        if self.stage == "softmax" and called in _SOFTMAX:
            # Some families compute the softmax in float32; here it has the precision of the other operations.
            kwargs.pop("dtype", None)
            self.stage, self.product = "mixed", None
            masked = args[0].masked_fill(args[0] < -1e30, float("-inf"))
            return self._seen("pattern", called(self._seen("masked", masked), *args[1:], **kwargs))
        if self.stage == "mixed" and called in _PRODUCTS:
            output = self._seen("head_output", called(*args, **kwargs))
            self.stage, self.attentions = "scores", self.attentions + 1
            return output
        return called(*args, **kwargs)


def layers_of(model) -> dict[str, torch.nn.Module]:
    """The layers of a model by trace name: 'blocks.1', or 'encoder.blocks.1' and 'decoder.blocks.1'."""
    found, taken = {}, []
    for name, module in model.named_modules():
        is_list = isinstance(module, torch.nn.ModuleList) and re.search(r"(^|\.)(h|layers?|blocks?)$", name)
        if not is_list or any(name.startswith(f"{outer}.") for outer in taken):
            continue
        taken.append(name)
        stack = "encoder." if "encoder." in name else "decoder."
        found |= {f"{stack if model.config.is_encoder_decoder else ''}blocks.{i}": each for i, each in enumerate(module)}
    return found


@contextmanager
def hooked(model, hook: Hook, modules: dict[str, torch.nn.Module] | None = None):
    """A context in which `hook` changes every attention and residual of `model`, and the outputs of `modules`."""
    stages = _Stages(hook, is_scaled=model.config.model_type != "gpt_neo")
    handles = []

    def after(name, ends_layer=False):
        def run(_module, _inputs, output):
            if ends_layer:
                stages.enter(None)
            tensor = output[0] if isinstance(output, tuple) else output
            changed = hook(name, tensor, 0 if name.startswith("encoder") else stages.row)
            return (changed, *output[1:]) if isinstance(output, tuple) else changed
        return run

    for name, layer in layers_of(model).items():
        handles.append(layer.register_forward_pre_hook(lambda *_, name=name: stages.enter(name)))
        handles.append(layer.register_forward_hook(after(f"{name}.residual", ends_layer=True)))
    handles += [module.register_forward_hook(after(name)) for name, module in (modules or {}).items()]
    if model.config.is_encoder_decoder:
        def count(_module, args, kwargs):
            cache = kwargs.get("past_key_values")
            stages.row = cache.get_seq_length() if cache is not None else 0
        handles.append(model.get_decoder().register_forward_pre_hook(count, with_kwargs=True))
    try:
        with torch.no_grad(), stages:
            yield
    finally:
        for handle in handles:
            handle.remove()


def recorded(model, run: Callable, modules: dict[str, torch.nn.Module] | None = None) -> dict[str, Tensor]:
    """All tensors that a hook receives during `run`, by trace name, without any change."""
    seen = {}

    def hook(name, tensor, _first):
        seen[name] = tensor
        return tensor
    with hooked(model, hook, modules):
        run()
    return seen


def unchanged(_name: str, tensor: Tensor, _first: int) -> Tensor:
    """The hook that changes nothing."""
    return tensor


def at(name: str, change: Callable[[Tensor, int], None]) -> Hook:
    """A hook that applies `change` to a copy of the tensor of one name; `change` writes into the copy."""
    def hook(where, tensor, first):
        if where != name:
            return tensor
        copy = tensor.clone()
        change(copy, first)
        return copy
    return hook


def chain(*hooks: Hook) -> Hook:
    """A hook that applies several hooks, one after the other."""
    def hook(name, tensor, first):
        for each in hooks:
            tensor = each(name, tensor, first)
        return tensor
    return hook


def put(*index, value):
    """A change for `at` that sets the elements at `index`, in every batch row, to `value`."""
    def change(tensor, _first):
        tensor[(ALL, *index)] = value
    return change
