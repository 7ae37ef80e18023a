"""Tests of the story model: a run that starts with an exported model, and the card's description of a run."""

from dataclasses import replace

import torch
from tokenizers import Tokenizer

from attenscope_training import bpe, checkpoint
from attenscope_training.export import export_folder
from attenscope_training.stories import card, data
from attenscope_training.stories import model as architecture
from attenscope_training.stories.settings import Settings

TEXTS = ["One day a dog ran.", "Lily had a red ball."] * 4
TINY = Settings(vocabulary=256 + 20, width=32, layers=1, heads=2, key_value_heads=1, feed_forward=48, context=24)


def test_a_run_begins_with_an_exported_model(tmp_path):
    given = architecture.build(replace(TINY, seed=2))
    bpe.save(bpe.train_byte_level(TEXTS, TINY.vocabulary), tmp_path / "tokenizer", TINY.context)
    export_folder(given, tmp_path / "tokenizer", tmp_path / "model", torch.float32)
    settings = replace(TINY, start_from=tmp_path / "model", runs=tmp_path / "run")
    begun = architecture.begin(settings).state_dict()
    assert all(torch.equal(begun[name], value) for name, value in given.state_dict().items())
    # The tokenizer is that of the exported model: there are no stories to train one on.
    tokenizer = data.tokenizer_for(settings, data.StoryFiles(tmp_path / "none", tmp_path / "none"))
    assert tokenizer.encode("a dog").ids == Tokenizer.from_file(str(tmp_path / "tokenizer" / "tokenizer.json")).encode("a dog").ids
    assert (tmp_path / "run" / "tokenizer" / "tokenizer_config.json").exists()


def test_the_card_says_how_the_run_was_regularised(tmp_path):
    figures = {"parameters": 1, "bits_per_byte": 0.5, "valid_stories": 1, "valid_bytes": 100, "valid_tokens": 20,
               "nats_per_token": 1.0, "bytes": 1, "train_stories": 1, "train_tokens": 1_000_000, "steps": [5]}
    plain = card.render(replace(TINY, dropout=0.1, weight_decay=0.7), figures, [])
    assert "dropout 0.1. Exported from step 5" in plain and "weight decay 0.7" in plain
    assert "It began with the weights of an earlier run" in card.render(replace(TINY, start_from=tmp_path), figures, [])
    assert "the mean of the weights at steps 5 and 1,200" in card.render(TINY, {**figures, "steps": [5, 1200]}, [])


def test_the_mean_of_two_checkpoints_is_that_of_their_weights(tmp_path):
    models = [architecture.build(replace(TINY, seed=seed)) for seed in (1, 2)]
    for at, model in enumerate(models):
        checkpoint.save(tmp_path / f"{at}.pt", {"model": model.state_dict(), "step": at})
    mixed = architecture.build(TINY)
    states = checkpoint.restore_mean([tmp_path / "0.pt", tmp_path / "1.pt"], mixed)
    assert [state["step"] for state in states] == [0, 1]
    first, second = (model.state_dict() for model in models)
    for name, value in mixed.state_dict().items():
        torch.testing.assert_close(value, (first[name] + second[name]) / 2)
