"""Writes wasm-tests/golden/gradients.json: PyTorch's loss and gradients for the checkpoints of goldens_families.py.

    python training/goldens_gradients.py

For each checkpoint with a head there is a batch of two texts, the second padded. The loss is the mean cross-entropy of
the labels that are not −100; label t belongs to logits t. Everything is computed in float64. A gradient is stored by its
Euclidean norm and by some of its numbers, at places spread over the tensor.
"""

import json
import sys

import torch
import torch.nn.functional as F
import transformers
from goldens_families import BARE, CHECKPOINTS, FOLDER, QUESTION, TARGET, TEXT, TOKENS

from attenscope_training.sources import REPOSITORY

FILE = REPOSITORY / "wasm-tests" / "golden" / "gradients.json"
SAMPLES, PADDED, IGNORED = 12, 3, -100


def batch_of(model: transformers.PreTrainedModel, classifies: bool) -> dict[str, torch.Tensor]:
    """A batch of two texts, the second with padding at its end; with targets for an encoder–decoder."""
    config = model.config
    generator = torch.Generator().manual_seed(17)
    draw = lambda *shape, below=config.vocab_size: torch.randint(3, below, shape, generator=generator)
    ids = draw(2, TOKENS)
    mask = torch.ones(2, TOKENS, dtype=torch.long)
    ids[1, -PADDED:], mask[1, -PADDED:] = config.pad_token_id, 0
    batch = {"ids": ids, "attentionMask": mask}
    if config.is_encoder_decoder:
        start = torch.full((2, 1), config.decoder_start_token_id)
        batch["target"] = torch.cat([start, draw(2, TARGET - 1)], dim=1)
    rows = TARGET if config.is_encoder_decoder else TOKENS
    if classifies:
        return {**batch, "labels": torch.tensor([2, 0])}
    labels = torch.randint(0, config.num_labels if "Token" in type(model).__name__ else config.vocab_size, (2, rows),
                           generator=generator)
    labels[0, 1] = labels[1, -PADDED:] = IGNORED
    return {**batch, "labels": labels}


def gradient_of(parameter: torch.Tensor) -> dict:
    """The norm of a gradient, and some of its numbers with their places."""
    flat = parameter.grad.flatten()
    count = min(SAMPLES, flat.numel())
    at = sorted({round(i * (flat.numel() - 1) / max(count - 1, 1)) for i in range(count)})
    return {"norm": float(flat.norm()), "at": at, "values": [float(f"{float(flat[i]):.8g}") for i in at]}


def results(name: str, class_name: str) -> dict:
    """The batch, the loss and the gradients of one checkpoint."""
    model = getattr(transformers, class_name).from_pretrained(FOLDER / name, attn_implementation="eager",
                                                              dtype=torch.float64).eval()
    classifies = class_name.endswith(TEXT)
    batch = batch_of(model, classifies)
    inputs = {"input_ids": batch["ids"], "attention_mask": batch["attentionMask"]}
    if "target" in batch:
        inputs["decoder_input_ids"] = batch["target"]
    logits = model(**inputs, use_cache=False).logits
    loss = F.cross_entropy(logits.flatten(0, -2), batch["labels"].flatten(), ignore_index=IGNORED)
    loss.backward()
    gradients = {each: gradient_of(parameter) for each, parameter in model.named_parameters()
                 if parameter.grad is not None}
    return {**{key: value.tolist() for key, value in batch.items()}, "loss": float(loss), "gradients": gradients}


if __name__ == "__main__":
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    found = {}
    for name, class_name, _ in CHECKPOINTS:
        if not class_name.endswith((BARE, QUESTION)) or class_name.endswith("MTModel"):
            found[name] = results(name, class_name)
            print(f"{name}: loss {found[name]['loss']:.4f}", file=sys.stderr)
    FILE.write_text(json.dumps(found, separators=(",", ":")).replace('},"', '},\n"') + "\n")
