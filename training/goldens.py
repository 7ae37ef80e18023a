"""Writes wasm-tests/golden: tiny Llama checkpoints and the results that transformers computes with them.

    python training/goldens.py                            the tiny checkpoints and their results
    python training/goldens.py --stories260k FOLDER       the results of a converted stories260K

Weights come from a fixed seed. Results are computed in float64 from the stored, rounded weights and stored as F32.
Before that, they are compared with transformers' eager attention.
"""

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM

from attenscope_training.sources import REPOSITORY
from attenscope_training.tracing import eager, greedy, trace

GOLDEN = REPOSITORY / "wasm-tests" / "golden"
LENGTH, PROMPT, GENERATED = 37, 5, 16


def random_model(config: LlamaConfig, seed: int, embedding_spread: float = 1.0) -> LlamaForCausalLM:
    """A Llama with random weights that are large enough for patterns far from uniform."""
    torch.manual_seed(seed)
    model = LlamaForCausalLM(config).eval()
    spread = {"q_proj": 0.3, "k_proj": 0.3, "embed_tokens": embedding_spread}
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "norm" in name:
                parameter.uniform_(0.6, 1.4)
            else:
                module = name.split(".")[-2]
                parameter.normal_(0, 0.1 if name.endswith("bias") else spread.get(module, 0.15))
    return model


def check(model: LlamaForCausalLM, ids: torch.Tensor, values: dict[str, torch.Tensor]) -> None:
    """Check that the traced `values` equal the results of transformers' own attention, and print float32's error."""
    logits, patterns = eager(model, ids)
    torch.testing.assert_close(values["logits"], logits, rtol=1e-5, atol=1e-5)
    for index, pattern in enumerate(patterns):
        torch.testing.assert_close(values[f"blocks.{index}.attn.pattern"], pattern, rtol=1e-5, atol=1e-6)
    single, _ = eager(model.float(), ids)
    print(f"  logits {[round(v, 4) for v in logits.flatten()[:5].tolist()]}, "
          f"float32 differs by at most {(single.double() - values['logits']).abs().max().item():.1e}")
    model.double()


def results(model: LlamaForCausalLM, ids: torch.Tensor) -> dict[str, torch.Tensor]:
    """All traced values of `ids` (T) by name, and those of the first id alone with the prefix `single.`."""
    model.double()
    values = trace(model, ids)
    check(model, ids, values)
    single = trace(model, ids[:1])
    return {"input_ids": ids, "single.input_ids": ids[:1], **values,
            **{f"single.{name}": value for name, value in single.items()}}


