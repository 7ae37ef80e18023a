"""Bits per byte of a causal language model: a score that allows models with different tokenizers to be compared."""

import math
from collections.abc import Sequence

import numpy as np
import torch


def bits_per_byte(nats: float, text_bytes: int) -> float:
    """Bits per byte: `nats` / (ln 2 · `text_bytes`).

    `nats` is the total negative log-likelihood of a text, and `text_bytes` is its length in UTF-8.
    """
    return nats / math.log(2) / text_bytes


@torch.inference_mode()
def target_nats(model: torch.nn.Module, rows: torch.Tensor, targets: torch.Tensor) -> float:
    """Total negative log-likelihood, in nats, of `targets` (B, T) given inputs `rows` (B, T).

    A target of −100 is not scored.
    """
    logits = model(input_ids=rows, use_cache=False).logits  # (B, T, V)
    return torch.nn.functional.cross_entropy(
        logits.flatten(0, 1).float(), targets.flatten(), ignore_index=-100, reduction="sum").item()


def windows(tokens: np.ndarray, context: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Cut a document of T + 1 tokens into windows (inputs, targets) of at most `context` tokens.

    Each token is scored once. Every window after the first repeats half of the window before and scores
    only the new half, so that each of its scored tokens has at least half a context before it.
    """
    inputs, targets = tokens[:-1], tokens[1:]
    pieces = [(inputs[:context], targets[:context])]
    half = context // 2
    for start in range(context, len(inputs), half):
        first = start - half
        piece = targets[first:start + half].copy()
        piece[:half] = -100
        pieces.append((inputs[first:start + half], piece))
    return pieces


def document_nats(model: torch.nn.Module, documents: Sequence[np.ndarray], context: int,
                  device: torch.device | str = "cpu", batch_tokens: int = 16_384) -> float:
    """Total negative log-likelihood, in nats, of documents that each have a context of their own.

    A document has a begin token, its text and an end token. Every token except the begin token is scored.
    """
    pieces = sorted((p for d in documents for p in windows(d, context)), key=lambda p: len(p[0]))
    total, start = 0.0, 0
    while start < len(pieces):
        end = start + 1
        while end < len(pieces) and (end + 1 - start) * len(pieces[end][0]) <= batch_tokens:
            end += 1
        width = len(pieces[end - 1][0])
        rows = np.zeros((end - start, width), np.int64)
        targets = np.full((end - start, width), -100, np.int64)
        for row, (inputs, wanted) in enumerate(pieces[start:end]):
            # The padding comes after the tokens, so a causal model does not attend to it from a scored token.
            rows[row, :len(inputs)], targets[row, :len(inputs)] = inputs, wanted
        total += target_nats(model, torch.from_numpy(rows).to(device), torch.from_numpy(targets).to(device))
        start = end
    return total
