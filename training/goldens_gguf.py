"""Writes wasm-tests/golden/gguf/: a tiny Llama with every supported GGUF type, and transformers' results for it.

    python training/goldens_gguf.py

llama.cpp's `gguf` package writes the file and decodes its quantised tensors. A transformers model with the decoded
weights, in Hugging Face's order of rows, computes the logits and patterns.
"""

import json
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType as Type
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, processors
from transformers import LlamaConfig, LlamaForCausalLM

OUT = Path(__file__).resolve().parents[1] / "wasm-tests/golden/gguf"
C, N, K, H, F, L = 256, 4, 1, 64, 64, 1

BLOCK_BYTES = {Type.Q8_0: (32, 34), Type.Q4_0: (32, 18), Type.Q4_K: (256, 144), Type.Q6_K: (256, 210)}
TYPES = {
    "token_embd.weight": Type.Q6_K,
    "output.weight": Type.Q8_0,
    "blk.0.attn_q.weight": Type.Q4_K,
    "blk.0.attn_k.weight": Type.Q6_K,
    "blk.0.attn_v.weight": Type.Q8_0,
    "blk.0.attn_output.weight": Type.Q4_0,
    "blk.0.ffn_gate.weight": Type.F16,
    "blk.0.ffn_up.weight": Type.BF16,
    "blk.0.ffn_down.weight": Type.Q4_0,
}


