"""Batches of phrases of similar length, in which some words are replaced by [UNK] or by pieces."""

from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer

from . import tokenizer as words
from .settings import Settings


@dataclass(frozen=True)
class Batch:
    """B phrases with the probabilities that the model should give."""

    ids: torch.Tensor             # (B, S)
    lengths: torch.Tensor | None  # (B); None if all phrases have S tokens
    targets: torch.Tensor         # (B, 2), the wanted probability of each label
    weights: torch.Tensor         # (B), of mean 1 over all phrases


def pad(rows: list[list[int]], pad_id: int) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Padded ids (B, S), and lengths (B). The lengths are None without padding: the LSTM is faster without them."""
    longest = max(map(len, rows))
    ids = torch.tensor([row + [pad_id] * (longest - len(row)) for row in rows])
    lengths = torch.tensor([len(row) for row in rows])
    return ids, None if lengths.min() == longest else lengths


class PhraseBatches:
    """Batches of texts of similar length, in a new random order each epoch.

    An epoch's batches depend only on (seed, epoch), so the batch of any step can be computed again.
    """

    def __init__(self, tokenizer: Tokenizer, texts: list[str], targets: np.ndarray, settings: Settings):
        self._rows = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
        self._targets = torch.from_numpy(targets).float()
        self._spellings = words.spelt_out(tokenizer.get_vocab())
        self._unknown, self._pad = tokenizer.token_to_id(words.UNKNOWN), tokenizer.token_to_id(words.PAD)
        self._settings, self._epoch, self._batches = settings, -1, []
        power = np.array([len(row) for row in self._rows]) ** settings.length_weight
        self._weights = torch.from_numpy(power / power.mean()).float()
        # The number of batches varies a little between epochs; every epoch has as many steps as the first.
        self.steps_per_epoch = len(self._cut(0)[0])

    def batch(self, step: int, rank: int = 0, world: int = 1) -> Batch:
        """This rank's share of batch `step`."""
        epoch, place = divmod(step, self.steps_per_epoch)
        if epoch != self._epoch:
            self._batches, self._varied = self._cut(epoch)
            self._epoch = epoch
        members = self._batches[place % len(self._batches)]
        # If there are fewer rows than processes, every process gets all rows: each process needs a gradient.
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
        """`row` with some words replaced by [UNK] and some by their pieces, as unseen sentences have them."""
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
    """Yield the unchanged texts in batches: (indices in `texts`, ids (B, S), lengths (B) or None)."""
    rows = [encoding.ids or [tokenizer.token_to_id(words.UNKNOWN)] for encoding in tokenizer.encode_batch(texts)]
    order, start = sorted(range(len(rows)), key=lambda i: len(rows[i])), 0
    while start < len(order):
        end = start + max(1, tokens // len(rows[order[start]]))
        yield order[start:end], *pad([rows[i] for i in order[start:end]], tokenizer.token_to_id(words.PAD))
        start = end
