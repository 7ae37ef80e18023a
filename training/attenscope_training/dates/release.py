"""Exports the dates model, evaluates the exported model, and writes its model card."""

import torch
from tokenizers import Tokenizer

from .. import checkpoint, recurrent
from ..recurrent.rounding import as_int8
from . import card, data
from . import model as architecture
from . import tokenizer as letters
from .settings import Settings

UNSEEN = 5_000  # number of examples of the test dates; unseen.tsv has the first 1,000


def release(settings: Settings, tokenizer: Tokenizer, which: str) -> None:
    """Export the run's checkpoint `which` ('best' or 'last') to `settings.model_folder`, with the model card."""
    model = architecture.build(settings, tokenizer)
    state = checkpoint.restore(settings.runs / f"{which}.pt", model)
    recurrent.save(model, settings.model_folder, torch.float16)
    letters.save(tokenizer, settings.model_folder, settings.longest)

    exported, tests = recurrent.load(settings.model_folder), {
        "unseen": data.unseen("test", UNSEEN),
        "by_hand": data.by_hand(),
    }
    figures = {
        "step": state["step"],
        "parameters": sum(p.numel() for p in exported.parameters()),
        "vocabulary": tokenizer.get_vocab_size(),
        "bytes": (settings.model_folder / "model.safetensors").stat().st_size,
        **{f"{part}_dates": len(days) for part, days in data.days().items()},
        **{f"{name}_count": len(examples) for name, examples in tests.items()},
    }
    for form, tested in {"exported": exported, "int8": as_int8(exported)}.items():
        for name, examples in tests.items():
            figures[f"{form}_{name}"] = architecture.exact(tested, tokenizer, examples)
    mistakes = [
        (text, iso, answer)
        for examples in tests.values()
        for (text, iso), answer in zip(examples, architecture.read(exported, tokenizer, [text for text, _ in examples]))
        if iso != answer
    ]
    (settings.model_folder / "README.md").write_text(card.render(settings, figures, mistakes), encoding="utf-8")
    print(figures)
    print(*mistakes, sep="\n")
