"""Tests of the sentiment model: natural spelling, splits without shared phrases, and repeatable batches."""

from dataclasses import replace

import numpy as np
import pytest

from attenscope_training.sentiment import model as architecture
from attenscope_training.sentiment import teaching
from attenscope_training.sentiment import tokenizer as words
from attenscope_training.sentiment.batches import PhraseBatches
from attenscope_training.sentiment.data import Phrase, split, whole
from attenscope_training.sentiment.settings import Settings
from attenscope_training.sentiment.split import natural

TEXTS = [
    "i do n't like it .",
    "it 's a well-made film",
    "`` so ? ''",
    "you ca n't go wrong",
    "they can not , and wo n't , gon na stop ...",
    "the actors ' best work -- ever !",
    "a résumé of o'fallon 's ( 2,500 ) jokes",
    "we 've seen 'em all",
]


@pytest.mark.parametrize("text", TEXTS)
def test_natural_spelling_gives_the_treebanks_tokens(text):
    assert words.words_of(natural(text)) == words.words_of(text)
    assert words.words_of(natural(text).replace("'", "’").upper()) == words.words_of(text)


def test_what_is_cut():
    assert words.words_of("I don’t: it’s WELL-made…") == ["i", "do", "n't", ":", "it", "'s", "well", "-", "made", "..."]
    assert words.words_of("cannot") == ["can", "not"] and words.words_of("cannoth canthis") == ["cannoth", "canthis"]


def test_rare_words_are_pieces_and_every_word_can_be_spelt_out():
    tokenizer = words.train(["a funny film", "funny people", "a film", "unfunniest"], least_count=2, pieces=30)
    assert tokenizer.encode("Funny film").tokens == ["funny", "film"]
    assert len(tokenizer.encode("unfunniest").ids) > 1 and words.UNKNOWN not in tokenizer.encode("unfunniest").tokens
    vocabulary = tokenizer.get_vocab()
    spelt = words.spelt_out(vocabulary)[vocabulary["funny"]]
    assert len(spelt) > 1 and "".join(tokenizer.id_to_token(i).removeprefix("##") for i in spelt) == "funny"


def test_a_held_out_sentence_takes_its_phrases_along():
    sentences = [f"word{n} and other{n} make the sentence number{n} ." for n in range(20)]
    phrases = [Phrase(text, n % 2) for n, text in enumerate(sentences)]
    phrases += [Phrase(f"word{n} and other{n}", 1) for n in range(20)] + [Phrase("the sentence", 0)]
    assert whole(phrases) == [True] * 20 + [False] * 21
    kept, held_out = split(phrases, 5, seed=3)
    assert len(held_out) == 5 and len(kept) == 41 - 10
    texts = {phrase.text for phrase in kept}
    assert "the sentence" in texts  # other sentences contain this phrase too
    assert not any(text in phrase.text for phrase in held_out for text in texts - {"the sentence"})


TOKENIZER = words.train(TEXTS * 2, 2, 100)


def batches_of(**options):
    tokenizer = TOKENIZER
    phrases = [Phrase(text, n % 2) for n, text in enumerate(TEXTS * 3)]
    settings = replace(Settings(), tokens_per_step=30, embedding=8, width=6, attention=5, **options)
    targets = teaching.smoothed(phrases, 0.1, 2)
    return tokenizer, settings, PhraseBatches(tokenizer, [phrase.text for phrase in phrases], targets, settings)


def test_batches_are_functions_of_the_step_and_hold_every_phrase_once_an_epoch():
    tokenizer, settings, batches = batches_of(unknown_words=0.2, spelt_words=0.3)
    later, first = batches.batch(batches.steps_per_epoch + 1), batches.batch(0)
    again = batches_of(unknown_words=0.2, spelt_words=0.3)[2]
    assert (again.batch(0).ids == first.ids).all() and (again.batch(batches.steps_per_epoch + 1).ids == later.ids).all()
    assert sum(len(batches.batch(step).targets) for step in range(batches.steps_per_epoch)) == len(TEXTS) * 3
    model = architecture.build(settings, tokenizer)
    halves = [batches.batch(0, rank, 2) for rank in range(2)]
    assert (
        sum(len(half.targets) for half in halves) >= len(first.targets) and architecture.loss(model, first).isfinite()
    )


def test_evaluation_does_not_depend_on_company():
    tokenizer, settings, _ = batches_of()
    model = architecture.build(settings, tokenizer)
    together = architecture.logits(model, tokenizer, TEXTS + [""])
    alone = np.concatenate([architecture.logits(model, tokenizer, [text]) for text in TEXTS + [""]])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_pieces_are_runs_of_words_of_one_sentence():
    sentences = [Phrase("a b c d", 0), Phrase("e f", 1)]
    pieces = teaching.pieces_of(sentences, 50, seed=1)
    assert len(pieces) == 50 and all(
        any(piece in sentence.text for sentence in sentences) and piece for piece in pieces
    )
