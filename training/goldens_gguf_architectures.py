"""Writes wasm-tests/golden/gguf-architectures: a tiny checkpoint of every supported GGUF architecture.

    python training/goldens_gguf_architectures.py

transformers makes each model. llama.cpp's `gguf` package gives the names of the tensors and writes the file, with the
conventions of llama.cpp's converter. Then transformers loads the file and computes the results; this needs the package
accelerate.
"""

import zlib

import gguf
import numpy as np
import torch
import transformers
from gguf import GGMLQuantizationType as Type
from safetensors.torch import save_file

from attenscope_training.sources import REPOSITORY

OUT = REPOSITORY / "wasm-tests" / "golden" / "gguf-architectures"
IDS = {"vocab_size": 40, "pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2}
LLAMA = {**IDS, "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4,
         "num_key_value_heads": 2, "max_position_embeddings": 32, "rope_parameters": {"rope_theta": 500.0, "rope_type": "default"}}

ARCHITECTURES = {
    "qwen2": ("Qwen2ForCausalLM", LLAMA),
    "qwen3": ("Qwen3ForCausalLM", {**LLAMA, "head_dim": 32, "tie_word_embeddings": True}),
    "gemma2": ("Gemma2ForCausalLM", {**LLAMA, "head_dim": 32, "sliding_window": 4, "query_pre_attn_scalar": 32,
                                     "final_logit_softcapping": 2.0, "attn_logit_softcapping": 1.5}),
    "phi3": ("Phi3ForCausalLM", {**LLAMA, "original_max_position_embeddings": 32, "sliding_window": 5}),
    "gpt2": ("GPT2LMHeadModel", {**IDS, "n_embd": 64, "n_layer": 2, "n_head": 4, "n_positions": 24, "n_inner": 96}),
}


def stored(name: str, tensor: torch.Tensor, architecture: str) -> np.ndarray:
    """The tensor as llama.cpp's converter stores it: a Conv1D is transposed, and Gemma's norms have 1 added."""
    if architecture == "gpt2" and name.endswith(("c_attn.weight", "c_proj.weight", "c_fc.weight")):
        tensor = tensor.T
    if architecture == "gemma2" and name.endswith("norm.weight"):
        tensor = tensor + 1
    return tensor.float().contiguous().numpy()


def write_metadata(writer: gguf.GGUFWriter, architecture: str, config) -> None:
    """Write the config into the file's metadata, under llama.cpp's keys."""
    writer.add_vocab_size(config.vocab_size)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.n_inner if architecture == "gpt2" else config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_bos_token_id(config.bos_token_id)
    writer.add_eos_token_id(config.eos_token_id)
    if architecture == "gpt2":
        writer.add_layer_norm_eps(config.layer_norm_epsilon)
        return
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    if architecture in ("qwen3", "gemma2"):
        writer.add_key_length(config.head_dim)
        writer.add_value_length(config.head_dim)
    if architecture in ("gemma2", "phi3"):
        writer.add_sliding_window(config.sliding_window)
    if architecture == "gemma2":
        writer.add_attn_logit_softcapping(config.attn_logit_softcapping)
        writer.add_final_logit_softcapping(config.final_logit_softcapping)
    if architecture == "phi3":
        writer.add_rope_dimension_count(config.hidden_size // config.num_attention_heads)
        writer.add_rope_scaling_orig_ctx_len(config.original_max_position_embeddings)


@torch.no_grad()
def write(architecture: str) -> None:
    """Write the GGUF file of one architecture, and transformers' results for the file."""
    class_name, settings = ARCHITECTURES[architecture]
    model_class = getattr(transformers, class_name)
    torch.manual_seed(zlib.crc32(architecture.encode()))
    model = model_class(model_class.config_class(**settings)).eval()
    for name, parameter in model.named_parameters():
        if parameter.dim() == 1 and name.endswith("weight"):
            parameter.uniform_(-0.4, 0.4) if architecture == "gemma2" else parameter.uniform_(0.6, 1.4)
        else:
            parameter.normal_(0, 0.2)
    path = OUT / f"{architecture}.gguf"
    writer = gguf.GGUFWriter(path, architecture)
    write_metadata(writer, architecture, model.config)
    kind = next(kind for kind, name in gguf.MODEL_ARCH_NAMES.items() if name == architecture)
    names = gguf.get_tensor_name_map(kind, model.config.num_hidden_layers)
    for name, tensor in model.state_dict().items():
        if name == "lm_head.weight" and model.config.tie_word_embeddings:
            continue
        base, ending = name.rsplit(".", 1)
        data = stored(name, tensor, architecture)
        type_ = Type.F32 if data.ndim == 1 else Type.F16 if "emb" in name or base.endswith(("wte", "wpe")) else Type.Q8_0
        writer.add_tensor(f"{names.get_name(base)}.{ending}", gguf.quants.quantize(data, type_), raw_dtype=type_)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()

    # transformers reads the tensors from the file. The config is given, because transformers reads only some of its keys.
    read = model_class.from_pretrained(OUT, gguf_file=path.name, config=model.config, attn_implementation="eager",
                                       dtype=torch.float32)
    ids = torch.randint(3, 40, (1, 9), generator=torch.Generator().manual_seed(3))
    output = read.double().eval()(ids, use_cache=False, output_attentions=True)
    results = {"input_ids": ids[0].int(), "logits": output.logits[0].float()}
    for layer, pattern in enumerate(output.attentions):
        results[f"blocks.{layer}.attn.pattern"] = pattern[0].float().contiguous()
    save_file(results, OUT / f"{architecture}.safetensors")
    print(architecture, path.stat().st_size, "bytes")


if __name__ == "__main__":
    for each in ARCHITECTURES:
        write(each)