def random_blocks(random: np.random.Generator, rows: int, columns: int, type_: Type) -> np.ndarray:
    """Random blocks of a quantised matrix (rows, columns), with scales of a realistic size; all other bytes are random."""
    numbers, size = BLOCK_BYTES[type_]
    blocks = random.integers(0, 256, (rows, columns // numbers, size), dtype=np.uint8)
    scale = {Type.Q8_0: 1 / 1500, Type.Q4_0: 1 / 80, Type.Q4_K: 1 / 4000, Type.Q6_K: 1 / 30000}[type_]

    def halves(count: int) -> np.ndarray:
        values = (scale * random.uniform(0.5, 1.5, (rows, columns // numbers, count))).astype(np.float16)
        return values.view(np.uint8).reshape(rows, columns // numbers, 2 * count)

    if type_ == Type.Q6_K:
        blocks[..., 208:210] = halves(1)
    elif type_ == Type.Q4_K:
        blocks[..., 0:4] = halves(2)
        # A weight is d · scale · q − m · minimum; m = 7.5 d makes about half of the weights negative.
        blocks[..., 2:4] = (7.5 * blocks[..., 0:2].copy().view(np.float16)).astype(np.float16).view(np.uint8)
    else:
        blocks[..., 0:2] = halves(1)
    return blocks.reshape(rows, -1)


def halves_from_pairs(rows: np.ndarray, heads: int) -> np.ndarray:
    """The rows of a query or key projection in Hugging Face's order, from the order of Llamas in GGUF.

    GGUF rotates rows 2i and 2i + 1 of a head together; Hugging Face rotates rows i and i + H / 2.
    """
    return rows.reshape(heads, H // 2, 2, -1).swapaxes(1, 2).reshape(rows.shape)


def pieces() -> tuple[list[str], list[float], list[int]]:
    """The texts, scores and kinds of a vocabulary like SentencePiece's: special tokens, all bytes, letters, some words."""
    words = ["▁t", "he", "▁the", "▁a", "in", "on", "▁on", "ce", "▁once", "up", "▁up", "▁upon", "▁ti", "me", "▁time", "▁▁"]
    letters = ["▁", *"abcdefghijklmnopqrstuvwxyz.,"]
    texts = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), *words, *letters, "<|user|>"]
    scores = [0.0] * 259 + [-float(i) for i in range(len(words))] + [-100.0 - i for i in range(len(letters))] + [0.0]
    kinds = [2, 3, 3, *[6] * 256, *[1] * (len(words) + len(letters)), 4]
    return texts, scores, kinds


def reference_tokenizer(texts: list[str], scores: list[float], kinds: list[int]) -> Tokenizer:
    """The tokenizer to which transformers converts this vocabulary: merges are sorted by the score of their result."""
    ids = {text: i for i, text in enumerate(texts)}
    merges = []
    for text, score, kind in zip(texts, scores, kinds):
        if kind != 1:
            continue
        local = [(text[:i], text[i:]) for i in range(1, len(text)) if text[:i] in ids and text[i:] in ids]
        merges += [(score, pair) for pair in sorted(local, key=lambda pair: (ids[pair[0]], ids[pair[1]]))]
    merges = [pair for _, pair in sorted(merges, key=lambda item: -item[0])]
    tokenizer = Tokenizer(models.BPE(ids, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.add_special_tokens(["<unk>", "<s>", "</s>"])
    tokenizer.add_tokens([AddedToken("<|user|>", normalized=False)])
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    return tokenizer


def main() -> None:
    random = np.random.default_rng(2026)
    texts, scores, kinds = pieces()
    V = len(texts)
    shapes = {
        "token_embd.weight": (V, C),
        "output.weight": (V, C),
        "blk.0.attn_q.weight": (N * H, C),
        "blk.0.attn_k.weight": (K * H, C),
        "blk.0.attn_v.weight": (K * H, C),
        "blk.0.attn_output.weight": (C, N * H),
        "blk.0.ffn_gate.weight": (F, C),
        "blk.0.ffn_up.weight": (F, C),
        "blk.0.ffn_down.weight": (C, F),
    }
    OUT.mkdir(parents=True, exist_ok=True)
    writer = gguf.GGUFWriter(OUT / "llama-every-type.gguf", "llama")
    writer.add_context_length(64)
    writer.add_embedding_length(C)
    writer.add_block_count(L)
    writer.add_feed_forward_length(F)
    writer.add_head_count(N)
    writer.add_head_count_kv(K)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(5000.0)
    writer.add_rope_dimension_count(H)
    writer.add_vocab_size(V)
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(texts)
    writer.add_token_scores(scores)
    writer.add_token_types(kinds)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_chat_template("{% for message in messages %}<|user|>{{ message.content }}{% endfor %}")

    weights: dict[str, np.ndarray] = {}
    for name in ("output_norm.weight", "blk.0.attn_norm.weight", "blk.0.ffn_norm.weight"):
        weights[name] = random.uniform(0.5, 1.5, C).astype(np.float32)
        writer.add_tensor(name, weights[name])
    for name, (rows, columns) in shapes.items():
        type_ = TYPES[name]
        if type_ in BLOCK_BYTES:
            data = random_blocks(random, rows, columns, type_)
        else:
            data = gguf.quants.quantize((random.standard_normal((rows, columns)) / 16).astype(np.float32), type_)
        weights[name] = gguf.quants.dequantize(data, type_).astype(np.float32)
        writer.add_tensor(name, data, raw_dtype=type_)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()

    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=V, hidden_size=C, intermediate_size=F, num_hidden_layers=L, num_attention_heads=N,
            num_key_value_heads=K, head_dim=H, max_position_embeddings=64, rms_norm_eps=1e-5,
            rope_parameters={"rope_type": "default", "rope_theta": 5000.0}, tie_word_embeddings=False,
            attn_implementation="eager",
        )
    ).double().eval()  # fmt: skip
    at = "model.layers.0."
    state = {
        "model.embed_tokens.weight": weights["token_embd.weight"],
        "lm_head.weight": weights["output.weight"],
        "model.norm.weight": weights["output_norm.weight"],
        at + "input_layernorm.weight": weights["blk.0.attn_norm.weight"],
        at + "post_attention_layernorm.weight": weights["blk.0.ffn_norm.weight"],
        at + "self_attn.q_proj.weight": halves_from_pairs(weights["blk.0.attn_q.weight"], N),
        at + "self_attn.k_proj.weight": halves_from_pairs(weights["blk.0.attn_k.weight"], K),
        at + "self_attn.v_proj.weight": weights["blk.0.attn_v.weight"],
        at + "self_attn.o_proj.weight": weights["blk.0.attn_output.weight"],
        at + "mlp.gate_proj.weight": weights["blk.0.ffn_gate.weight"],
        at + "mlp.up_proj.weight": weights["blk.0.ffn_up.weight"],
        at + "mlp.down_proj.weight": weights["blk.0.ffn_down.weight"],
    }
    model.load_state_dict({name: torch.from_numpy(value.copy()).double() for name, value in state.items()})
    tokenizer = reference_tokenizer(texts, scores, kinds)
    cases = ["Once upon a time", "the  time, once", "é 好 <|user|> upon", ""]
    golden = [{"text": text, "ids": tokenizer.encode(text).ids} for text in cases]
    ids = torch.tensor([golden[0]["ids"] + [290, 7, 301]])
    with torch.no_grad():
        out = model(ids, output_attentions=True)
    save_file(
        {
            "input_ids": ids[0].int(),
            "logits": out.logits[0].float(),
            "blocks.0.attn.pattern": out.attentions[0][0].float(),
        },
        OUT / "llama-every-type.safetensors",
    )
    (OUT / "llama-every-type.json").write_text(json.dumps({"gguf": "0.19.0", "encodings": golden}, ensure_ascii=True) + "\n")


if __name__ == "__main__":
    main()
