"""Batches of phrases of like length, with some words hidden or spelt out."""

from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer

from . import tokenizer as words
from .settings import Settings


@dataclass(frozen=True)
class Batch:
    ids: torch.Tensor             # (B, S)
    lengths: torch.Tensor | None  # (B), None where all are S long
    targets: torch.Tensor         # (B, 2), what each label's probability should be
    weights: torch.Tensor         # (B), of mean 1


def pad(rows: list[list[int]], pad_id: int) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Ids (B, S) and lengths (B), None where nothing had to be padded: without them the LSTM takes its fast path."""
    longest = max(map(len, rows))
    ids = torch.tensor([row + [pad_id] * (longest - len(row)) for row in rows])
    lengths = torch.tensor([len(row) for row in rows])
    return ids, None if lengths.min() == longest else lengths


class PhraseBatches:
    """Texts in a new order each epoch, sorted by length, cut into batches, and the batches shuffled.

    What is hidden and how batches are cut is a function of (seed, epoch), so any step can be made again.
    """

    def __init__(self, tokenizer: Tokenizer, texts: list[str], targets: np.ndarray, settings: Settings):
        self._rows = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
        self._targets = torch.from_numpy(targets).float()
        self._spellings = words.spelt_out(tokenizer.get_vocab())
        self._unknown, self._pad = tokenizer.token_to_id(words.UNKNOWN), tokenizer.token_to_id(words.PAD)
        self._settings, self._epoch, self._batches = settings, -1, []
        power = np.array([len(row) for row in self._rows]) ** settings.length_weight
        self._weights = torch.from_numpy(power / power.mean()).float()
        # Batches differ a little in number from one epoch to the next; steps are counted on the first epoch's.
        self.steps_per_epoch = len(self._cut(0)[0])

    def batch(self, step: int, rank: int = 0, world: int = 1) -> Batch:
        """This rank's share of batch `step`."""
        epoch, place = divmod(step, self.steps_per_epoch)
        if epoch != self._epoch:
            self._batches, self._varied = self._cut(epoch)
            self._epoch = epoch
        members = self._batches[place % len(self._batches)]
        # With fewer rows than processes some share: a process without a row would have no gradient to give.
        members = members[rank::world] if len(members) >= world else members
        ids, lengths = pad([self._varied[i] for i in members], self._pad)
        return Batch(ids, lengths, self._targets[members], self._weights[members])

    def _cut(self, epoch: int) -> tuple[list[np.ndarray], list[list[int]]]:
        rng = np.random.default_rng([self._settings.seed, epoch])
        varied = [self._vary(row, rng) for row in self._rows]
        lengths = np.array([len(row) for row in varied])
        order = np.lexsort((rng.random(len(varied)), lengths))
        batches, start = [], 0
        while start < len(order):
            rows = self._settings.tokens_per_step // lengths[order[start]]
            end = start + int(min(max(rows, 1), self._settings.rows_per_step))
            batches.append(order[start:end])
            start = end
        return [batches[i] for i in rng.permutation(len(batches))], varied

    def _vary(self, row: list[int], rng: np.random.Generator) -> list[int]:
        """Some words unknown, some in pieces: what an unseen sentence is full of."""
        drawn, varied = rng.random(len(row)), []
        hidden, spelt = self._settings.unknown_words, self._settings.unknown_words + self._settings.spelt_words
        for token, chance in zip(row, drawn):
            if chance < hidden and len(row) > 1:
                varied.append(self._unknown)
            elif chance < spelt:
                varied.extend(self._spellings.get(token, (token,)))
            else:
                varied.append(token)
        return varied


def evaluation(tokenizer: Tokenizer, texts: list[str], tokens: int = 4_096):
    """Batches without variation, (places in `texts`, ids, lengths)."""
    rows = [encoding.ids or [tokenizer.token_to_id(words.UNKNOWN)] for encoding in tokenizer.encode_batch(texts)]
    order, start = sorted(range(len(rows)), key=lambda i: len(rows[i])), 0
    while start < len(order):
        end = start + max(1, tokens // len(rows[order[start]]))
        yield order[start:end], *pad([rows[i] for i in order[start:end]], tokenizer.token_to_id(words.PAD))
        start = end
