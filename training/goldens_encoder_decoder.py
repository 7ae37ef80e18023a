"""Writes wasm-tests/golden/encoder-decoder: tiny encoder–decoders, with results and searches by transformers.

    python training/goldens_encoder_decoder.py

Weights come from a fixed seed and are stored under the engine's names, so that the engine's tests need no code of a
family. Results are computed in float64. A search is stored only if float32 gives the same hypotheses.
"""

import re

import torch
from safetensors.torch import save_file
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    GenerationConfig,
    MarianConfig,
    MarianMTModel,
    PreTrainedModel,
)

from attenscope_training.sources import REPOSITORY

FOLDER = REPOSITORY / "wasm-tests" / "golden" / "encoder-decoder"
SOURCE, TARGET = 11, 9  # tokens

# (pattern in a name of transformers, replacement in the engine's name)
RENAMED = [
    (r"^model\.shared\.weight$", "embedding.weight"),
    (r"^final_logits_bias$", "logits_bias"),
    (r"^model\.(encoder|decoder)\.layers\.", r"\1.blocks."),
    (r"^model\.(encoder|decoder)\.embed_positions\.", r"\1.position."),
    (r"^model\.(encoder|decoder)\.layernorm_embedding\.", r"\1.embedding_norm."),
    (r"\.self_attn_layer_norm\.", ".attn_norm."),
    (r"\.encoder_attn_layer_norm\.", ".cross_norm."),
    (r"\.final_layer_norm\.", ".feed_forward_norm."),
    (r"\.self_attn\.", ".attn."),
    (r"\.encoder_attn\.", ".cross."),
    (r"\.q_proj\.", ".query."), (r"\.k_proj\.", ".key."), (r"\.v_proj\.", ".value."), (r"\.out_proj\.", ".output."),
    (r"\.fc1\.", ".feed_forward.up."), (r"\.fc2\.", ".feed_forward.down."),
]


def engine_name(name: str) -> str:
    """The engine's name of a tensor, from its name in transformers."""
    for pattern, replacement in RENAMED:
        name = re.sub(pattern, replacement, name)
    return name


def randomize(model: PreTrainedModel) -> None:
    """Set random weights, large enough for patterns far from uniform; a bias lets searches reach the end token."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "norm" in name and name.endswith("weight"):
                parameter.uniform_(0.6, 1.4)
            elif not (isinstance(model, MarianMTModel) and "embed_positions" in name):
                wide = "q_proj" in name or "k_proj" in name
                parameter.normal_(0, 0.1 if name.endswith("bias") else 0.4 if wide else 0.25)
        model.final_logits_bias.normal_(0, 0.5)
        model.final_logits_bias[0, model.config.eos_token_id] = 1.5 if isinstance(model, BartForConditionalGeneration) else 3.0


def weights(model: PreTrainedModel) -> dict[str, torch.Tensor]:
    """The weights by the engine's names, without tied copies and without computed positions."""
    found = {}
    for name, tensor in model.state_dict().items():
        copy = name.endswith("embed_tokens.weight") or name == "lm_head.weight"
        if copy or (isinstance(model, MarianMTModel) and "embed_positions" in name):
            continue
        found["weights." + engine_name(name)] = tensor[0] if name == "final_logits_bias" else tensor
    return found


@torch.no_grad()
def results(model: PreTrainedModel, source: torch.Tensor, target: torch.Tensor) -> dict[str, torch.Tensor]:
    """Logits (T, V), all patterns, and the residual after every block, without a batch dimension."""
    output = model(input_ids=source[None], decoder_input_ids=target[None], use_cache=False, output_attentions=True,
                   output_hidden_states=True)
    values = {"source": source, "target": target, "logits": output.logits[0]}
    for part in ("encoder", "decoder"):
        states = getattr(output, f"{part}_hidden_states")
        values[f"{part}.embedding"] = states[0][0]
        for index, state in enumerate(states[1:]):
            values[f"{part}.blocks.{index}.residual"] = state[0]
    for index, pattern in enumerate(output.encoder_attentions):
        values[f"encoder.blocks.{index}.attn.pattern"] = pattern[0]
    for index, (own, cross) in enumerate(zip(output.decoder_attentions, output.cross_attentions)):
        values[f"decoder.blocks.{index}.attn.pattern"] = own[0]
        values[f"decoder.blocks.{index}.cross.pattern"] = cross[0]
    return values


@torch.no_grad()
def search(model: PreTrainedModel, source: torch.Tensor, settings: dict) -> tuple[torch.Tensor, torch.Tensor]:
    beams = settings["num_beams"]
    found = model.generate(source[None], attention_mask=torch.ones_like(source[None]), do_sample=False,
                           output_scores=True, return_dict_in_generate=True, num_return_sequences=beams, **settings)
    # transformers gives no score for a greedy search.
    return found.sequences, found.sequences_scores if beams > 1 else torch.zeros(1)


