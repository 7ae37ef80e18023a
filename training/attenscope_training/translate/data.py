"""Batches of pairs of similar length, in a new order and with new subwords each epoch."""

from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer

from . import tokenizer as subwords
from .settings import Settings
from .split import Pair, Split
from .tokenizer import PAD_ID


@dataclass(frozen=True)
class Batch:
    """Token ids of source (B, S) and target (B, T). Each row ends in </s>; `PAD_ID` pads shorter rows."""

    source: torch.Tensor
    target: torch.Tensor


def tokenizer_for(settings: Settings, parts: Split) -> Tokenizer:
    """The tokenizer in the run's folder. The first call takes it from `start_from`, or trains it on the training pairs."""
    path = settings.runs / "tokenizer" / "tokenizer.json"
    if not path.exists() and settings.start_from:
        given = Tokenizer.from_file(str(settings.start_from / "tokenizer.json"))
        subwords.save(given, path.parent, settings.positions)
    elif not path.exists():
        texts = [side for pair in parts.train for side in (pair.english, pair.chinese)]
        subwords.save(subwords.train(texts, settings.vocabulary), path.parent, settings.positions)
    return Tokenizer.from_file(str(path))


def training_batches(settings: Settings, parts: Split, tokenizer: Tokenizer) -> "PairBatches":
    """Batches of all training pairs; each pair of captions occurs `caption_copies` times."""
    return PairBatches(parts.tatoeba_train + parts.caption_train * settings.caption_copies, tokenizer, settings)


def pad(rows: list[list[int]], device: torch.device | str = "cpu") -> torch.Tensor:
    """The rows of ids, padded to the longest: (rows, longest)."""
    padded = np.full((len(rows), max(map(len, rows))), PAD_ID, np.int64)
    for row, ids in zip(padded, rows):
        row[:len(ids)] = ids
    return torch.from_numpy(padded).to(device)


class PairBatches:
    """Batches of about `tokens_per_step` tokens, for any number of epochs; a batch depends only on (seed, step).

    Each epoch sorts the pairs by length, with some noise, and cuts them into batches at the same indices. So all epochs
    have the same number of batches, and the batch of any step can be computed again.
    """

    def __init__(self, pairs: list[Pair], tokenizer: Tokenizer, settings: Settings):
        self._pairs, self._settings = pairs, settings
        self._encoder = subwords.MergeDropout(tokenizer)
        source = np.array([len(e.ids) for e in tokenizer.encode_batch([p.english for p in pairs])])
        target = np.array([len(e.ids) for e in tokenizer.encode_batch([p.chinese for p in pairs])])
        self.tokens = int(target.sum())
        self._lengths = np.maximum(source, target) + 0.5 * np.minimum(source, target)
        order = np.argsort(self._lengths, kind="stable")
        self._cuts = [0]
        filled = 0
        for place, index in enumerate(order):
            # The size of a batch counts source and target tokens, because both take time.
            length = 0.4 * source[index] + 0.6 * target[index]
            if filled + length > settings.tokens_per_step:
                self._cuts.append(place)
                filled = 0
            filled += length
        self._cuts.append(len(order))
        self._epoch = -1

    def __len__(self) -> int:
        return len(self._pairs)

    @property
    def steps_per_epoch(self) -> int:
        """The number of batches in an epoch."""
        return len(self._cuts) - 1

    def batch(self, step: int, rank: int = 0, world: int = 1, device: torch.device | str = "cpu") -> Batch:
        """This rank's part of batch `step`."""
        settings = self._settings
        epoch, place = divmod(step, self.steps_per_epoch)
        if epoch != self._epoch:
            rng = np.random.default_rng([settings.seed, epoch])
            count = len(self._lengths)
            noisy = self._lengths * (1 + 0.05 * rng.standard_normal(count)) + rng.random(count)
            self._order, self._places, self._epoch = np.argsort(noisy), rng.permutation(self.steps_per_epoch), epoch
        cut = self._places[place]
        chosen = self._order[self._cuts[cut]:self._cuts[cut + 1]]
        rng = np.random.default_rng([settings.seed, epoch, place, 1])
        lowered = rng.random(len(chosen)) < settings.lower_case
        sources = [self._pairs[i].english.lower() if low else self._pairs[i].english for i, low in zip(chosen, lowered)]
        targets = [self._pairs[i].chinese for i in chosen]
        # Merge dropout falls to 0 with the learning rate, so that the run ends with the tokens of the plain tokenizer.
        remaining = max(0.0, 1 - step / settings.total_steps)
        source = self._encoder.encode(sources, settings.source_merge_dropout * remaining, rng)
        target = self._encoder.encode(targets, settings.target_merge_dropout * remaining, rng)
        return Batch(pad(source[rank::world], device), pad(target[rank::world], device))


def fixed_batches(pairs: list[Pair], tokenizer: Tokenizer, device: torch.device | str = "cpu",
                  rows: int = 64) -> list[Batch]:
    """Batches of all pairs for validation, sorted by length and without merge dropout."""
    sources = [e.ids for e in tokenizer.encode_batch([pair.english for pair in pairs])]
    targets = [e.ids for e in tokenizer.encode_batch([pair.chinese for pair in pairs])]
    order = sorted(range(len(pairs)), key=lambda i: len(sources[i]) + len(targets[i]))
    return [Batch(pad([sources[i] for i in order[start:start + rows]], device),
                  pad([targets[i] for i in order[start:start + rows]], device)) for start in range(0, len(order), rows)]
