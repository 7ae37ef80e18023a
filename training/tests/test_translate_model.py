"""Tests of the translator: the computation without padding, the exported folder, and the average of the weights."""

from dataclasses import replace

import torch
from tokenizers import Tokenizer
from torch.nn.functional import cross_entropy
from transformers import MarianMTModel

from attenscope_training import checkpoint, optimizers
from attenscope_training.averaging import WeightAverage
from attenscope_training.export import export_folder
from attenscope_training.loop import LoopSettings, train
from attenscope_training.runtime import Runtime
from attenscope_training.translate import data, release, score, split
from attenscope_training.translate import model as architecture
from attenscope_training.translate import tokenizer as subwords
from attenscope_training.translate.data import Batch
from attenscope_training.translate.settings import Settings
from attenscope_training.translate.split import Pair

TINY = Settings(vocabulary=300, width=16, encoder_layers=2, decoder_layers=2, heads=2, feed_forward=24, positions=32)


def batch() -> Batch:
    generator = torch.Generator().manual_seed(3)
    source = torch.randint(3, 300, (5, 9), generator=generator)
    target = torch.randint(3, 300, (5, 7), generator=generator)
    for row in range(5):  # lengths 9, 8, … and 7, 6, …; each ends in </s>
        source[row, 8 - row], target[row, 6 - row] = subwords.END_ID, subwords.END_ID
        source[row, 9 - row:], target[row, 7 - row:] = subwords.PAD_ID, subwords.PAD_ID
    return Batch(source, target)


def test_packed_logits_are_marians():
    model = architecture.build(TINY).eval()
    torch.nn.init.normal_(model.final_logits_bias)
    given = batch()
    logits, targets = architecture.PackedMarian(model, 0.1).eval().logits(given)
    real = given.target != subwords.PAD_ID
    inputs = torch.full_like(given.target, subwords.PAD_ID)
    inputs[:, 1:] = given.target[:, :-1]
    expected = model(input_ids=given.source, attention_mask=(given.source != subwords.PAD_ID).long(),
                     decoder_input_ids=inputs).logits
    torch.testing.assert_close(logits, expected[real], rtol=1e-5, atol=1e-5)
    assert torch.equal(targets, given.target[real])


def test_smoothed_loss_and_its_gradients():
    torch.manual_seed(0)
    states, weight = (torch.randn(shape, dtype=torch.float64, requires_grad=True) for shape in ((1100, 8), (40, 8)))
    bias, targets = torch.randn(40, dtype=torch.float64), torch.randint(0, 40, (1100,))
    ours = architecture.SmoothedLoss.apply(states, weight, bias, targets, 0.1)
    theirs = cross_entropy(states @ weight.T + bias, targets, label_smoothing=0.1)
    torch.testing.assert_close(ours, theirs)
    for mine, other in zip(torch.autograd.grad(ours, (states, weight)), torch.autograd.grad(theirs, (states, weight))):
        torch.testing.assert_close(mine, other)


def test_dropout_keeps_its_share():
    packed = architecture.PackedMarian(architecture.build(Settings(**{**vars(TINY), "dropout": 0.25})), 0.0).train()
    torch.manual_seed(0)
    dropped = packed._drop(torch.ones(1000, 33))
    assert abs((dropped == 0).float().mean().item() - 0.25) < 0.01 and abs(dropped.mean().item() - 1) < 0.01


def test_average_is_swapped_in_and_out():
    model = torch.nn.Linear(2, 1)
    average = WeightAverage(model, 0.5)
    first = model.weight.detach().clone()
    with torch.no_grad():
        model.weight.add_(1.0)
    average.update(step=100)
    with average.in_place():
        torch.testing.assert_close(model.weight.detach(), first + 0.5)
    torch.testing.assert_close(model.weight.detach(), first + 1.0)


def test_patience_ends_a_run(tmp_path):
    model = architecture.build(TINY)
    packed = architecture.PackedMarian(model, 0.1)
    figures = iter([3.0, 2.0, 2.5, 2.4, 2.3, 1.0])
    settings = LoopSettings(100, 1, tmp_path, validate_every=2, log_every=50, average_decay=0.9, patience=3)
    reached = train(model, optimizers.build(model, "muon", 1e-3, 0.1, adam_lr=1e-3, iterations=4), lambda *_: batch(),
                    lambda forward, given: forward(given), lambda _: {"figure": next(figures), "bleu": 1.0},
                    Runtime(torch.device("cpu")), settings, forward=packed)
    assert reached == 10
    assert checkpoint.load(tmp_path / "best.pt")["step"] == 4
    state = checkpoint.load(tmp_path / "last.pt")
    assert state["average"].keys() == dict(model.named_parameters()).keys() and state["stale"] == 3


def test_a_run_begins_with_an_exported_model(tmp_path):
    given = architecture.build(replace(TINY, seed=2))
    subwords.save(subwords.train(["the cat sat", "on a mat"] * 9, 3 + 256 + 12), tmp_path / "model", TINY.positions)
    given.save_pretrained(tmp_path / "model")
    settings = replace(TINY, start_from=tmp_path / "model", runs=tmp_path / "run")
    begun = architecture.begin(settings).state_dict()
    assert all(torch.equal(begun[name], value) for name, value in given.state_dict().items())
    tokenizer = data.tokenizer_for(settings, split.Split([], [], [], [], [], [], {}))
    assert tokenizer.to_str() == Tokenizer.from_file(str(tmp_path / "model" / "tokenizer.json")).to_str()
    assert (tmp_path / "run" / "tokenizer" / "tokenizer_config.json").exists()


def test_export_translates_as_the_model_does(tmp_path):
    texts = ["the cat sat", "a dog ran"] * 3
    tokenizer = subwords.train(texts + ["猫坐", "狗跑"] * 8, 3 + 256 + 24, least_count=1)
    settings = Settings(**{**vars(TINY), "vocabulary": tokenizer.get_vocab_size(), "beams": 2})
    subwords.save(tokenizer, tmp_path / "tokenizer", settings.positions)
    model = architecture.build(settings).eval()
    export_folder(model, tmp_path / "tokenizer", tmp_path / "model", torch.float32, release.generation(settings))
    exported = MarianMTModel.from_pretrained(tmp_path / "model")
    translations = score.translate(model, tokenizer, texts, beams=2)
    assert score.translate(exported, tokenizer, texts, beams=2) == translations
    assert exported.generation_config.num_beams == 2
    assert score.bleu(["猫坐在这里。"], [Pair("", "猫坐在这里。")]) > 99.9
