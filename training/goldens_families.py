"""Writes wasm-tests/golden/families: a tiny checkpoint for every family and head, and transformers' results for it.

    python training/goldens_families.py [NAME …]

transformers writes each checkpoint, with weights from a fixed seed. Results are computed in float64. Greedy ids are
stored only if float32 gives the same ids. The configurations are unusual on purpose: head widths that are no multiple of
a register, fewer key/value heads, tied and untied embeddings, windows shorter than the text.
"""

import inspect
import shutil
import sys
import zlib

import torch
import transformers
from safetensors.torch import save_file
from transformers import PreTrainedModel

from attenscope_training.sources import REPOSITORY

FOLDER = REPOSITORY / "wasm-tests" / "golden" / "families"
TOKENS, TARGET, NEW = 9, 6, 5
IDS = {"vocab_size": 31, "pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2}
LABELS = {"id2label": {0: "bad", 1: "so-so", 2: "good"}, "label2id": {"bad": 0, "so-so": 1, "good": 2}}

LLAMA = {**IDS, "hidden_size": 12, "intermediate_size": 20, "num_hidden_layers": 2, "num_attention_heads": 4,
         "num_key_value_heads": 2, "head_dim": 6, "max_position_embeddings": 32}
GPT2 = {**IDS, "n_embd": 15, "n_layer": 2, "n_head": 5, "n_positions": 24}
GPT_NEO = {**IDS, "hidden_size": 12, "num_layers": 3, "num_heads": 3, "intermediate_size": 22, "window_size": 4,
           "attention_types": [[["global", "local"], 1], [["local"], 1]], "max_position_embeddings": 24}
NEOX = {**IDS, "hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 3, "intermediate_size": 26,
        "max_position_embeddings": 24}
OPT = {**IDS, "hidden_size": 12, "num_hidden_layers": 2, "num_attention_heads": 3, "ffn_dim": 22,
       "max_position_embeddings": 24}
BLOOM = {**IDS, "hidden_size": 18, "n_layer": 2, "n_head": 6}
MPT = {**IDS, "d_model": 12, "n_layers": 2, "n_heads": 6, "max_seq_len": 24}
BERT = {**IDS, "hidden_size": 15, "num_hidden_layers": 2, "num_attention_heads": 5, "intermediate_size": 22,
        "max_position_embeddings": 24, "type_vocab_size": 3}
DISTIL = {**IDS, "dim": 12, "hidden_dim": 22, "n_layers": 2, "n_heads": 3, "max_position_embeddings": 24}
BART = {**IDS, "d_model": 12, "encoder_layers": 2, "decoder_layers": 1, "encoder_attention_heads": 4,
        "decoder_attention_heads": 3, "encoder_ffn_dim": 18, "decoder_ffn_dim": 14, "max_position_embeddings": 24,
        "decoder_start_token_id": 2, "forced_eos_token_id": None}
T5 = {**IDS, "d_model": 12, "d_kv": 5, "d_ff": 18, "num_layers": 2, "num_decoder_layers": 3, "num_heads": 3,
      "relative_attention_num_buckets": 8, "relative_attention_max_distance": 6, "decoder_start_token_id": 1}

# (name, class of the model, config); the name begins with the family's model_type.
CAUSAL, TEXT, TOKEN, QUESTION, BARE = ("ForCausalLM", "ForSequenceClassification", "ForTokenClassification",
                                       "ForQuestionAnswering", "Model")
HEADS = {"LMHeadModel": "causal", CAUSAL: "causal", TEXT: "text", TOKEN: "token", QUESTION: "question", BARE: "bare",
         "ForMaskedLM": "masked", "ForConditionalGeneration": "seq2seq", "MTModel": "seq2seq",
         "EncoderModel": "encoder"}


def heads(prefix: str, model_type: str, base: dict, *variants: tuple[str, str, dict]) -> list[tuple]:
    """The checkpoints of one family, from variants (class of the model, suffix of the name, changes of the config)."""
    return [(f"{model_type}-{HEADS[head]}{'-' + odd if odd else ''}", prefix + head,
             {**base, **(LABELS if head in (TEXT, TOKEN) else {}), **changes}) for head, odd, changes in variants]


def rope(**parameters) -> dict:
    return {"rope_parameters": {"rope_theta": 500.0, **parameters}}


CHECKPOINTS = [
    *heads("Llama", "llama", LLAMA,
           (CAUSAL, "", {"attention_bias": True, "mlp_bias": True}),
           (CAUSAL, "tied", {"tie_word_embeddings": True, "num_key_value_heads": 1, "head_dim": None,
                            "hidden_size": 16}),
           (CAUSAL, "linear", rope(rope_type="linear", factor=2.5)),
           (CAUSAL, "dynamic", rope(rope_type="dynamic", factor=4.0)),
           (CAUSAL, "llama3", rope(rope_type="llama3", factor=4.0, low_freq_factor=1.0, high_freq_factor=3.0,
                                   original_max_position_embeddings=8)),
           (CAUSAL, "yarn", rope(rope_type="yarn", factor=4.0, original_max_position_embeddings=8)),
           (CAUSAL, "yarn-scaled", rope(rope_type="yarn", factor=4.0, original_max_position_embeddings=8, mscale=0.7,
                                        mscale_all_dim=0.4, beta_fast=8, beta_slow=2, truncate=False)),
           (TEXT, "", {}), (TOKEN, "", {}), (QUESTION, "", {}), (BARE, "", {})),
    *heads("Mistral", "mistral", LLAMA,
           (CAUSAL, "", {"sliding_window": 4}), (CAUSAL, "whole", {"sliding_window": None, "tie_word_embeddings": True}),
           (TEXT, "", {"sliding_window": 4}), (TOKEN, "", {}), (QUESTION, "", {}), (BARE, "", {"sliding_window": 5})),
    *heads("Qwen2", "qwen2", {**LLAMA, "head_dim": 3},
           (CAUSAL, "", {"hidden_size": 24, "head_dim": 6}),
           (CAUSAL, "windows", {"hidden_size": 24, "head_dim": 6, "use_sliding_window": True, "sliding_window": 4,
                                "max_window_layers": 1, "tie_word_embeddings": True}),
           *((head, "", {"hidden_size": 16, "head_dim": 4}) for head in (TEXT, TOKEN, QUESTION, BARE))),
    *heads("Qwen3", "qwen3", LLAMA,
           (CAUSAL, "", {"tie_word_embeddings": True}),
           (CAUSAL, "windows", {"use_sliding_window": True, "sliding_window": 4, "attention_bias": True,
                                "layer_types": ["sliding_attention", "full_attention"]}),
           (TEXT, "", {}), (TOKEN, "", {}), (QUESTION, "", {}), (BARE, "", {})),
    *heads("Gemma2", "gemma2", {**LLAMA, "sliding_window": 4, "query_pre_attn_scalar": 5},
           (CAUSAL, "", {"final_logit_softcapping": 2.0, "attn_logit_softcapping": 1.5, "num_hidden_layers": 3}),
           (CAUSAL, "uncapped", {"final_logit_softcapping": None, "attn_logit_softcapping": None,
                                 "attention_bias": True, "tie_word_embeddings": False}),
           (TEXT, "", {}), (TOKEN, "", {}), (BARE, "", {})),
    *heads("Phi3", "phi3", {**{k: v for k, v in LLAMA.items() if k != "head_dim"}, "hidden_size": 24, "original_max_position_embeddings": 32},
           (CAUSAL, "", {"sliding_window": 4}),
           (CAUSAL, "partial", {"partial_rotary_factor": 0.5, "tie_word_embeddings": True, "hidden_size": 32,
                                "rope_parameters": {"rope_theta": 500.0, "rope_type": "default",
                                                    "partial_rotary_factor": 0.5}}),
           (TEXT, "", {}), (TOKEN, "", {}), (BARE, "", {})),
    *heads("GPT2", "gpt2", GPT2,
           ("LMHeadModel", "", {"n_inner": 23}),
           ("LMHeadModel", "untied", {"tie_word_embeddings": False, "scale_attn_weights": False,
                                      "activation_function": "relu", "layer_norm_epsilon": 1e-3}),
           (TEXT, "", {}), (TOKEN, "", {}), (QUESTION, "", {}), (BARE, "", {"activation_function": "silu"})),
    *heads("GPTNeo", "gpt_neo", GPT_NEO,
           (CAUSAL, "", {}), (TEXT, "", {}), (TOKEN, "", {}), (QUESTION, "", {}), (BARE, "", {})),
    *heads("GPTNeoX", "gpt_neox", NEOX,
           (CAUSAL, "", {}), (CAUSAL, "serial", {"use_parallel_residual": False, "attention_bias": False,
                                                 "tie_word_embeddings": True, **rope(partial_rotary_factor=1.0,
                                                                                     rope_type="default")}),
           (TEXT, "", {}), (TOKEN, "", {}), (QUESTION, "", {}), (BARE, "", {})),
    *heads("OPT", "opt", OPT,
           (CAUSAL, "", {}), (CAUSAL, "after", {"do_layer_norm_before": False, "enable_bias": False,
                                                "activation_function": "gelu", "tie_word_embeddings": False}),
           (TEXT, "", {}), (QUESTION, "", {}), (BARE, "", {})),
    *heads("Bloom", "bloom", BLOOM,
           (CAUSAL, "", {}), (TEXT, "", {}), (TOKEN, "", {}), (QUESTION, "", {}), (BARE, "", {"n_head": 2})),
    *heads("Mpt", "mpt", MPT,
           (CAUSAL, "", {}), (TEXT, "", {"attn_config": {"softmax_scale": 0.7}}), (TOKEN, "", {}), (QUESTION, "", {}),
           (BARE, "", {})),
    *heads("Bert", "bert", BERT,
           ("ForMaskedLM", "", {}), ("ForMaskedLM", "untied", {"tie_word_embeddings": False, "hidden_act": "relu"}),
           ("LMHeadModel", "", {"is_decoder": True}),
           (TEXT, "", {}), (TOKEN, "", {"hidden_act": "gelu_new"}), (QUESTION, "", {}), (BARE, "", {})),
    *heads("Roberta", "roberta", {**BERT, "type_vocab_size": 1},
           ("ForMaskedLM", "", {}), (CAUSAL, "", {"is_decoder": True, "tie_word_embeddings": False}),
           (TEXT, "", {}), (TOKEN, "", {}), (QUESTION, "", {}), (BARE, "", {})),
    *heads("DistilBert", "distilbert", DISTIL,
           ("ForMaskedLM", "", {}), ("ForMaskedLM", "untied", {"tie_word_embeddings": False, "activation": "relu"}),
           (TEXT, "", {}), (TOKEN, "", {}), (QUESTION, "", {}), (BARE, "", {"sinusoidal_pos_embds": True})),
    *heads("Electra", "electra", {**BERT, "embedding_size": 9},
           ("ForMaskedLM", "", {}), ("ForMaskedLM", "wide", {"embedding_size": 15, "tie_word_embeddings": False}),
           (CAUSAL, "", {"is_decoder": True}),
           (TEXT, "", {"embedding_size": 20}), (TOKEN, "", {}), (QUESTION, "", {}), (BARE, "", {})),
    *heads("MPNet", "mpnet", {k: v for k, v in BERT.items() if k != "type_vocab_size"},
           ("ForMaskedLM", "", {}), (TEXT, "", {}), (TOKEN, "", {}), (QUESTION, "", {}), (BARE, "", {})),
    *heads("Bart", "bart", BART,
           ("ForConditionalGeneration", "", {"scale_embedding": True}), (BARE, "", {"activation_function": "relu"})),
    *heads("Marian", "marian", {**BART, "decoder_start_token_id": 1},
           ("MTModel", "", {"activation_function": "swish", "scale_embedding": True})),
    *heads("M2M100", "m2m_100", BART,
           ("ForConditionalGeneration", "", {}), (BARE, "", {"scale_embedding": False, "activation_function": "gelu"})),
    *heads("T5", "t5", T5,
           ("ForConditionalGeneration", "", {}),
           ("ForConditionalGeneration", "gated", {"feed_forward_proj": "gated-gelu", "tie_word_embeddings": False}),
           ("EncoderModel", "", {"feed_forward_proj": "gated-silu"}), (TOKEN, "", {}), (BARE, "", {})),
    *heads("MT5", "mt5", {**T5, "feed_forward_proj": "gated-gelu"},
           ("ForConditionalGeneration", "", {"tie_word_embeddings": False}), ("EncoderModel", "", {}),
           (TOKEN, "", {}), (BARE, "", {})),
]


@torch.no_grad()
def randomize(model: PreTrainedModel) -> None:
    """Set random weights, large enough for patterns far from uniform."""
    for name, parameter in model.named_parameters():
        if isinstance(model, transformers.MarianMTModel) and "embed_positions" in name:
            continue  # sines and cosines
        if parameter.dim() == 1 and name.endswith("weight"):
            parameter.uniform_(-0.4, 0.4) if model.config.model_type == "gemma2" else parameter.uniform_(0.6, 1.4)
        else:
            parameter.normal_(0, 0.2 if name.endswith("bias") else 1.0 if "relative" in name else 0.35)
    head = model.get_output_embeddings()
    if head is not None and head.bias is not None:
        head.bias[model.config.pad_token_id] = -9.0  # never generated: padding inside a text would change positions
    if hasattr(model, "final_logits_bias"):
        model.final_logits_bias.normal_(0, 0.5)


def patterns(output) -> dict[str, torch.Tensor]:
    """The patterns (N, T, S) of all layers, by trace name."""
    if output.get("cross_attentions"):
        places = {"encoder.blocks.{}.attn": output.encoder_attentions, "decoder.blocks.{}.attn": output.decoder_attentions,
                  "decoder.blocks.{}.cross": output.cross_attentions}
    else:
        places = {"blocks.{}.attn": output.attentions}
    return {place.format(layer) + ".pattern": pattern[0]
            for place, all_layers in places.items() for layer, pattern in enumerate(all_layers)}


def logits(output) -> dict[str, torch.Tensor]:
    """The results of the model's head: logits, start and end scores, or the last states."""
    if "start_logits" in output:
        return {"start": output.start_logits[0], "end": output.end_logits[0]}
    if "logits" in output:
        return {"logits": output.logits[0]}
    return {"states": output.last_hidden_state[0]}


@torch.no_grad()
def run(model: PreTrainedModel, inputs: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The inputs, results and patterns of one run, by name."""
    batch = {name: value[None] for name, value in inputs.items()}
    output = model(**batch, use_cache=False, output_attentions=True) if "Encoder" not in type(model).__name__ else \
        model(**batch, output_attentions=True)
    return {**inputs, **logits(output), **patterns(output)}


@torch.no_grad()
def greedy(model: PreTrainedModel, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
    """The ids of a greedy generation without a cache: every step computes the whole text."""
    grown = "decoder_input_ids" if "decoder_input_ids" in inputs else "input_ids"
    ids = inputs[grown][:1] if grown == "decoder_input_ids" else inputs[grown][:4]
    found = []
    for _ in range(NEW):
        batch = {**inputs, grown: ids}
        last = model(**{name: value[None] for name, value in batch.items()}, use_cache=False).logits[0, -1]
        found.append(last.argmax())
        ids = torch.cat([ids, found[-1][None]])
    return torch.stack(found)


def inputs_of(model: PreTrainedModel, generator: torch.Generator) -> list[tuple[str, dict[str, torch.Tensor]]]:
    """The inputs of each run, with the prefix of the names of its results."""
    config = model.config
    draw = lambda count: torch.randint(3, config.vocab_size, (count,), generator=generator)
    plain = {"input_ids": draw(TOKENS)}
    if "decoder_input_ids" in inspect.signature(model.forward).parameters:
        plain["decoder_input_ids"] = torch.cat([torch.tensor([config.decoder_start_token_id]), draw(TARGET - 1)])
    if getattr(config, "type_vocab_size", 0) > 1:
        plain["token_type_ids"] = torch.randint(0, config.type_vocab_size, (TOKENS,), generator=generator)
    mask = torch.ones(TOKENS, dtype=torch.long)
    mask[-3:] = 0  # fewer than any window: transformers has no rule for a query that sees no key
    padded = {**plain, "input_ids": torch.where(mask == 1, plain["input_ids"], config.pad_token_id),
              "attention_mask": mask}
    return [("", plain), ("padded.", padded)]


def write(name: str, class_name: str, settings: dict) -> None:
    """Write one checkpoint and its results to a folder of its own."""
    model_class = getattr(transformers, class_name)
    torch.manual_seed(zlib.crc32(name.encode()))
    config = model_class.config_class(**settings)
    config._attn_implementation = "eager"
    model = model_class(config).eval()
    randomize(model)
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    runs = inputs_of(model, torch.Generator().manual_seed(3))
    writes = any(end in class_name for end in ("CausalLM", "LMHead", "ForConditional", "MTModel"))
    values = {"greedy": greedy(model, runs[0][1])} if writes and "token_type_ids" not in runs[0][1] else {}
    model = model.double()
    if values and not torch.equal(values["greedy"], greedy(model, runs[0][1])):
        print(f"  {name}: greedy ids are left out, because float32 and float64 differ")
        del values["greedy"]
    for prefix, inputs in runs:
        values.update({prefix + key: value for key, value in run(model, inputs).items()})
    save_file({key: value.to(torch.float32 if value.is_floating_point() else torch.int32).contiguous().clone()
               for key, value in values.items()}, folder / "golden.safetensors")
    for file in folder.iterdir():
        file.chmod(0o644)
    print(f"{name}: {sum(file.stat().st_size for file in folder.iterdir())} bytes")


if __name__ == "__main__":
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    for checkpoint in CHECKPOINTS:
        if len(sys.argv) == 1 or checkpoint[0] in sys.argv[1:]:
            write(*checkpoint)
