"""Tests of the translator's data: cleaning, splits without shared sentences, lossless tokens, and repeatable batches."""

import numpy as np
import pytest
import torch

from attenscope_training.translate import data
from attenscope_training.translate import tokenizer as subwords
from attenscope_training.translate.settings import Settings
from attenscope_training.translate.split import Pair, Split, data_folder, split
from attenscope_training.translate.text import clean_chinese, clean_english, clean_reference, key

HAS_DATA = (data_folder() / "tatoeba-cmn.tsv").exists()
needs_data = pytest.mark.skipif(not HAS_DATA, reason="the translation data is not here")


@pytest.mark.parametrize("written, cleaned", [
    ("攝氏零度時水會結冰，對吧？", "摄氏零度时水会结冰，对吧？"),
    ("這孩子跟著我去公園。", "这孩子跟着我去公园。"),
    ("他是著名的作家。", "他是著名的作家。"),
    ("你好吗?", "你好吗？"),
    ("我有3.5元, 你有1,000元.", "我有3.5元，你有1,000元。"),
    ('他说: "你好."', "他说：“你好。”"),
    ("「早安」，Tom說。", "“早安”，汤姆说。"),
    ("等等...", "等等……"),
    ("我 爱 你 。", "我爱你。"),
])
def test_chinese_is_written_one_way(written, cleaned):
    assert clean_chinese(written) == cleaned
    assert clean_chinese(cleaned) == cleaned


def test_references_keep_their_punctuation():
    assert clean_reference("Tom說: 多漂亮的花啊!") == "Tom说: 多漂亮的花啊!"


def test_english_signs():
    assert clean_english("“It’s  fine,”\u00a0he said…") == '"It\'s fine," he said...'


def test_keys_see_through_case_punctuation_width_and_script():
    assert key("It's OK!") == key("it’s ok") and key("對，ＯＫ") == key("对, OK。")
    assert key("?!") == "?!"  # without letters, the key is the text itself


@needs_data
def test_no_training_pair_shares_a_side_with_a_held_out_one():
    settings = Settings()
    parts = split(data_folder(), settings.test_pairs, settings.valid_pairs)
    assert (len(parts.tatoeba_test), len(parts.tatoeba_valid)) == (1_000, 700)
    groups = (parts.tatoeba_test, parts.tatoeba_valid, parts.caption_test, parts.caption_valid)
    held_out = {side for group in groups for pair in group for side in pair.keys}
    assert not [pair for pair in parts.train if not held_out.isdisjoint(pair.keys)]
    chosen = [side for pair in parts.tatoeba_test + parts.tatoeba_valid for side in set(pair.keys)]
    assert len(chosen) == len(set(chosen))
    assert len({pair.keys for pair in parts.train}) == len(parts.train) > 50_000


def write_corpus(folder, tatoeba: list[tuple[str, str]]):
    (folder / "tatoeba-cmn.tsv").write_text("".join(f"{e}\t{c}\tcredit\n" for e, c in tatoeba), encoding="utf-8")
    (folder / "tatoeba-extra.tsv").write_text("", encoding="utf-8")
    for part, english, chinese in (("train", "A dog.", "一只狗。"), ("val", "A cat.", "一只猫。"), ("test", "Hi", "你好！")):
        (folder / f"3am-{part}.en").write_text(english + "\n", encoding="utf-8")
        (folder / f"3am-{part}.zh").write_text(chinese + "\n", encoding="utf-8")
    return folder


def test_split_removes_and_counts(tmp_path):
    pairs = [(f"Sentence number {i}.", f"第{i}句。") for i in range(20)]
    folder = write_corpus(tmp_path, [*pairs, pairs[0], ("Hi!", "喂。"), ("Nothing.", "???")])
    parts = split(folder, 3, 2)
    again = split(folder, 3, 2)
    assert parts == again and len(parts.tatoeba_test) == 3 and len(parts.tatoeba_valid) == 2
    held_out = {pair.english for pair in parts.tatoeba_test + parts.tatoeba_valid}
    assert parts.removed["shares a side with a held-out pair"] >= 5  # "Hi!" is in the captions' test set
    assert not held_out & {pair.english for pair in parts.train}
    assert "Hi!" not in {pair.english for pair in parts.train}


@pytest.fixture(scope="module")
def tokenizer():
    english = ["The cat sat on the mat.", "The dog sat on the cat's mat at 10.", "Where is the cat?"] * 4
    return subwords.train(english + ["猫坐在垫子上。", "狗坐在猫的垫子上，10点。", "“猫在哪里？”"] * 4, 3 + 256 + 60)


@pytest.mark.parametrize("text", [
    "The cat sat on the mat.", "猫坐在垫子上。", "狗，“猫”。", "a b  c".replace("  ", " "), "龘 and é", "The cat 猫", "2010 cats"])
def test_tokens_give_the_text_back(tokenizer, text):
    ids = tokenizer.encode(text).ids
    assert ids[-1] == subwords.END_ID and subwords.UNKNOWN_ID not in ids
    # A space next to Chinese is not kept, because Chinese is written without spaces.
    assert tokenizer.decode(ids) == text.replace(" 猫", "猫")


def test_merge_dropout_spells_the_same_text_in_other_ways(tokenizer):
    encoder = subwords.MergeDropout(tokenizer)
    texts = ["The cat sat on the mat.", "猫坐在垫子上。"]
    spellings = [encoder.encode(texts, 0.3, np.random.default_rng(seed)) for seed in range(4)]
    assert len({str(ids) for ids in spellings}) > 1
    assert encoder.encode(texts, 0.3, np.random.default_rng(2)) == spellings[2]
    for ids in spellings:
        assert tokenizer.decode_batch(ids) == texts
    assert encoder.encode(texts, 0.0, np.random.default_rng(0)) == [e.ids for e in tokenizer.encode_batch(texts)]


def test_captions_are_met_as_often_as_the_settings_say(tokenizer):
    tatoeba, captions = [Pair("The cat.", "猫。")] * 3, [Pair("A dog.", "狗。")] * 2
    parts = Split(tatoeba, captions, [], [], [], [], {})
    assert len(data.training_batches(Settings(), parts, tokenizer)) == 5
    assert len(data.training_batches(Settings(caption_copies=3), parts, tokenizer)) == 3 + 6


def test_batches_cover_an_epoch_once_and_can_be_made_again(tokenizer):
    pairs = [Pair("The cat " * (1 + i % 7) + ".", "猫" * (1 + i % 5)) for i in range(50)]
    settings = Settings(tokens_per_step=60, source_merge_dropout=0.1, target_merge_dropout=0.1)
    batches = data.PairBatches(pairs, tokenizer, settings)
    rows = 0
    for step in range(batches.steps_per_epoch):
        batch = batches.batch(step)
        rows += len(batch.source)
        again = data.PairBatches(pairs, tokenizer, settings).batch(step)
        assert torch.equal(batch.source, again.source) and torch.equal(batch.target, again.target)
        shares = [batches.batch(step, rank, 2) for rank in range(2) if len(batch.source) > 1]
        assert sum(len(share.source) for share in shares) in (0, len(batch.source))
    assert rows == len(pairs) and batches.steps_per_epoch > 3