def write(path: Path, values: dict[str, torch.Tensor]) -> None:
    """Write the tensors as F32 and I32, which tests can read without a conversion."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: value.to(torch.float32 if value.is_floating_point() else torch.int32).contiguous().clone()
               for name, value in values.items()}, path, metadata={"format": "pt"})
    for file in path.parent.iterdir():
        file.chmod(0o644)  # safetensors makes the file readable only by its owner


def continuation(model: LlamaForCausalLM, ids: torch.Tensor) -> torch.Tensor:
    """The ids of a greedy generation after `ids`. Raises ValueError if they contain the end token."""
    generated = greedy(model, ids[:PROMPT], GENERATED)
    if model.config.eos_token_id in generated:
        raise ValueError("the end token was generated: take another seed")
    return generated


def random_ids(vocabulary: int, seed: int) -> torch.Tensor:
    return torch.randint(3, vocabulary, (LENGTH,), generator=torch.Generator().manual_seed(seed))


def reloaded(folder: Path) -> LlamaForCausalLM:
    """The model in `folder`: its weights have the precision of the stored type, in float32."""
    return LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()


def llama_tiny() -> None:
    """A Llama with odd sizes, grouped heads and an untied head, in float32; also with edited patterns."""
    print("llama-tiny")
    folder = GOLDEN / "llama-tiny"
    random_model(LlamaConfig(
        vocab_size=67, hidden_size=48, intermediate_size=100, num_hidden_layers=3, num_attention_heads=6,
        num_key_value_heads=2, head_dim=8, max_position_embeddings=128, rms_norm_eps=1e-5,
        rope_parameters={"rope_type": "default", "rope_theta": 10_000.0}, tie_word_embeddings=False), seed=1).save_pretrained(folder)
    model, ids = reloaded(folder), random_ids(67, seed=1)
    values = results(model, ids)

    def zero(block: int, pattern: torch.Tensor) -> torch.Tensor:
        return torch.stack([p * 0 if (block, head) == (1, 2) else p for head, p in enumerate(pattern)])

    def halve(block: int, pattern: torch.Tensor) -> torch.Tensor:
        return torch.stack([p * 0.5 if (block, head) == (0, 0) else p for head, p in enumerate(pattern)])

    values["edit_zero.logits"] = trace(model, ids, zero)["logits"]
    values["edit_scale.logits"] = trace(model, ids, halve)["logits"]
    values["greedy"] = continuation(model, ids)
    write(folder / "golden.safetensors", values)


def llama_tiny_tied_bf16() -> None:
    """A Llama with a tied head, biases and H ≠ C / N, in BF16, in two shards, with a config.json of the older form."""
    print("llama-tiny-tied-bf16")
    folder = GOLDEN / "llama-tiny-tied-bf16"
    config = LlamaConfig(
        vocab_size=61, hidden_size=40, intermediate_size=72, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=12, max_position_embeddings=128, rms_norm_eps=1e-6, attention_bias=True,
        mlp_bias=True, rope_parameters={"rope_type": "default", "rope_theta": 10_000.0}, tie_word_embeddings=True)
    # With tied embeddings of large values, every token would predict itself.
    model = random_model(config, seed=2, embedding_spread=0.2).to(torch.bfloat16)
    tensors = {name: tensor for name, tensor in model.state_dict().items() if name != "lm_head.weight"}
    folder.mkdir(parents=True, exist_ok=True)
    names = list(tensors)
    parts = {"model-00001-of-00002.safetensors": names[:len(names) // 2],
             "model-00002-of-00002.safetensors": names[len(names) // 2:]}
    for file, members in parts.items():
        save_file({name: tensors[name].contiguous() for name in members}, folder / file, metadata={"format": "pt"})
    index = {"metadata": {"total_size": sum(t.numel() * t.element_size() for t in tensors.values())},
             "weight_map": {name: file for file, members in parts.items() for name in members}}
    older = config.to_dict() | {"architectures": ["LlamaForCausalLM"], "rope_theta": 10_000.0, "rope_scaling": None,
                                "torch_dtype": "bfloat16"}
    for newer_field in ("rope_parameters", "dtype", "transformers_version"):
        older.pop(newer_field, None)
    (folder / "config.json").write_text(json.dumps(dict(sorted(older.items())), indent=2) + "\n")
    (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")
    model, ids = reloaded(folder), random_ids(61, seed=7)
    write(folder / "golden.safetensors", results(model, ids) | {"greedy": continuation(model, ids)})


def llama_tiny_f16() -> None:
    """A Llama with one layer, K = N and another rotary base, in F16."""
    print("llama-tiny-f16")
    folder = GOLDEN / "llama-tiny-f16"
    random_model(LlamaConfig(
        vocab_size=50, hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=4,
        num_key_value_heads=4, head_dim=8, max_position_embeddings=64, rms_norm_eps=1e-6,
        rope_parameters={"rope_type": "default", "rope_theta": 500_000.0}, tie_word_embeddings=False),
        seed=5).half().save_pretrained(folder)
    model, ids = reloaded(folder), random_ids(50, seed=5)
    write(folder / "golden.safetensors", results(model, ids) | {"greedy": continuation(model, ids)})


def stories260k(converted: Path) -> None:
    """Results of a trained model: 220 greedy ids after `<s>`, and the traced values of the first 48 ids."""
    print("stories260K")
    model = reloaded(converted).double()
    generated = greedy(model, torch.tensor([model.config.bos_token_id]), 220)
    ids = torch.cat([torch.tensor([model.config.bos_token_id]), generated])[:48]
    values = results(model, ids)
    # Only some values are stored, to keep the file small: the tiny models test the other stages.
    last = f"blocks.{model.config.num_hidden_layers - 1}.attn.pattern"
    kept = ("input_ids", "embedding", "final_norm", "logits", "residual")
    write(GOLDEN / "stories260K" / "golden.safetensors",
          {name: value for name, value in values.items() if name.endswith(last) or name.split(".")[-1] in kept}
          | {"greedy": generated})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories260k", type=Path, metavar="FOLDER")
    folder = parser.parse_args().stories260k
    if folder:
        stories260k(folder)
    else:
        llama_tiny()
        llama_tiny_tied_bf16()
        llama_tiny_f16()
