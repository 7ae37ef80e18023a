"""Tests of Muon's orthogonal updates."""

import torch

from attenscope_training.muon import Muon, orthogonalise


def test_singular_values_come_near_one():
    torch.manual_seed(0)
    for shape in ((3, 8, 8), (2, 24, 10), (2, 10, 24)):
        values = torch.linalg.svdvals(orthogonalise(torch.randn(shape)))
        assert values.min() > 0.3 and values.max() < 1.3


def test_directions_are_kept():
    torch.manual_seed(0)
    matrix = torch.randn(1, 6, 9)
    u, _, v = torch.linalg.svd(matrix, full_matrices=False)
    aligned = u.mT @ orthogonalise(matrix) @ v.mT
    assert (aligned - torch.diag_embed(aligned.diagonal(dim1=-2, dim2=-1))).abs().max() < 1e-4


def test_descends():
    torch.manual_seed(0)
    weight, target = torch.nn.Parameter(torch.randn(4, 6)), torch.randn(4, 6)
    optimizer = Muon([weight], lr=0.2, weight_decay=0.0)
    first = (weight - target).square().sum().item()
    for _ in range(60):
        optimizer.zero_grad()
        (weight - target).square().sum().backward()
        optimizer.step()
    assert (weight - target).square().sum().item() < 0.1 * first


def test_weights_decay_apart_from_the_gradient():
    weight = torch.nn.Parameter(torch.ones(4, 6))
    weight.grad = torch.zeros(4, 6)
    Muon([weight], lr=0.5, weight_decay=0.1).step()
    torch.testing.assert_close(weight.data, torch.full((4, 6), 0.95))
