"""Reads documents from text files, and packs their tokens into rows."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

END_OF_TEXT = "<|endoftext|>"


def split_documents(text: str) -> list[str]:
    """The documents of a text, trimmed; a line with `<|endoftext|>` alone separates two documents."""
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
    """The documents of a UTF-8 file, split by `split_documents`."""
    return split_documents(path.read_text(encoding="utf-8"))


class PackedRows:
    """Rows of `length` + 1 tokens, cut from the joined documents, which have a new order each epoch.

    Consecutive rows share one token: the last target of a row is the first input of the next row. The order depends
    only on (seed, epoch), so a row can be computed again from its number. Raises ValueError if the documents are
    shorter than one row.
    """

    def __init__(self, documents: Sequence[np.ndarray], length: int, seed: int):
        self._documents, self._length, self._seed = documents, length, seed
        self.tokens = sum(len(d) for d in documents)
        self.rows_per_epoch = (self.tokens - 1) // length
        if self.rows_per_epoch == 0:
            raise ValueError(f"{self.tokens} tokens do not fill one row of {length + 1}")
        self._epoch, self._stream = -1, np.empty(0, np.int64)

    def row(self, index: int) -> np.ndarray:
        """Row `index` (length + 1), counted through all epochs."""
        epoch, place = divmod(index, self.rows_per_epoch)
        if epoch != self._epoch:
            order = np.random.default_rng([self._seed, epoch]).permutation(len(self._documents))
            self._stream = np.concatenate([self._documents[i] for i in order])
            self._epoch = epoch
        start = place * self._length
        return self._stream[start:start + self._length + 1].astype(np.int64)

    def batch(self, step: int, rows: int, rank: int = 0, world: int = 1) -> np.ndarray:
        """This rank's part (rows / world, length + 1) of batch `step`, which has `rows` rows for all ranks."""
        first = step * rows
        return np.stack([self.row(i) for i in range(first + rank, first + rows, world)])
