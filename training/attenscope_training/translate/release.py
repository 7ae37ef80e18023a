"""Exports the translator, evaluates the exported model, and writes its model card."""

import torch
from tokenizers import Tokenizer
from transformers import GenerationConfig, MarianMTModel

from .. import checkpoint
from ..export import export_folder
from . import card, data, score
from . import model as architecture
from .settings import Settings
from .split import Pair, Split
from .tokenizer import END_ID, PAD_ID

# The card's samples: sentences that a visitor may try first. They were chosen before the model translated them.
EVERYDAY = (
    "Hello!", "How are you today?", "Thank you very much.", "My name is Anna.", "Where is the train station?",
    "I would like a cup of coffee, please.", "How much does this cost?", "I don't understand.", "What time is it?",
    "The weather is very nice today.", "I love my family.", "She is reading a book in the garden.",
    "Can you help me find my keys?", "We went to the beach last summer.", "The cat sat down because it was tired.",
    "He bought a new car yesterday.", "Do you speak Chinese?", "I have two brothers and one sister.",
    "If it rains tomorrow, we will stay at home.", "Two children are playing with a ball in the park.",
    "This is the best soup I have ever eaten.", "Please call me when you arrive.")


def release(settings: Settings, parts: Split, tokenizer: Tokenizer, which: str, device: torch.device) -> None:
    """Export the run's checkpoint `which` ('best' or 'last') to `settings.model_folder`, with the model card."""
    model = architecture.build(settings)
    state = checkpoint.restore(settings.runs / f"{which}.pt", model)
    # The weights in best.pt are the moving average; last.pt stores the average separately.
    model.load_state_dict(state.get("average") or {}, strict=False)
    export_folder(model, settings.runs / "tokenizer", settings.model_folder, generation=generation(settings))

    exported = MarianMTModel.from_pretrained(settings.model_folder, dtype=torch.float32).to(device)
    batches = data.training_batches(settings, parts, tokenizer)
    figures = {
        "tatoeba_test": measure(exported, tokenizer, parts.tatoeba_test, settings),
        "caption_test": measure(exported, tokenizer, parts.caption_test, settings),
        "tatoeba_greedy": measure(exported, tokenizer, parts.tatoeba_test, settings, beams=1),
        "step": state["step"],
        "parameters": sum(p.numel() for n, p in exported.named_parameters() if "positions" not in n),
        "bytes": (settings.model_folder / "model.safetensors").stat().st_size,
        "train_pairs": len(parts.train), "train_tokens": data.PairBatches(parts.train, tokenizer, settings).tokens,
        "steps_per_epoch": batches.steps_per_epoch}
    texts = [*EVERYDAY]
    samples = list(zip(texts, score.translate(exported, tokenizer, texts, settings.beams, settings.length_penalty)))
    (settings.model_folder / "README.md").write_text(
        card.render(settings, figures, parts.removed, samples), encoding="utf-8")
    print(figures)


def generation(settings: Settings) -> GenerationConfig:
    """The settings of the beam search, as in the evaluation; it ends once `beams` hypotheses have ended."""
    return GenerationConfig(
        num_beams=settings.beams, length_penalty=settings.length_penalty, early_stopping=True, do_sample=False,
        max_length=settings.positions, decoder_start_token_id=PAD_ID, pad_token_id=PAD_ID, eos_token_id=END_ID,
        forced_eos_token_id=END_ID)


def measure(model: MarianMTModel, tokenizer: Tokenizer, pairs: list[Pair], settings: Settings,
            beams: int | None = None) -> float:
    """The BLEU of the model's translations of `pairs`; without `beams`, with the beams of the settings."""
    texts = [pair.english for pair in pairs]
    return score.bleu(score.translate(model, tokenizer, texts, beams or settings.beams, settings.length_penalty), pairs)
