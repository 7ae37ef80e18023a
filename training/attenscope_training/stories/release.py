"""Exports the story model, evaluates the exported model, and writes its model card."""

import torch
from tokenizers import Tokenizer
from transformers import LlamaForCausalLM

from .. import checkpoint
from ..bits import bits_per_byte, document_nats
from ..export import export_folder
from ..text import read_documents
from . import card, data
from . import model as architecture
from .settings import Settings


def release(settings: Settings, files: data.StoryFiles, tokenizer: Tokenizer, which: str, device: torch.device) -> None:
    """Export the run's checkpoint `which` ('best', 'last' or 'mean') to `settings.model_folder`, with the model card."""
    model = architecture.build(settings)
    sources = ["best", "last"] if which == "mean" else [which]
    states = checkpoint.restore_mean([settings.runs / f"{name}.pt" for name in sources], model)
    export_folder(model, settings.runs / "tokenizer", settings.model_folder)

    exported = LlamaForCausalLM.from_pretrained(settings.model_folder, dtype=torch.float32).to(device).eval()
    figures = measure(exported, tokenizer, read_documents(files.valid), settings.context)
    figures["train_stories"] = len(documents := read_documents(files.train))
    figures["train_tokens"] = sum(map(len, data.encode(tokenizer, documents)))
    figures["steps"] = [state["step"] for state in states]
    figures["parameters"] = exported.num_parameters()
    figures["bytes"] = (settings.model_folder / "model.safetensors").stat().st_size
    samples = [(prompt, sample(exported, tokenizer, prompt)) for prompt in ("", "Tom had a blue balloon.")]
    (settings.model_folder / "README.md").write_text(card.render(settings, figures, samples), encoding="utf-8")
    print(figures)


def measure(model: LlamaForCausalLM, tokenizer: Tokenizer, stories: list[str], context: int) -> dict[str, float]:
    """Nats per token and bits per byte of `stories`; each story has a context of its own."""
    ids = data.encode(tokenizer, stories, closed=True)
    text_bytes = sum(len(story.encode()) for story in stories)
    tokens = sum(len(story) - 1 for story in ids)
    nats = document_nats(model, ids, context, model.device)
    return {"valid_stories": len(stories), "valid_bytes": text_bytes, "valid_tokens": tokens,
            "nats_per_token": nats / tokens, "bits_per_byte": bits_per_byte(nats, text_bytes)}


@torch.inference_mode()
def sample(model: LlamaForCausalLM, tokenizer: Tokenizer, prompt: str, seed: int = 7) -> str:
    """One sampled story that begins with `prompt`, with the exported generation settings."""
    torch.manual_seed(seed)
    ids = torch.tensor([tokenizer.encode(prompt).ids], device=model.device)
    output = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=300,
                            pad_token_id=model.config.eos_token_id)
    return tokenizer.decode(output[0].tolist())


