"""Writes a trained model as a standard Hugging Face folder."""

import shutil
from pathlib import Path

import torch
from transformers import GenerationConfig, PreTrainedModel


def export_folder(model: PreTrainedModel, tokenizer_folder: Path, folder: Path, dtype: torch.dtype = torch.float16,
                  generation: GenerationConfig | None = None) -> None:
    """Write config.json, generation_config.json, model.safetensors in `dtype` and the tokenizer's two files to `folder`.

    Without `generation`, text is sampled at temperature 0.8 from the 40 most likely tokens. `model` is not changed.
    Raises ValueError if a weight is too large for `dtype`.
    """
    largest = max(p.abs().max().item() for p in model.parameters())
    if largest > torch.finfo(dtype).max:
        raise ValueError(f"a weight of magnitude {largest} does not fit {dtype}")
    copy = type(model)(model.config)
    copy.load_state_dict(model.state_dict())
    copy.generation_config = generation or GenerationConfig(
        bos_token_id=model.config.bos_token_id, eos_token_id=model.config.eos_token_id,
        do_sample=True, temperature=0.8, top_k=40)
    copy.to(dtype).save_pretrained(folder)
    (folder / "model.safetensors").chmod(0o644)  # safetensors makes the file readable only by its owner
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(tokenizer_folder / name, folder / name)