def searches(model: PreTrainedModel, source: torch.Tensor, cases: list[dict]) -> dict[str, torch.Tensor]:
    """The hypotheses, scores and options of each case; a case is left out if float32 and float64 differ."""
    values = {}
    for case in cases:
        options = {**model.generation_config.to_dict(), **case}
        ids, scores = search(model.float(), source, case)
        precise, _ = search(model.double(), source, case)
        if ids.shape != precise.shape or not torch.equal(ids, precise):
            print(f"  left out, because float32 and float64 differ: {case}")
            continue

        def number(name: str, absent: int, options: dict = options) -> int:
            return absent if options.get(name) is None else int(options[name])

        at = f"search.{len(values) // 4}."
        values[at + "ids"] = ids
        values[at + "scores"] = scores
        values[at + "options"] = torch.tensor([
            options["num_beams"], options["max_length"], number("min_length", 0), number("no_repeat_ngram_size", 0),
            number("early_stopping", 0), number("forced_bos_token_id", -1), number("forced_eos_token_id", -1)])
        values[at + "penalty"] = torch.tensor([float(options["length_penalty"])])
        lengths = [int((row != options["pad_token_id"]).sum()) for row in ids]
        print(f"  {case}: {len(ids)} of about {lengths} tokens, best {scores[0]:.4f}")
    return values


def write(name: str, model: PreTrainedModel, cases: list[dict]) -> None:
    print(name)
    generator = torch.Generator().manual_seed(3)
    vocabulary = model.config.vocab_size
    source = torch.randint(3, vocabulary - 1, (SOURCE,), generator=generator)
    target = torch.randint(3, vocabulary - 1, (TARGET,), generator=generator)
    stored = weights(model)
    values = {**stored, **results(model.double(), source, target), **searches(model, source, cases)}
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.safetensors"
    save_file({key: value.to(torch.float32 if value.is_floating_point() else torch.int32).contiguous().clone()
               for key, value in values.items()}, path)
    path.chmod(0o644)


def marian() -> None:
    """A Marian with odd head widths, fewer decoder than encoder layers, swish, scaled embeddings, computed positions."""
    torch.manual_seed(5)
    model = MarianMTModel(MarianConfig(
        vocab_size=61, d_model=35, encoder_layers=3, decoder_layers=2, encoder_attention_heads=7,
        decoder_attention_heads=5, encoder_ffn_dim=41, decoder_ffn_dim=53, max_position_embeddings=48,
        activation_function="swish", scale_embedding=True, decoder_start_token_id=60, pad_token_id=60, eos_token_id=0,
        forced_eos_token_id=0, attn_implementation="eager")).eval()
    randomize(model)
    model.generation_config = GenerationConfig(
        num_beams=4, max_length=30, decoder_start_token_id=60, eos_token_id=0, pad_token_id=60, forced_eos_token_id=0,
        bad_words_ids=[[60]], length_penalty=1.0)
    write("marian", model, [
        {"num_beams": 4}, {"num_beams": 1}, {"num_beams": 6, "length_penalty": 0.6},
        {"num_beams": 3, "length_penalty": 2.0}, {"num_beams": 4, "length_penalty": -0.5, "max_length": 9},
        {"num_beams": 4, "no_repeat_ngram_size": 2}, {"num_beams": 4, "min_length": 12},
        {"num_beams": 4, "early_stopping": True}, {"num_beams": 2, "no_repeat_ngram_size": 1, "max_length": 20}])


def bart() -> None:
    """A BART: learned positions from row 2 on, a norm after the embeddings, exact GELU, and a forced first token."""
    torch.manual_seed(6)
    model = BartForConditionalGeneration(BartConfig(
        vocab_size=53, d_model=24, encoder_layers=2, decoder_layers=3, encoder_attention_heads=4,
        decoder_attention_heads=3, encoder_ffn_dim=40, decoder_ffn_dim=31, max_position_embeddings=40,
        activation_function="gelu", decoder_start_token_id=2, bos_token_id=0, pad_token_id=1, eos_token_id=2,
        attn_implementation="eager")).eval()
    randomize(model)
    model.generation_config = GenerationConfig(
        num_beams=4, max_length=24, decoder_start_token_id=2, bos_token_id=0, eos_token_id=2, pad_token_id=1,
        forced_bos_token_id=0, forced_eos_token_id=2, no_repeat_ngram_size=3, length_penalty=1.0,
        early_stopping=True)
    write("bart", model, [{"num_beams": 4}, {"num_beams": 1}, {"num_beams": 5, "early_stopping": False},
                          {"num_beams": 3, "min_length": 10, "length_penalty": 1.5}])


if __name__ == "__main__":
    torch.set_num_threads(1)
    marian()
    bart()
