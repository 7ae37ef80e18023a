"""Tests of splitting a text into documents and of packing tokens into rows."""

import numpy as np
import pytest

from attenscope_training.text import PackedRows, split_documents


def test_stories_lie_between_end_of_text_lines():
    text = "One.\nStill one.\n<|endoftext|>\n\nTwo.\n<|endoftext|>\n<|endoftext|>\nThree, unended."
    assert split_documents(text) == ["One.\nStill one.", "Two.", "Three, unended."]


def test_the_mark_inside_a_line_splits_nothing():
    assert split_documents("He wrote <|endoftext|> here.\n<|endoftext|>\n") == ["He wrote <|endoftext|> here."]


def documents(count: int) -> list[np.ndarray]:
    """Documents of different lengths, in which every token is different."""
    ends = np.cumsum(np.arange(1, count + 1))
    return [np.arange(end - length, end) for end, length in zip(ends, range(1, count + 1))]


def test_an_epoch_holds_every_document_once():
    rows = PackedRows(documents(20), length=7, seed=3)
    targets = np.concatenate([rows.row(i)[1:] for i in range(rows.rows_per_epoch)])
    assert rows.tokens == 210
    assert len(set(targets)) == len(targets) == rows.rows_per_epoch * 7 >= 210 - 7


def test_epochs_differ_and_rows_can_be_made_again_in_any_order():
    rows, again = (PackedRows(documents(20), length=7, seed=3) for _ in range(2))
    wanted = [rows.row(i) for i in range(2 * rows.rows_per_epoch)]
    assert not np.array_equal(wanted[0], wanted[rows.rows_per_epoch])
    for i in (40, 3, 31, 0):
        np.testing.assert_array_equal(again.row(i), wanted[i])


def test_processes_share_a_batch_without_overlap():
    rows = PackedRows(documents(20), length=7, seed=3)
    whole = rows.batch(step=2, rows=4)
    np.testing.assert_array_equal(rows.batch(2, 4, rank=0, world=2), whole[0::2])
    np.testing.assert_array_equal(rows.batch(2, 4, rank=1, world=2), whole[1::2])


def test_too_little_text_is_refused():
    with pytest.raises(ValueError, match="do not fill one row"):
        PackedRows([np.arange(5)], length=7, seed=0)
