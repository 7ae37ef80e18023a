"""Tests of the dates model: the writer follows its rules, the splits share no date, and the stored test set is current."""

import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import torch

from attenscope_training.dates import data
from attenscope_training.dates import model as architecture
from attenscope_training.dates import tokenizer as letters
from attenscope_training.dates.settings import Settings
from attenscope_training.dates.writing import Writer, _han_number, _ordinal_number, _ordinal_word

SMALL = Settings(embedding=6, width=5, decoder=7, attention=4, rows_per_step=16, pool_steps=4)


def written(day: date, count: int, seed: int = 0) -> list[str]:
    writer = Writer(np.random.default_rng(seed))
    return [writer.write(day) for _ in range(count)]


def test_ambiguous_numbers_follow_the_rules():
    for text in written(date(2021, 3, 4), 3_000):
        numbers = re.fullmatch(r"\s*(\d\d?)\s?([/.-])\s*(\d\d?)\s*([/.-])\s*(\d\d|\d{4})\s*", text)
        if numbers:
            first, mark, second, _, year = numbers.groups()
            assert ((int(first), int(second)) == ((3, 4) if mark == "/" else (4, 3))) and year in ("21", "2021"), text


@pytest.mark.parametrize("year, short", [(1949, False), (1950, True), (2049, True), (2050, False)])
def test_years_of_two_digits_are_1950_to_2049(year, short):
    texts = written(date(year, 12, 25), 2_000)
    assert any(re.search(rf"(?<!\d){year % 100:02d}年", text) for text in texts) == short
    assert any(re.search(rf"/{year % 100:02d}\s*$", text) for text in texts) == short


def test_numbers_in_words():
    assert [
        _ordinal_number(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 22, 31)
    ] == "1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 31st".split()
    assert [
        _ordinal_word(n) for n in (1, 5, 8, 12, 20, 21, 30)
    ] == "first fifth eighth twelfth twentieth twenty-first thirtieth".split()
    assert [_han_number(n, "〇一二三四五六七八九", "十") for n in (3, 10, 14, 20, 31)] == ["三", "十", "十四", "二十", "三十一"]


def test_the_tokenizer_knows_all_that_is_written():
    tokenizer, writer, rng = letters.build(), Writer(np.random.default_rng(1)), np.random.default_rng(2)
    unknown = tokenizer.token_to_id(letters.UNKNOWN)
    texts = [
        writer.write(date(int(rng.integers(1900, 2100)), int(rng.integers(1, 13)), int(rng.integers(1, 29))))
        for _ in range(3_000)
    ]
    for text in texts + [text for text, _ in data.by_hand()]:
        ids = tokenizer.encode(text).ids
        assert unknown not in ids and len(ids) <= SMALL.longest, text
    assert tokenizer.encode("２０２１年３月").ids == tokenizer.encode("2021年3月").ids
    assert tokenizer.decode(tokenizer.encode("2021-03-03").ids) == "2021-03-03"
    assert len(tokenizer.encode("2021-03-03").ids) == architecture.ISO_LENGTH


def test_no_date_is_trained_on_and_tested():
    days = data.days()
    train = set(days["train"])
    assert len(train) + len(days["valid"]) + len(days["test"]) > 72_800 and date(2000, 2, 29) in train | set(
        days["valid"]
    ) | set(days["test"]) | {date.fromisoformat(iso) for _, iso in data.by_hand()}
    assert (
        not train & set(days["valid"]) and not train & set(days["test"]) and not set(days["valid"]) & set(days["test"])
    )
    assert not train & {date.fromisoformat(iso) for _, iso in data.by_hand()}


def test_the_kept_test_file_is_what_the_command_writes():
    lines = (Path(data.__file__).parent / "unseen.tsv").read_text(encoding="utf-8").splitlines()
    assert [tuple(line.split("\t")) for line in lines] == data.unseen("test", len(lines))
    assert len(data.by_hand()) >= 150


def test_batches_are_functions_of_the_step_and_need_no_padding():
    tokenizer = letters.build()
    one, other = architecture.WrittenDates(tokenizer, SMALL), architecture.WrittenDates(tokenizer, SMALL)
    later = one.batch(5)
    for step in (0, 5):
        assert torch.equal(one.batch(step).source, other.batch(step).source)
    halves = [one.batch(5, rank, 2).targets for rank in range(2)]
    assert sum(map(len, halves)) >= len(later.targets) and len(later.targets) / 16 == later.share


def test_a_model_learns_one_batch_and_reads_in_any_company():
    tokenizer = letters.build()
    model, written_dates = architecture.build(SMALL, tokenizer), architecture.WrittenDates(tokenizer, SMALL)
    batch, optimizer = written_dates.batch(0), torch.optim.Adam(model.parameters(), 0.03)
    first = architecture.loss(model, batch).item()
    for _ in range(20):
        optimizer.zero_grad()
        architecture.loss(model, batch).backward()
        optimizer.step()
    assert architecture.loss(model, batch).item() < 0.7 * first
    texts = [text for text, _ in data.by_hand()[:12]]
    assert architecture.read(model, tokenizer, texts) == [
        architecture.read(model, tokenizer, [text])[0] for text in texts
    ]
    assert architecture.nats(model, tokenizer, data.by_hand()[:20]) > 0
