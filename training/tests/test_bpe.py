"""Tests of the byte-level tokenizer."""

import pytest
from tokenizers import Tokenizer

from attenscope_training import bpe

STORIES = ["Once upon a time, there was a little girl named Lily.", "Tom said, \"I don't know.\"\nThe end."] * 3


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return bpe.train_byte_level(STORIES, vocabulary=300)


@pytest.mark.parametrize("text", [
    *STORIES[:2], "", " ", "  two  spaces ", "a\n\n\tb\r\n", "你好，世界。", "🙂👩‍👩‍👧‍👦🇨🇳", "naïve ‘quotes’ “—”", "\u0000\u007f\uffff𝔘"])
def test_text_comes_back_unchanged(tokenizer, text):
    assert tokenizer.decode(tokenizer.encode(text).ids) == text


def test_sequences_begin_with_end_of_text(tokenizer):
    encoding = tokenizer.encode("Tom")
    assert encoding.tokens[0] == "<|endoftext|>" and encoding.ids[0] == 0
    assert tokenizer.encode("", add_special_tokens=True).ids == [0]


def test_the_saved_folder_is_what_transformers_reads(tokenizer, tmp_path):
    from transformers import AutoTokenizer
    bpe.save(tokenizer, tmp_path, context=512)
    loaded = AutoTokenizer.from_pretrained(tmp_path)
    assert loaded("Tom said 你好").input_ids == tokenizer.encode("Tom said 你好").ids
    assert loaded.bos_token_id == loaded.eos_token_id == 0 and loaded.model_max_length == 512


def test_too_little_text_for_the_vocabulary_is_refused():
    with pytest.raises(ValueError, match="were asked for"):
        bpe.train_byte_level(["ab"], vocabulary=1000)
