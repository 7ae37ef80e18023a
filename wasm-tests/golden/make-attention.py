"""Writes attention/golden.safetensors: PyTorch's results and gradients for attention, norms and softmax.

    python wasm-tests/golden/make-attention.py

Inputs are random float32 numbers; the results are computed in float64 and stored as F32. A tensor's name is `case.name`:
`case.output` and `case.pattern` are results, `case.gradOutput` is the gradient of the output, from which the gradients
`case.grad.name` follow. A boolean mask is stored as 1 at visible keys and 0 at hidden keys.
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

OUT = Path(__file__).resolve().parent / "attention" / "golden.safetensors"

torch.manual_seed(20)
torch.set_num_threads(1)
tensors: dict[str, torch.Tensor] = {}


def drawn(*shape: int) -> torch.Tensor:
    """Normal random numbers in float64, each exactly equal to a float32 number."""
    return torch.randn(*shape, dtype=torch.float32).double()


def record(case: str, inputs: dict[str, torch.Tensor], forward, constants: dict[str, torch.Tensor] | None = None) -> None:
    """Run `forward` on the inputs; store the inputs, the results and the gradients of the inputs.

    `forward` returns the output, or a tuple of the output and the pattern.
    """
    leaves = {name: value.clone().requires_grad_() for name, value in inputs.items()}
    found = forward(**leaves)
    output, pattern = found if isinstance(found, tuple) else (found, None)
    grad_output = drawn(*output.shape)
    gradients = torch.autograd.grad(output, list(leaves.values()), grad_output)
    stored = {**inputs, **(constants or {}), "output": output, "gradOutput": grad_output}
    if pattern is not None:
        stored["pattern"] = pattern
    stored |= {f"grad.{name}": gradient for name, gradient in zip(leaves, gradients)}
    tensors.update({f"{case}.{name}": value.detach().float().contiguous() for name, value in stored.items()})


def attention_cases() -> None:
    """Cases for scaled_dot_product_attention."""
    B, N, K, T, S, H, Hv = 2, 4, 2, 5, 7, 6, 3

    def qkv(heads: int = N, keys: int = S) -> dict[str, torch.Tensor]:
        return {"q": drawn(B, N, T, H), "k": drawn(B, heads, keys, H), "v": drawn(B, heads, keys, Hv)}

    attend = F.scaled_dot_product_attention
    record("sdpa", qkv(), attend_of(attend))
    record("sdpa_scale", qkv(), attend_of(attend, scale=0.3))
    record("sdpa_causal", qkv(keys=T), attend_of(attend, is_causal=True))
    record("sdpa_gqa", qkv(K), attend_of(attend, enable_gqa=True))
    record("sdpa_gqa_causal", qkv(K, T), attend_of(attend, enable_gqa=True, is_causal=True))
    seen = torch.rand(B, 1, T, S) > 0.4
    seen[..., 0] = True
    record("sdpa_seen", qkv(), attend_of(attend, attn_mask=seen), {"mask": seen})
    record("sdpa_bias", {**qkv(), "mask": drawn(N, T, S)}, lambda q, k, v, mask: attend(q, k, v, attn_mask=mask))


def attend_of(attend, **options):
    return lambda q, k, v: attend(q, k, v, **options)


def multi_head_cases() -> None:
    """Cases for nn.MultiheadAttention, as self-attention, and as cross-attention to a context of other widths.

    functional_call makes the parameters leaves of the graph, so that autograd computes their gradients.
    """
    B, T, S, C, N = 2, 4, 6, 8, 4

    def run(module, parameters, query, key, **options):
        call = (query, key, key)
        return torch.func.functional_call(module, parameters, call, {"average_attn_weights": False, **options})

    own = torch.nn.MultiheadAttention(C, N, batch_first=True).double()
    names = {"in": "in_proj_weight", "inBias": "in_proj_bias", "out": "out_proj.weight", "outBias": "out_proj.bias"}
    parameters = {name: drawn(*own.get_parameter(torch_name).shape) * 0.5 for name, torch_name in names.items()}
    hidden = torch.triu(torch.ones(T, T, dtype=torch.bool), 1)
    record(
        "mha_causal",
        {"x": drawn(B, T, C), **parameters},
        lambda x, **rest: run(own, {names[name]: value for name, value in rest.items()}, x, x, attn_mask=hidden),
    )
    wide = torch.nn.MultiheadAttention(C, N, kdim=5, vdim=5, batch_first=True).double()
    names2 = {
        "query": "q_proj_weight",
        "key": "k_proj_weight",
        "value": "v_proj_weight",
        "inBias": "in_proj_bias",
        "out": "out_proj.weight",
        "outBias": "out_proj.bias",
    }
    parameters2 = {name: drawn(*wide.get_parameter(torch_name).shape) * 0.5 for name, torch_name in names2.items()}
    padding = torch.tensor([[False] * 6, [False] * 4 + [True] * 2])
    record(
        "mha_context",
        {"x": drawn(B, T, C), "context": drawn(B, S, 5), **parameters2},
        lambda x, context, **rest: run(
            wide, {names2[name]: value for name, value in rest.items()}, x, context, key_padding_mask=padding
        ),
        {"mask": ~padding},
    )


def row_cases() -> None:
    """Cases for layer_norm, rms_norm, softmax and log_softmax."""
    x = drawn(3, 4, 10)
    record("layer_norm", {"x": x, "weight": drawn(10), "bias": drawn(10)}, lambda x, weight, bias: F.layer_norm(x, (10,), weight, bias))
    record(
        "layer_norm_two",
        {"x": x * 3 + 50, "weight": drawn(4, 10), "bias": drawn(4, 10)},
        lambda x, weight, bias: F.layer_norm(x, (4, 10), weight, bias, eps=1e-3),
    )
    record("rms_norm", {"x": x, "weight": drawn(10)}, lambda x, weight: F.rms_norm(x, (10,), weight, eps=1e-5))
    record("rms_norm_bare", {"x": x}, lambda x: F.rms_norm(x, (4, 10), eps=1e-6))
    for axis in range(3):
        record(f"softmax_{axis}", {"x": x * 4}, lambda x, axis=axis: F.softmax(x, axis))
        record(f"log_softmax_{axis}", {"x": x * 4}, lambda x, axis=axis: F.log_softmax(x, axis))


attention_cases()
multi_head_cases()
row_cases()
OUT.parent.mkdir(exist_ok=True)
save_file(tensors, OUT, {"torch": torch.__version__})
print(f"{OUT}: {len(tensors)} tensors, {OUT.stat().st_size} bytes")
