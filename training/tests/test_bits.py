"""Tests of bits per byte, on examples that can be computed by hand."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from attenscope_training.bits import bits_per_byte, document_nats, windows


class Bigram(torch.nn.Module):
    """A model that gives the token (id + 1) mod 4 the probability 1/2, and each other token 1/6."""

    def forward(self, input_ids, use_cache):
        probabilities = torch.full((*input_ids.shape, 4), 1 / 6)
        probabilities.scatter_(-1, ((input_ids + 1) % 4)[..., None], 0.5)
        return SimpleNamespace(logits=probabilities.log())


def test_by_hand():
    # The steps 0 → 1 → 2 have the probability 1/2 (1 bit each); the step 2 → 0 has 1/6 (log2 6 bits).
    nats = document_nats(Bigram(), [np.array([0, 1, 2, 0])], context=8)
    assert bits_per_byte(nats, text_bytes=4) == pytest.approx((1 + 1 + math.log2(6)) / 4)


def test_windows_score_every_token_once():
    tokens = np.arange(100, 100 + 38)
    for context in (4, 8, 10, 64):
        pieces = windows(tokens, context)
        scored = np.concatenate([targets[targets != -100] for _, targets in pieces])
        np.testing.assert_array_equal(scored, tokens[1:])
        for inputs, targets in pieces:
            assert len(inputs) == len(targets) <= context
            kept = targets != -100
            np.testing.assert_array_equal(targets[kept], inputs[kept] + 1)


def test_batches_do_not_change_the_sum():
    rng = np.random.default_rng(0)
    documents = [rng.integers(0, 4, size) for size in (2, 9, 5, 17, 3)]
    alone = sum(document_nats(Bigram(), [d], context=8) for d in documents)
    together = document_nats(Bigram(), documents, context=8, batch_tokens=20)
    assert together == pytest.approx(alone, rel=1e-6)
