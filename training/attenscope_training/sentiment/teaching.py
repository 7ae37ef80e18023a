"""Computes the probabilities of several teachers, from which a student learns (Hinton et al. 2015, arXiv:1503.02531)."""

import numpy as np
import torch
from tokenizers import Tokenizer

from ..recurrent import LstmClassifier
from . import model as architecture
from .data import Phrase


def pieces_of(sentences: list[Phrase], count: int, seed: int) -> list[str]:
    """`count` random pieces of `sentences`: consecutive words, with random first and last words.

    The treebank labels only grammatical parts of sentences that are not neutral. Teachers can label any piece.
    """
    rng = np.random.default_rng([seed, 1])
    rows = [sentence.text.split() for sentence in sentences]
    # A sentence's probability is proportional to its length.
    sizes = np.array([len(row) for row in rows], float)
    pieces = []
    for index in rng.choice(len(rows), size=count, p=sizes / sizes.sum()):
        row = rows[index]
        start, end = sorted(rng.choice(len(row) + 1, size=2, replace=False))
        pieces.append(" ".join(row[start:end]))
    return pieces


def consensus(teachers: list[LstmClassifier], tokenizer: Tokenizer, texts: list[str]) -> np.ndarray:
    """The mean (texts, labels) of the teachers' probabilities."""
    scores = [torch.from_numpy(architecture.logits(teacher, tokenizer, texts)) for teacher in teachers]
    return torch.stack(scores).softmax(-1).mean(0).numpy()


def targets(phrases: list[Phrase], said: np.ndarray, share: float) -> np.ndarray:
    """The wanted probabilities (texts, labels): share · `said` + (1 − share) · the treebank's label.

    `said` (texts, labels) has the teachers' probabilities.
    """
    labels = np.eye(said.shape[1], dtype=np.float32)[[phrase.label for phrase in phrases]]
    return share * said + (1 - share) * labels


def smoothed(phrases: list[Phrase], smoothing: float, labels: int) -> np.ndarray:
    """The treebank's labels as probabilities (texts, labels), with label smoothing (Szegedy et al. 2016, §7)."""
    known = np.eye(labels, dtype=np.float32)[[phrase.label for phrase in phrases]]
    return known * (1 - smoothing) + smoothing / labels
