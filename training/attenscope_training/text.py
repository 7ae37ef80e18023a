"""Text files of documents, and tokens packed into rows."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

END_OF_TEXT = "<|endoftext|>"


def split_documents(text: str) -> list[str]:
    """Documents between lines that hold `<|endoftext|>` alone, without surrounding white space."""
    documents, lines = [], []
    for line in [*text.splitlines(), END_OF_TEXT]:
        if line.strip() != END_OF_TEXT:
            lines.append(line)
            continue
        document = "\n".join(lines).strip()
        if document:
            documents.append(document)
        lines = []
    return documents


def read_documents(path: Path) -> list[str]:
    return split_documents(path.read_text(encoding="utf-8"))


class PackedRows:
    """Documents in a new order each epoch, joined end to end and cut into rows of `length` + 1 tokens.

    Neighbouring rows share one token: the last target of a row is the first input of the next.
    The order is a function of (seed, epoch), so any row can be made again from its number.
    """

    def __init__(self, documents: Sequence[np.ndarray], length: int, seed: int):
        self._documents, self._length, self._seed = documents, length, seed
        self.tokens = sum(len(d) for d in documents)
        self.rows_per_epoch = (self.tokens - 1) // length
        if self.rows_per_epoch == 0:
            raise ValueError(f"{self.tokens} tokens do not fill one row of {length + 1}")
        self._epoch, self._stream = -1, np.empty(0, np.int64)

    def row(self, index: int) -> np.ndarray:
        """Row `index` of the endless sequence of epochs, (length + 1)."""
        epoch, place = divmod(index, self.rows_per_epoch)
        if epoch != self._epoch:
            order = np.random.default_rng([self._seed, epoch]).permutation(len(self._documents))
            self._stream = np.concatenate([self._documents[i] for i in order])
            self._epoch = epoch
        start = place * self._length
        return self._stream[start:start + self._length + 1].astype(np.int64)

    def batch(self, step: int, rows: int, rank: int = 0, world: int = 1) -> np.ndarray:
        """This rank's share of batch `step`, which has `rows` rows in all: (rows / world, length + 1)."""
        first = step * rows
        return np.stack([self.row(i) for i in range(first + rank, first + rows, world)])
