"""Tests of the training loop: an interrupted and resumed run gives the same weights as an uninterrupted run."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from attenscope_training import checkpoint, optimizers
from attenscope_training.loop import LoopSettings, train
from attenscope_training.runtime import Runtime
from attenscope_training.schedule import warmup_linear_decay
from attenscope_training.stories import model as architecture
from attenscope_training.stories.settings import Settings
from attenscope_training.text import PackedRows

TINY = Settings(vocabulary=32, width=16, layers=2, heads=2, key_value_heads=1, feed_forward=24, context=12, dropout=0.2)


def run(folder, optimizer: str, stop_after: int | None = None, **options) -> dict[str, torch.Tensor]:
    rng = np.random.default_rng(0)
    rows = PackedRows([rng.integers(0, 32, size) for size in rng.integers(3, 30, 20)], TINY.context, seed=5)
    model = architecture.build(replace(TINY, runs=folder))
    train(model, optimizers.build(model, optimizer, lr=1e-2, weight_decay=0.1),
          lambda step, rank, world: torch.from_numpy(rows.batch(step, 2, rank, world)), architecture.loss,
          validate=lambda plain: sum(p.abs().sum().item() for p in plain.parameters()), runtime=Runtime(torch.device("cpu")),
          settings=LoopSettings(total_steps=30, warmup_steps=4, folder=folder, validate_every=10, log_every=10, **options),
          stop_after=stop_after)
    return model.state_dict()


@pytest.mark.parametrize("optimizer", ["adamw", "muon"])
def test_resumed_equals_uninterrupted(tmp_path, optimizer):
    whole = run(tmp_path / "whole", optimizer)
    run(tmp_path / "parts", optimizer, stop_after=7)
    run(tmp_path / "parts", optimizer, stop_after=23)
    resumed = run(tmp_path / "parts", optimizer)
    for name, value in whole.items():
        assert torch.equal(resumed[name], value), name
    assert checkpoint.load(tmp_path / "parts" / "best.pt")["figure"] <= checkpoint.load(tmp_path / "parts" / "last.pt")["best"]


def test_the_average_of_the_weights_survives_an_interruption(tmp_path):
    plain, whole = run(tmp_path / "plain", "adamw"), run(tmp_path / "whole", "adamw", average_decay=0.8)
    run(tmp_path / "parts", "adamw", stop_after=7, average_decay=0.8)
    run(tmp_path / "parts", "adamw", average_decay=0.8)
    averages = [checkpoint.load(tmp_path / name / "last.pt")["average"] for name in ("whole", "parts")]
    for name, value in averages[0].items():
        assert torch.equal(averages[1][name], value), name
        assert torch.equal(plain[name], whole[name]), name
    assert any(not torch.equal(averages[0][name], whole[name]) for name in whole)


def test_training_ends_when_patience_does(tmp_path):
    figures, model = iter([3.0, 2.0, 2.5, 2.0, 1.0]), torch.nn.Linear(2, 1)
    def go(total):
        return train(model, [torch.optim.SGD(model.parameters(), 0.1)], lambda *_: torch.ones(1, 2), lambda m, x: m(x).sum(),
                     lambda _: next(figures), Runtime(torch.device("cpu")), LoopSettings(total, 1, tmp_path, validate_every=2, patience=2))
    assert go(100) == 8 and go(200) == 8  # starting the run again does not continue it
    assert checkpoint.load(tmp_path / "best.pt")["step"] == 4


def test_another_seed_is_not_resumed(tmp_path):
    model = torch.nn.Linear(2, 2)
    checkpoint.save(tmp_path / "last.pt", {"seed": 1})
    with pytest.raises(ValueError, match="seed 1, not 0"):
        train(model, [], None, None, None, Runtime(torch.device("cpu")), LoopSettings(1, 1, tmp_path))


def test_the_rate_rises_then_falls_to_zero():
    factors = [warmup_linear_decay(step, 100, 10) for step in range(101)]
    assert factors[9] == factors[10] == 1.0 and factors[0] == 0.1
    assert factors[55] == pytest.approx(0.5) and factors[100] == 0.0
