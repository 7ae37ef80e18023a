"""Exports the sentiment model, evaluates the exported model, and writes its model card."""

import shutil

import torch
from tokenizers import Tokenizer

from .. import checkpoint, recurrent
from ..recurrent.rounding import as_int8
from . import card, data
from . import model as architecture
from .settings import Settings
from .split import natural


def release(settings: Settings, tokenizer: Tokenizer, phrases: list[data.Phrase], dev: list[data.Phrase],
            run: str) -> None:
    """Export the best weights of `run` to `settings.model_folder`, with the model card."""
    model = architecture.build(settings, tokenizer)
    state = checkpoint.restore(settings.runs / run / "best.pt", model)
    recurrent.save(model, settings.model_folder, torch.float16)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(settings.runs / "tokenizer" / name, settings.model_folder / name)

    exported = recurrent.load(settings.model_folder)
    figures = {"step": state["step"], "parameters": sum(p.numel() for p in exported.parameters()),
               "vocabulary": tokenizer.get_vocab_size(), "dev_sentences": len(dev), "train_phrases": len(phrases),
               "train_sentences": sum(data.whole(phrases)), "valid_nats": state["figure"],
               "bytes": (settings.model_folder / "model.safetensors").stat().st_size}
    for name, tested in {"dev": exported, "int8": as_int8(exported)}.items():
        found = measure(tested, tokenizer, [phrase.text for phrase in dev], dev)
        figures |= {f"{name}_{key}": value for key, value in found.items()}
    figures["natural_accuracy"] = measure(exported, tokenizer, [natural(phrase.text) for phrase in dev], dev)[
        "accuracy"
    ]
    examples = [(text, architecture.logits(exported, tokenizer, [text])) for text in card.EXAMPLES]
    (settings.model_folder / "README.md").write_text(card.render(settings, figures, examples), encoding="utf-8")
    print(figures)


def measure(
    model: recurrent.LstmClassifier, tokenizer: Tokenizer, texts: list[str], phrases: list[data.Phrase]
) -> dict[str, float]:
    """The mean cross-entropy and the accuracy of `model` on `texts`, with the labels of `phrases`."""
    return architecture.figures(architecture.logits(model, tokenizer, texts), [phrase.label for phrase in phrases])
